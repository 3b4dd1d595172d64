"""Python works in the notebook's folder: it reads what is there, and what it writes is there."""

from pathlib import Path

from playwright.sync_api import expect

from .lab import Lab, outputs_of, write


def test_python_opens_a_file_beside_the_notebook(notebook: Lab, folder: Path) -> None:
    (folder / "data.csv").write_text("name,mass\nEarth,1\n")
    notebook.says("print(open('data.csv').read())", "name,mass\nEarth,1\n\n")


def test_python_lists_the_folder(notebook: Lab, folder: Path) -> None:
    (folder / "listed").mkdir()
    (folder / "listed" / "one.txt").touch()
    notebook.says(
        "import os\nsorted(os.listdir('listed')), os.path.isdir('listed')", "(['one.txt'], True)"
    )


def test_a_neighbouring_module_is_imported(notebook: Lab, folder: Path) -> None:
    (folder / "helper.py").write_text("def double(n):\n    return 2 * n\n")
    notebook.says("import helper\nhelper.double(21)", "42")


def test_a_module_edited_on_disk_is_reloaded(notebook: Lab, folder: Path) -> None:
    (folder / "edited.py").write_text("version = 'one'\n")
    notebook.says("import edited\nedited.version", "'one'")
    (folder / "edited.py").write_text("version = 'second'\n")
    notebook.says("import importlib\nimportlib.reload(edited).version", "'second'")


def test_what_python_writes_is_on_disk_and_in_the_file_browser(notebook: Lab, folder: Path) -> None:
    notebook.enter("with open('written.txt', 'w') as file:\n    file.write('from the kernel')")
    assert (folder / "written.txt").read_text() == "from the kernel"
    expect(notebook.file("written.txt")).to_be_visible()


def test_bytes_survive_the_way_to_disk_and_back(notebook: Lab, folder: Path) -> None:
    notebook.says(
        "data = bytes(range(256)) * 20000\nopen('big.bin', 'wb').write(data)\n"
        "open('big.bin', 'rb').read() == data",
        "True",
    )
    assert (folder / "big.bin").read_bytes() == bytes(range(256)) * 20000


def test_folders_are_made_renamed_and_removed(notebook: Lab, folder: Path) -> None:
    notebook.enter(
        "from pathlib import Path\nPath('new/inner').mkdir(parents=True)\n"
        "Path('new/inner/a.txt').write_text('a')\nPath('new/inner/a.txt').rename('new/b.txt')\n"
        "Path('new/inner').rmdir()"
    )
    assert [file.name for file in (folder / "new").iterdir()] == ["b.txt"]
    notebook.enter("import shutil\nshutil.rmtree('new')")
    assert not (folder / "new").exists()


def test_a_missing_file_is_a_file_not_found_error(notebook: Lab) -> None:
    cell = notebook.enter("open('missing.txt')")
    expect(outputs_of(cell)).to_contain_text(
        "FileNotFoundError: [Errno 44] No such file or directory: 'missing.txt'"
    )


def test_a_database_can_be_kept_beside_the_notebook(notebook: Lab, folder: Path) -> None:
    notebook.says(
        "import sqlite3\nwith sqlite3.connect('kept.db') as base:\n"
        "    base.execute('create table t (n)')\n    base.execute('insert into t values (42)')\n"
        "base.close()\nsqlite3.connect('kept.db').execute('select n from t').fetchall()",
        "[(42,)]",
    )
    assert (folder / "kept.db").read_bytes().startswith(b"SQLite format 3")


def test_a_notebook_in_a_folder_works_there(lab: Lab, folder: Path) -> None:
    write(folder / "deep" / "inner.ipynb")
    (folder / "deep" / "beside.txt").write_text("beside")
    lab.open("deep/inner.ipynb")
    lab.says(
        "import os\nopen('beside.txt').read(), os.path.basename(os.getcwd())", "('beside', 'deep')"
    )
