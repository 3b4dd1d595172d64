"""Completion, inspection, completeness checks and history, answered by IPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.utils.tokenutil import token_at_cursor

from ..message import Content, MalformedMessage
from .completion import matches

if TYPE_CHECKING:
    from ..kernel import Kernel
    from ..request import Request


def complete(kernel: Kernel, request: Request) -> Content:
    """Completions at the cursor; positions count code points."""
    code, cursor = _code_and_cursor(request)
    candidates = matches(kernel.shell.Completer, code, cursor)
    return {
        "matches": [match.text for match in candidates],
        "cursor_start": candidates[0].start if candidates else cursor,
        "cursor_end": candidates[0].end if candidates else cursor,
        "metadata": {
            "_jupyter_types_experimental": [
                {
                    "start": match.start,
                    "end": match.end,
                    "text": match.text,
                    "type": match.kind,
                    "signature": match.signature,
                }
                for match in candidates
            ]
        },
    }


def inspect(kernel: Kernel, request: Request) -> Content:
    """Help on the name at the cursor; with detail level 1 its source too."""
    name = token_at_cursor(*_code_and_cursor(request))
    try:
        data = kernel.shell.object_inspect_mime(
            name,
            detail_level=request.field("detail_level", int, 0),
            omit_sections=request.field("omit_sections", list, []),
        )
    except KeyError:  # there is no such name
        return {"found": False, "data": {}, "metadata": {}}
    if not kernel.shell.enable_html_pager:
        data.pop("text/html", None)
    return {"found": True, "data": data, "metadata": {}}


def is_complete(kernel: Kernel, request: Request) -> Content:
    """Whether the code is complete, and the indentation of a next line."""
    code = request.field("code", str)
    status, indent = kernel.shell.input_transformer_manager.check_complete(code)
    return {"status": status} | ({"indent": " " * (indent or 0)} if status == "incomplete" else {})


def history(kernel: Kernel, request: Request) -> Content:
    """Cells of the history: the latest, a range, or those that match a pattern."""
    manager = kernel.shell.history_manager
    kind = request.field("hist_access_type", str)
    output, raw = request.field("output", bool, False), request.field("raw", bool, True)
    count = request.field("n", int, None)
    match kind:
        case "tail":
            cells = manager.get_tail(count, raw=raw, output=output, include_latest=True)
        case "range":
            session = request.field("session", int, 0)
            start, stop = request.field("start", int, 0), request.field("stop", int, None)
            lines = manager.get_range(session, start, stop, raw=raw, output=output)
            # IPython numbers the running session 0, even if it was requested by its number.
            cells = [(number or session, line, code) for number, line, code in lines]
        case "search":
            cells = manager.search(
                request.field("pattern", str, "*"),
                raw=raw,
                output=output,
                n=count,
                unique=request.field("unique", bool, False),
            )
        case _:
            raise MalformedMessage(
                f"history_request needs tail, range or search as hist_access_type, not {kind!r}."
            )
    return {"history": list(cells)}


def _code_and_cursor(request: Request) -> tuple[str, int]:
    code = request.field("code", str)
    cursor = request.field("cursor_pos", int, len(code))
    return code, min(max(cursor, 0), len(code))
