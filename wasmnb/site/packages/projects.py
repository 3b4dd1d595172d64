"""Builds wheels of local projects: with pip, or pyodide-build if they have compiled parts."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

from platformdirs import user_cache_path

from wasmnb.errors import Unusable
from wasmnb.site.packages.preinstalled import TargetKernel
from wasmnb.site.packages.requirements import project_digest
from wasmnb.site.packages.wheels import Wheel, newest_fitting

EPOCH = "315532800"  # 1980-01-01: the same project makes the same bytes


def project_wheel(project: Path, kernel: TargetKernel) -> Wheel:
    """The wheel of a project; from the cache if the project has not changed."""
    folder = user_cache_path("wasmnb") / "projects" / project_digest(project)
    earlier = newest_fitting(map(Wheel, folder.glob("*.whl")), kernel)
    return earlier[0] if earlier else build_wheel(project, folder, kernel)


def build_wheel(project: Path, folder: Path, kernel: TargetKernel) -> Wheel:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-deps", f"--wheel-dir={folder}", str(project)], project, compiler_hint(kernel))
    if found := newest_fitting(map(Wheel, folder.glob("*.whl")), kernel):
        return found[0]
    here = str(Path(sys.executable).parent)
    tool = which("pyodide", path=os.pathsep.join([here, *os.get_exec_path()]))
    if tool is None or which("emcc") is None:
        raise Unusable(f"The project in {project} has compiled parts. {compiler_hint(kernel)}")
    run([tool, "build", str(project), f"--outdir={folder}"], project, compiler_hint(kernel))
    if found := newest_fitting(map(Wheel, folder.glob("*.whl")), kernel):
        return found[0]
    raise Unusable(f"{project} was built, but for another Pyodide than {kernel.platforms[0]}.")


def compiler_hint(kernel: TargetKernel) -> str:
    """Advice for a project with compiled parts."""
    release = kernel.markers["platform_release"]
    return (
        "To build them for the browser, install "
        f"pyodide-build (`pip install pyodide-build`) and Emscripten {release} "
        "(https://pyodide.org/en/stable/development/building-packages.html), so that `pyodide` and "
        "`emcc` are found; or put a wheel of it into the folder wheels/."
    )


def run(command: list[str], project: Path, advice: str) -> None:
    process = subprocess.run(  # noqa: S603  the project is the user's
        command,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        output = (process.stderr or process.stdout).strip()
        raise Unusable(
            f"The project in {project} cannot be built:\n{output[-3000:]}\n"
            f"If it has compiled parts: {advice[0].lower()}{advice[1:]}"
        )
