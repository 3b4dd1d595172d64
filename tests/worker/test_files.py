"""Python in the page works with the files of the folder as Python on this computer would."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from .kernel import Desk, Kernel

IMPORTS = """
import csv, glob, importlib, json, mmap, os, pathlib, shutil, sqlite3, sys, tempfile, time, zipfile
sys.path.insert(0, "")
sys.dont_write_bytecode = True
def tried(function, *arguments):
    try:
        function(*arguments)
    except OSError as error:
        print(type(error).__name__, error.strerror)
"""

# Each does something with files in an empty folder, and prints what comes of it.
DEEDS = {
    "write, append, read": """
        open("a.txt", "w").write("one\\n")
        with open("a.txt", "a") as file:
            file.write("two\\n")
        with open("a.txt", "r+") as file:
            file.seek(4)
            file.write("TWO")
        print(open("a.txt").read(), os.path.getsize("a.txt"))
    """,
    "what cannot be": """
        open("a.txt", "w").close()
        for how in [("a.txt", "x"), ("none.txt",), ("none/a.txt", "w"), (".",), ("a.txt/b",)]:
            tried(open, *how)
        tried(os.mkdir, "a.txt")
        tried(os.rmdir, "none")
        tried(os.listdir, "a.txt")
        tried(os.remove, "none")
    """,
    "folders": """
        os.makedirs("d/e/f")
        os.makedirs("d/e/f", exist_ok=True)
        pathlib.Path("d/e/x.txt").write_text("x")
        tried(os.rmdir, "d/e")
        print(sorted(os.listdir("d/e")), os.path.isdir("d/e/f"), os.path.isfile("d/e/x.txt"))
        print(sorted(map(str, pathlib.Path(".").rglob("*"))), glob.glob("**/*.txt", recursive=True))
        print(sorted((where, sorted(down), sorted(files)) for where, down, files in os.walk(".")))
        print(sorted((entry.name, entry.is_dir()) for entry in os.scandir("d/e")))
    """,
    "move and copy": """
        os.makedirs("d/e")
        pathlib.Path("d/x.txt").write_text("x")
        pathlib.Path("y.txt").write_text("y")
        os.rename("d/x.txt", "d/e/z.txt")
        os.replace("d/e/z.txt", "y.txt")
        print(open("y.txt").read(), os.listdir("d/e"))
        shutil.copy("y.txt", "copy.txt")
        shutil.copytree("d", "f")
        shutil.move("copy.txt", "f/e/copy.txt")
        tried(shutil.copy, "y.txt", "y.txt")
        print(sorted(os.listdir()), os.listdir("f/e"))
        os.rename("f", "g")
        shutil.rmtree("g")
        print(sorted(os.listdir()), os.path.samefile("y.txt", "d/../y.txt"))
    """,
    "open while it is renamed or removed": """
        file = open("a", "w")
        file.write("1")
        file.flush()
        print(open("a").read(), os.path.getsize("a"), os.listdir())
        os.rename("a", "b")
        file.write("2")
        file.close()
        print(open("b").read(), os.listdir())
        with open("c", "w") as file:
            os.remove("c")
            file.write("3")
        print(os.listdir())
    """,
    "truncate, seek, map": """
        file = open("bin", "wb+")
        file.write(bytes(range(256)) * 100)
        file.seek(1000)
        print(file.read(3), file.tell())
        file.truncate(500)
        file.close()
        os.truncate("bin", 10)
        print(os.path.getsize("bin"), open("bin", "rb").read())
        with open("bin", "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
            print(mapped[2:4])
    """,
    "names": """
        for name in ["my file", "100%", "a#b?", "x&y+z;", "ü é", "日本", "'\\"", "-"]:
            pathlib.Path(name).write_text(name)
            print(name, pathlib.Path(name).read_text() == name)
        print(sorted(os.listdir()))
    """,
    "formats": """
        with open("t.csv", "w", newline="") as file:
            csv.writer(file).writerows([[1, "é"], ["x,y", ""]])
        print(list(csv.reader(open("t.csv", newline=""))))
        json.dump({"a": [1]}, open("t.json", "w"))
        print(json.load(open("t.json")))
        with zipfile.ZipFile("t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("in.txt", "x" * 1000)
            archive.write("t.csv")
        print(zipfile.ZipFile("t.zip").namelist(), len(zipfile.ZipFile("t.zip").read("in.txt")))
        with sqlite3.connect("t.db") as database:
            database.execute("create table t (a)")
            database.executemany("insert into t values (?)", [(n,) for n in range(100)])
        database.close()
        print(sqlite3.connect("t.db").execute("select sum(a) from t").fetchall())
    """,
    "modules": """
        pathlib.Path("one.py").write_text("x = 1")
        import one
        print(one.x)
        pathlib.Path("one.py").write_text("x = 22")
        importlib.reload(one)
        print(one.x)
        os.mkdir("package")
        pathlib.Path("package/__init__.py").write_text("from .inner import y")
        pathlib.Path("package/inner.py").write_text("y = 5")
        import package
        print(package.y)
    """,
    "more than one request can carry": """
        with open("big", "wb") as file:
            file.write(b"0123456789" * 2_000_000)
        print(os.path.getsize("big"), open("big", "rb").read()[-3:])
    """,
}


@pytest.mark.parametrize("deed", DEEDS)
def test_it_does_as_on_disk(deed: str, kernel: Kernel, folder: Path, tmp_path: Path) -> None:
    code = IMPORTS + "if True:" + DEEDS[deed]
    mine = folder / deed
    mine.mkdir()
    entered = f"import os\nos.chdir({str('/drive/' + deed)!r})\n"
    assert kernel.prints(entered + code) == natively(code, tmp_path)
    assert contents(mine) == contents(tmp_path)


def natively(code: str, folder: Path) -> str:
    """What this computer's Python prints."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.check_output(command, cwd=folder, text=True)  # noqa: S603


def contents(folder: Path) -> dict[str, bytes | None]:
    """The files by their paths; archives and databases name times and versions in their bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.suffix not in (".db", ".zip")
    }


def test_a_kernel_works_in_the_folder_of_its_notebook(page_of_kernels: Desk, folder: Path) -> None:
    here = folder / "a folder" / "é #1?"
    here.mkdir(parents=True)
    (here / "data.csv").write_text("a,b")
    (here / "helper.py").write_text("def help(): return 'helped'")
    kernel = page_of_kernels.start("a folder/é #1?")
    assert kernel.run("open('data.csv').read()") == [("result", "'a,b'")]
    assert kernel.run("import helper; helper.help()") == [("result", "'helped'")]
    kernel.run("open('out.txt', 'w').write('written')")
    assert (here / "out.txt").read_text() == "written"
    kernel.shut_down()


def test_what_others_change_is_seen_by_the_next_cell(kernel: Kernel, folder: Path) -> None:
    file, module = folder / "changing.txt", folder / "changing.py"
    for word in ("one", "two", "three"):
        file.write_text(word)
        module.write_text(f"word = {word!r}")
        seen = "open('/drive/changing.txt').read()"
        assert kernel.run(seen) == [("result", repr(word))]
        reloaded = "os.chdir('/drive'); import changing, importlib; importlib.reload(changing).word"
        assert kernel.run(f"import os; {reloaded}") == [("result", repr(word))]
    file.unlink()
    assert kernel.run("os.path.exists('/drive/changing.txt')") == [("result", "False")]


def test_what_the_server_does_while_a_cell_awaits_is_seen_by_that_cell(kernel: Kernel) -> None:
    code = """
        import os, pathlib
        from pyodide.http import pyfetch
        asked = {"X-Wasmnb-Key": os.environ["WASMNB_KEY"], "Content-Type": "application/json"}
        body = '{"type": "file", "format": "text", "content": "by the server"}'
        os.chdir("/drive")
        print(os.listdir().count("asked-for.txt"))
        await pyfetch("/api/contents/asked-for.txt", method="PUT", headers=asked, body=body)
        print(pathlib.Path("asked-for.txt").read_text())
    """
    assert kernel.prints(dedent(code)) == "0\nby the server\n"


def test_a_file_that_stays_open_is_saved_when_its_cell_is_done(
    kernel: Kernel, folder: Path
) -> None:
    kernel.run("log = open('/drive/log.txt', 'w'); log.write('line 1\\n'); log.flush()")
    kernel.run("log.write('line 2\\n'); log.flush()")
    kernel.run("")
    assert (folder / "log.txt").read_text() == "line 1\nline 2\n"


def test_a_notebook_can_be_read_and_written_as_a_file(kernel: Kernel, folder: Path) -> None:
    kernel.run("import nbformat; nbformat.write(nbformat.v4.new_notebook(), '/drive/made.ipynb')")
    written = (folder / "made.ipynb").read_text()
    assert kernel.prints("print(open('/drive/made.ipynb').read(), end='')") == written
    assert json.loads(written)["cells"] == []


@pytest.mark.parametrize(
    ("deed", "error"),
    {
        "open('/drive/.secret')": "FileNotFoundError: [Errno 44] No such file or directory: "
        "'/drive/.secret'",
        "f = open('/drive/.new', 'w'); f.close()": "PermissionError: [Errno 2] Permission denied",
        "open('/drive/../../etc/passwd')": "FileNotFoundError: [Errno 44] No such file or "
        "directory: '/drive/../../etc/passwd'",
        "os.symlink('/drive/a', '/drive/b')": "PermissionError: [Errno 63] Operation not "
        "permitted: '/drive/a' -> '/drive/b'",
    }.items(),
)
def test_what_is_out_of_reach_says_so(deed: str, error: str, kernel: Kernel, folder: Path) -> None:
    (folder / ".secret").write_text("hidden")
    assert kernel.run(f"import os; {deed}") == [("error", error)]
