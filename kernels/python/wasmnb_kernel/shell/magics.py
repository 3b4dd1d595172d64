"""Magics that behave differently in this kernel: %pip and !pip, %less, %clear, %autosave."""

import ast
import re
from pathlib import Path

from IPython.core import page
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import clear_output

PIP = re.compile(r"(?:python3? -m )?pip3?(?:$| +)(.*)")


def await_pip(lines: list[str]) -> list[str]:
    """The lines of a transformed cell, with those that run %pip or !pip awaiting `Shell.pip`.

    micropip is a coroutine, and a magic cannot await; code at the top of a cell can.
    """
    return [_awaiting(line) for line in lines]


def _awaiting(line: str) -> str:
    code = line.strip()
    if not code.startswith("get_ipython().") or "pip" not in code:
        return line
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:  # part of a longer statement, such as a string
        return line
    match tree.body:
        case ast.Call(ast.Attribute(attr="run_line_magic"), [ast.Constant("pip"), rest]):
            command = rest
        case ast.Call(ast.Attribute(attr="system"), [ast.Constant(str(text))]) if PIP.match(text):
            command = ast.Constant(PIP.sub(r"\1", text))
        case _:
            return line
    return line.replace(code, f"await get_ipython().pip({ast.unparse(command)})")


@magics_class
class KernelMagics(Magics):
    """Magics whose output goes to a page instead of a terminal."""

    @line_magic
    def less(self, line: str) -> None:
        """Show a file in the pager."""
        _page_file(line.strip())

    @line_magic
    def more(self, line: str) -> None:
        """Show a file in the pager."""
        _page_file(line.strip())

    @line_magic
    def autosave(self, _line: str) -> None:
        """Explain that autosave is a setting of the page; once it was the kernel's."""
        print("%autosave has no effect: autosave is a setting of the page.")

    @line_magic
    def clear(self, _line: str) -> None:
        """Clear the output of the cell."""
        clear_output()


def _page_file(name: str) -> None:
    if not name:
        raise UsageError("%less and %more need the name of a file.")
    page.page(Path(name).read_text("utf-8"))
