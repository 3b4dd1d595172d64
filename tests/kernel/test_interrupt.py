"""What waits is stopped with KeyboardInterrupt."""

import asyncio

import pytest

from .conftest import Talk


@pytest.mark.parametrize(
    "code",
    [
        "await forever.wait()",
        "await asyncio.gather(asyncio.sleep(0), forever.wait())",
        "async with asyncio.TaskGroup() as group:\n    group.create_task(forever.wait())",
        "async with asyncio.timeout(60):\n    await forever.wait()",
    ],
)
async def test_a_cell_that_awaits_is_interrupted(talk: Talk, code: str) -> None:
    await talk.run("import asyncio\nforever = asyncio.Event()")
    cell = talk.cell(f"print('waiting', flush=True)\n{code}")
    handled = talk.tell(cell)
    await talk.until(lambda: talk.outputs(cell))
    reply = await talk.ask("interrupt_request", {}, channel="control")
    assert reply.content == {"status": "ok"}
    await handled
    assert talk.outputs(cell)[-1] == ("error", "KeyboardInterrupt: ")
    assert talk.sent("execute_reply")[-1].content["ename"] == "KeyboardInterrupt"
    assert await talk.run("1") == [("result", "1")]


async def test_code_can_catch_the_interrupt_and_go_on(talk: Talk) -> None:
    await talk.run("import asyncio\nforever = asyncio.Event()")
    cell = talk.cell(
        "print('waiting', flush=True)\n"
        "try: await forever.wait()\nexcept KeyboardInterrupt: await asyncio.sleep(0, 'on')"
    )
    handled = talk.tell(cell)
    await talk.until(lambda: talk.outputs(cell))
    talk.kernel.interrupt()
    await handled
    assert talk.outputs(cell) == [("stdout", "waiting\n")]
    assert await talk.run("await asyncio.sleep(0, 'fine')") == [("result", "'fine'")]


async def test_an_interrupt_aborts_what_was_queued(talk: Talk) -> None:
    await talk.run("import asyncio\nforever = asyncio.Event()")
    cell = talk.cell("print('waiting', flush=True)\nawait forever.wait()")
    both = asyncio.gather(talk.tell(cell), talk.tell(talk.cell("1")))
    await talk.until(lambda: talk.outputs(cell))
    talk.kernel.interrupt()
    await both
    statuses = [m.content["status"] for m in talk.sent("execute_reply")]
    assert statuses == ["ok", "error", "aborted"]


async def test_waiting_for_packages_is_interrupted(talk: Talk) -> None:
    cell = talk.cell("import endless")
    handled = talk.tell(cell)
    await talk.until(lambda: talk.host.loading)
    talk.kernel.interrupt()
    await handled
    assert talk.outputs(cell) == [("error", "KeyboardInterrupt: ")]


async def test_what_the_host_waits_for_is_the_hosts_to_interrupt(talk: Talk) -> None:
    await talk.run("get_ipython().kernel.interrupt()")
    assert talk.host.interrupts == 1


async def test_an_interrupt_of_an_idle_kernel_does_nothing(talk: Talk) -> None:
    reply = await talk.ask("interrupt_request", {}, channel="control")
    assert (reply.content, talk.host.interrupts) == ({"status": "ok"}, 0)
    assert await talk.run("1") == [("result", "1")]
