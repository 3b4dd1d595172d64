"""What a folder asks for: what its notebooks import and install, and what its projects name."""

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

# Cells that are meant to fail, or not to be run.
NOT_MEANT = {"raises-exception", "skip-execution"}


@dataclass
class Wanted:
    """Requirements, modules that are imported, and local projects, each with where it is named."""

    requirements: dict[str, list[str]] = field(default_factory=dict)
    imports: dict[str, list[str]] = field(default_factory=dict)
    projects: dict[Path, list[str]] = field(default_factory=dict)
    statements: dict[str, set[str]] = field(default_factory=dict)
    """The full names of modules that are imported, each with what is imported from it."""

    def require(self, requirement: str, where: str) -> None:
        self.requirements.setdefault(requirement, []).append(where)

    def imported(self, source: str, where: str) -> list[str]:
        """Notes what the code imports, and says which modules are new."""
        for name, names in statements_of(source):
            self.statements.setdefault(name, set()).update(names)
        new = [name for name in imports_of(source) if name not in self.imports]
        for name in imports_of(source):
            self.imports.setdefault(name, []).append(where)
        return new


def wanted(folder: Path, paths: Iterable[str]) -> Wanted:
    """What the files with those paths in the folder ask for."""
    found = Wanted()
    files = {path: folder / path for path in paths}
    of_notebooks(found, {path: files[path] for path in sorted(files) if path.endswith(".ipynb")})
    of_modules(found, files)
    for name in ("requirements.txt", "pyproject.toml"):
        if (folder / name).is_file():
            READERS[name](found, folder / name)
    return found


def of_notebooks(found: Wanted, files: Mapping[str, Path]) -> None:
    """Unusable if some are none, which are told all at once."""
    wrong = []
    for path, file in files.items():
        try:
            of_notebook(found, path, file)
        except NoNotebook as error:
            wrong.append(error.what)
    if wrong:
        hint = "Mend what is damaged, or leave it out: --exclude PATTERN."
        raise Unusable("\n".join([*wrong, hint]))


def of_notebook(found: Wanted, path: str, file: Path) -> None:
    content, _ = notebooks.read(file.read_bytes(), path)
    for where, source in sources(content, path):
        found.imported(source, where)
        try:
            asked = [*installs_of(source), *script_requirements(source)]
        except tomllib.TOMLDecodeError as error:
            raise Unusable(f"The script metadata in {where} cannot be read: {error}.") from error
        for requirement in asked:
            found.require(checked(requirement, where), where)


def sources(content: Notebook, path: str) -> Iterator[tuple[str, str]]:
    """The code of a Python notebook, cell by cell, with where it stands."""
    if not is_python(content):
        return
    for number, cell in enumerate(content.get("cells", []), 1):
        tags = part(cell, "metadata").get("tags")
        is_meant = not isinstance(tags, list) or not NOT_MEANT & set(map(str, tags))
        if cell.get("cell_type") == "code" and is_meant:
            yield f"{path}, cell {number}", text(cell.get("source"))


def is_python(content: Notebook) -> bool:
    """Whether a notebook is one for our kernel; where it does not say, it is."""
    language = part(content, "metadata", "kernelspec").get("language")
    named = language or part(content, "metadata", "language_info").get("name") or "python"
    return str(named).lower().startswith(("python", "ipython"))


def of_modules(found: Wanted, files: dict[str, Path]) -> None:
    """Takes modules of the folder off the imports, and notes what those import in their turn."""
    own = local_modules(files)
    new = list(found.imports)
    while new:
        module = new.pop()
        for path in own.get(module, []):
            new += found.imported(files[path].read_text(encoding="utf-8", errors="replace"), path)
    found.imports = {name: at for name, at in found.imports.items() if name not in own}


def local_modules(files: Iterable[str]) -> dict[str, list[str]]:
    """The modules that lie in the folder, each with its files."""
    found: dict[str, list[str]] = {}
    for path in files:
        pure = PurePosixPath(path)
        if pure.suffix == ".py":
            for name in {pure.stem, *pure.parent.parts}:
                found.setdefault(name, []).append(path)
    return found


def of_list(found: Wanted, file: Path) -> None:
    """requirements.txt: of pip's options, -r and -e are known."""
    text = file.read_text(encoding="utf-8").replace("\\\n", "")
    for number, written in enumerate(text.splitlines(), 1):
        line = re.sub(r"(^|\s)#.*", "", written).strip()
        line = re.sub(r"\s--hash=\S+", "", line)
        where = f"{file.name}, line {number}"
        if other := re.fullmatch(r"(?:-r|--requirement)[ =]*(\S+)", line):
            of_list(found, file.parent / other[1])
        elif path := project(re.sub(r"^(-e|--editable)[ =]*", "", line), file.parent):
            found.projects.setdefault(path, []).append(where)
        elif line and not line.startswith("-") and not line.endswith(".whl"):
            found.require(checked(line, where), where)


def project(line: str, folder: Path) -> Path | None:
    """The folder of a local project, if the line names one."""
    path = folder / line
    is_one = line.startswith(".") and path.is_dir()
    return path.resolve() if is_one else None


def of_project(found: Wanted, file: Path) -> None:
    """pyproject.toml: what the project depends on."""
    table = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    for requirement in table.get("dependencies", []):
        found.require(checked(requirement, file.name), file.name)


READERS = {"requirements.txt": of_list, "pyproject.toml": of_project}


def checked(requirement: str, where: str) -> str:
    try:
        return str(Requirement(requirement))
    except InvalidRequirement as error:
        raise Unusable(f"{where}: {requirement!r} is no requirement: {error}.") from error


def digest(folder: Path) -> str:
    """Of all that is in a project, but for what is hidden."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not any(part.startswith(".") for part in path.parts):
            found.update(f"{path.as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()
