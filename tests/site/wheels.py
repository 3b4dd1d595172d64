"""Wheels, projects and a package index, made for a test: a build asks no other place."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest

# What takes long to make, and is under a hash of all that it depends on.
MADE = Path(__file__).resolve().parents[2] / ".cache" / "made"
PURE = "py3-none-any"
WASM = "cp314-cp314-pyemscripten_2026_0_wasm32"
LINUX = "cp314-cp314-manylinux_2_28_x86_64"


def wheel(  # noqa: PLR0913  as many as a wheel has properties
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    files: Mapping[str, str | bytes] | None = None,
    requires: Sequence[str] = (),
    tag: str = PURE,
) -> Path:
    """A wheel; without files it has one module, which is called as the package is."""
    folder.mkdir(parents=True, exist_ok=True)
    module = name.replace("-", "_")
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    about += [f"Requires-Dist: {each}" for each in requires]
    info = f"{module}-{version}.dist-info"
    parts: dict[str, str | bytes] = {
        **(files or {f"{module}.py": f"version = {version!r}\n"}),
        f"{info}/METADATA": "\n".join(about) + "\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\nRoot-Is-Purelib: true\n",
    }
    path = folder / f"{module}-{version}-{tag}.whl"
    with ZipFile(path, "w") as archive:
        for part, text in parts.items():
            archive.writestr(ZipInfo(part), text)
        record = "".join(f"{part},,\n" for part in [*parts, f"{info}/RECORD"])
        archive.writestr(ZipInfo(f"{info}/RECORD"), record)
    return path


def project(folder: Path, name: str, tag: str = PURE) -> Path:
    """A project that builds itself, without any tool."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\n'
    )
    (folder / "backend.py").write_text(
        dedent(f"""
        from zipfile import ZipFile

        def build_wheel(folder, config_settings=None, metadata_directory=None):
            file, info = "{name}-1.0-{tag}.whl", "{name}-1.0.dist-info"
            with ZipFile(f"{{folder}}/{{file}}", "w") as archive:
                archive.writestr("{name}.py", "version = '1.0'")
                about = "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n"
                archive.writestr(f"{{info}}/METADATA", about)
                archive.writestr(f"{{info}}/WHEEL", "Wheel-Version: 1.0\\nTag: {tag}\\n")
                archive.writestr(f"{{info}}/RECORD", "")
            return file
        """)
    )
    return folder


def distribution(
    folder: Path, wheels: Sequence[Path], abi: str = "2026_0", python: str = "3.14.2"
) -> Path:
    """A Pyodide distribution; each of its packages needs a library that no wheel names."""
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "libdeep-1.0.zip"
    with ZipFile(library, "w") as archive:
        archive.writestr("lib/libdeep.txt", "deep")
    packages = {"libdeep": entry(library, "libdeep", [], [], "shared_library")}
    for path in wheels:
        name = path.name.partition("-")[0]
        packages[name] = entry(path, name, [name], ["libdeep"], "package")
    info = {
        "abi_version": abi,
        "arch": "wasm32",
        "platform": "emscripten_5_0_3",
        "python": python,
    }
    (folder / "pyodide-lock.json").write_text(json.dumps({"info": info, "packages": packages}))
    return folder


def entry(path: Path, name: str, imports: list[str], depends: list[str], kind: str) -> Any:
    return {
        "name": name,
        "version": "1.0",
        "file_name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "install_dir": "dynlib" if kind == "shared_library" else "site",
        "package_type": kind,
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
    }


@contextmanager
def only(index: Path) -> Iterator[Path]:
    """Has pip find the wheels in that folder alone, and builds keep what they fetch beside it."""
    index.mkdir()
    cache = index.parent / "cache" / "wasmnb"
    cache.mkdir(parents=True)
    for name in ("baked", "compiled", "pyodides"):
        (MADE / name).mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(MADE / name)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": index.as_uri(),
            "XDG_CACHE_HOME": str(index.parent / "cache"),
        }.items():
            patch.setenv(name, value)
        yield index
