"""execute_request: runs a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..io.interrupt import Interruptible
from ..message import Content

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

    from ..kernel import Kernel
    from ..request import Request


async def execute(kernel: Kernel, request: Request) -> Content:
    """Run the code of an execute_request; the content of its reply."""
    shell, code = kernel.shell, request.field("code", str)
    silent = request.field("silent", bool, False)
    if not silent:
        content = {"code": code, "execution_count": shell.execution_count}
        kernel.publish("execute_input", content)
    kernel.cell = Interruptible(
        shell.run(
            code,
            silent=silent,
            store_history=request.field("store_history", bool, not silent),
            metadata=request.message.metadata,
        )
    )
    kernel.running = request
    kernel.rate_limit.reset()
    try:
        result = await kernel.cell
    finally:
        kernel.running = kernel.cell = None
    outcome = _outcome(kernel, request, result)
    if outcome["status"] == "error" and not silent and request.field("stop_on_error", bool, True):
        await kernel.abort_queued()
    return {
        **outcome,
        "execution_count": shell.execution_count - 1,
        "payload": shell.take_payload(),
    }


def _outcome(kernel: Kernel, request: Request, result: ExecutionResult) -> Content:
    shell = kernel.shell
    error = result.error_before_exec or result.error_in_exec
    if error:
        return {"status": "error", **shell.described(error), "user_expressions": {}}
    if shell.display_error:
        return {"status": "error", **shell.display_error, "user_expressions": {}}
    expressions = request.field("user_expressions", dict, {})
    return {"status": "ok", "user_expressions": shell.user_expressions(expressions)}
