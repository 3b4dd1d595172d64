"""Requirement discovery: imports and installs of notebooks, requirements.txt, pyproject.toml."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement

from wasmnb.contents import notebooks
from wasmnb.contents.notebooks import NoNotebook, Notebook, part, text
from wasmnb.errors import Unusable
from wasmnb.site.packages.imports import imports_of, installs_of, script_requirements, statements_of

# Tags of cells that are expected to fail, or are not run.
IGNORED_TAGS = {"raises-exception", "skip-execution"}


@dataclass
class Requirements:
    """Requirements, imported modules and local projects, each with the places that name it."""

    requirements: dict[str, list[str]] = field(default_factory=dict)
    imports: dict[str, list[str]] = field(default_factory=dict)
    projects: dict[Path, list[str]] = field(default_factory=dict)
    imported_names: dict[str, set[str]] = field(default_factory=dict)
    """Full names of imported modules, each with the names imported from it."""

    def require(self, requirement: str, where: str) -> None:
        self.requirements.setdefault(requirement, []).append(where)

    def imported(self, source: str, where: str) -> list[str]:
        """Adds the imports of code; returns the modules that are new."""
        for name, names in statements_of(source):
            self.imported_names.setdefault(name, set()).update(names)
        new = [name for name in imports_of(source) if name not in self.imports]
        for name in imports_of(source):
            self.imports.setdefault(name, []).append(where)
        return new


def find_requirements(folder: Path, paths: Iterable[str]) -> Requirements:
    """The requirements of the files with those paths in the folder."""
    requirements = Requirements()
    files = {path: folder / path for path in paths}
    add_notebooks(
        requirements, {path: files[path] for path in sorted(files) if path.endswith(".ipynb")}
    )
    add_modules(requirements, files)
    for name in ("requirements.txt", "pyproject.toml"):
        if (folder / name).is_file():
            READERS[name](requirements, folder / name)
    return requirements


def add_notebooks(requirements: Requirements, files: Mapping[str, Path]) -> None:
    """Unusable if files are no notebooks; names all of them."""
    wrong = []
    for path, file in files.items():
        try:
            add_notebook(requirements, path, file)
        except NoNotebook as error:
            wrong.append(error.what)
    if wrong:
        hint = "Mend what is damaged, or leave it out: --exclude PATTERN."
        raise Unusable("\n".join([*wrong, hint]))


def add_notebook(requirements: Requirements, path: str, file: Path) -> None:
    content, _ = notebooks.read(file.read_bytes(), path)
    for where, source in python_cells(content, path):
        requirements.imported(source, where)
        try:
            named = [*installs_of(source), *script_requirements(source)]
        except tomllib.TOMLDecodeError as error:
            raise Unusable(f"The script metadata in {where} cannot be read: {error}.") from error
        for requirement in named:
            requirements.require(checked(requirement, where), where)


def python_cells(content: Notebook, path: str) -> Iterator[tuple[str, str]]:
    """The source of each code cell of a Python notebook, after its location."""
    if not is_python(content):
        return
    for number, cell in enumerate(content.get("cells", []), 1):
        tags = part(cell, "metadata").get("tags")
        is_relevant = not isinstance(tags, list) or not IGNORED_TAGS & set(map(str, tags))
        if cell.get("cell_type") == "code" and is_relevant:
            yield f"{path}, cell {number}", text(cell.get("source"))


def is_python(content: Notebook) -> bool:
    """Whether the language of a notebook is Python, or not stated."""
    language = part(content, "metadata", "kernelspec").get("language")
    named = language or part(content, "metadata", "language_info").get("name") or "python"
    return str(named).lower().startswith(("python", "ipython"))


def add_modules(requirements: Requirements, files: dict[str, Path]) -> None:
    """Removes modules of the folder from the imports, and adds their own imports."""
    own = local_modules(files)
    new = list(requirements.imports)
    while new:
        module = new.pop()
        for path in own.get(module, []):
            new += requirements.imported(
                files[path].read_text(encoding="utf-8", errors="replace"), path
            )
    requirements.imports = {
        name: at for name, at in requirements.imports.items() if name not in own
    }


def local_modules(files: Iterable[str]) -> dict[str, list[str]]:
    """The modules of the folder, each with its files."""
    requirements: dict[str, list[str]] = {}
    for path in files:
        pure = PurePosixPath(path)
        if pure.suffix == ".py":
            for name in {pure.stem, *pure.parent.parts}:
                requirements.setdefault(name, []).append(path)
    return requirements


def add_requirements_txt(requirements: Requirements, file: Path) -> None:
    """requirements.txt; of pip's options, -r and -e are supported."""
    text = file.read_text(encoding="utf-8").replace("\\\n", "")
    for number, written in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", written).strip()
        line = re.sub(r"\s--hash=\S+", "", line)
        where = f"{file.name}, line {number}"
        if other := re.fullmatch(r"(?:-r|--requirement)[ =]*(\S+)", line):
            add_requirements_txt(requirements, file.parent / other[1])
        elif path := project(re.sub(r"^(-e|--editable)[ =]*", "", line), file.parent):
            requirements.projects.setdefault(path, []).append(where)
        elif line and not line.startswith("-") and not line.endswith(".whl"):
            requirements.require(checked(line, where), where)


def project(line: str, folder: Path) -> Path | None:
    """The folder of a local project, if the line names one."""
    path = folder / line
    is_one = line.startswith(".") and path.is_dir()
    return path.resolve() if is_one else None


def add_pyproject(requirements: Requirements, file: Path) -> None:
    """pyproject.toml: the project's dependencies."""
    table = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    for requirement in table.get("dependencies", []):
        requirements.require(checked(requirement, file.name), file.name)


READERS = {"requirements.txt": add_requirements_txt, "pyproject.toml": add_pyproject}


def checked(requirement: str, where: str) -> str:
    try:
        return str(Requirement(requirement))
    except InvalidRequirement as error:
        raise Unusable(f"{where}: {requirement!r} is no requirement: {error}.") from error


def project_digest(folder: Path) -> str:
    """A digest of a project's files, without hidden ones."""
    requirements = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in path.parts):
            requirements.update(f"{path.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return requirements.hexdigest()
