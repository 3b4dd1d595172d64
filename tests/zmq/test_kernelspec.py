"""Our kernels are made known to the Jupyter on this machine."""

import argparse
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from wasmnb_zmq.kernelspec import NATIVE, WASM, CannotInstall, add_command


def install(*arguments: str) -> None:
    """What `wasmnb kernelspec install` does."""
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    options = parser.parse_args(["kernelspec", "install", *arguments])
    options.run(options)


def argv(name: str, prefix: Path) -> list[str]:
    """How Jupyter starts a kernel that is installed below a folder."""
    manager = KernelSpecManager(kernel_dirs=[str(prefix / "share" / "jupyter" / "kernels")])
    command: list[str] = manager.get_kernel_spec(name).argv
    return command


def test_the_kernel_in_webassembly_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install("--prefix", str(tmp_path))
    assert "Python (WebAssembly) is installed: " in capsys.readouterr().out
    assert argv(WASM, tmp_path)[:3] == [sys.executable, "-m", "wasmnb_zmq.wasm"]


def test_it_is_installed_for_the_user_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    install()
    assert (tmp_path / "kernels" / WASM / "kernel.json").exists()


def test_a_folder_and_a_name_are_chosen(tmp_path: Path) -> None:
    install("--prefix", str(tmp_path), "--name", "here", "--folder", str(tmp_path))
    assert argv("here", tmp_path)[-2:] == ["--folder", str(tmp_path)]


def test_the_native_kernel_is_installed_when_asked_for(tmp_path: Path) -> None:
    install("--prefix", str(tmp_path), "--native")
    assert argv(NATIVE, tmp_path)[:3] == [sys.executable, "-m", "wasmnb_zmq"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "share").write_text("a file where a folder should be")
    with pytest.raises(CannotInstall, match=r"cannot be installed in .*Choose another folder"):
        install("--prefix", str(tmp_path))
