"""IPython's shell, whose output becomes kernel messages."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import traitlets
from IPython.core import page
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.builtin_trap import BuiltinTrap
from IPython.core.interactiveshell import (
    ExecutionInfo,
    ExecutionResult,
    InteractiveShell,
    InteractiveShellABC,
)
from IPython.core.usage import default_banner
from IPython.utils.text import SList
from traitlets.config import Config

from ..host import PackagesNotLoaded, PackageSources
from ..message import Content
from . import system_commands
from .display import Publisher, ResultHook
from .history import KernelHistory
from .imports import missing_imports
from .magics import KernelMagics, await_pip

if TYPE_CHECKING:
    from IPython.core.extensions import ExtensionManager
    from IPython.core.payload import PayloadManager

    from .debugger import Debugger
    from .kernel_api import ShellKernel

COMMAND_NOT_FOUND = 127  # what a Unix shell's exit code would be


class Shell(InteractiveShell):
    """IPython in a kernel; `Shell.instance(kernel=...)` makes the one that a process can have."""

    kernel: ShellKernel = traitlets.Any()  # type: ignore[assignment]  # a trait gives its value
    displayhook_class = traitlets.Type(ResultHook)
    display_pub_class = traitlets.Type(Publisher)
    exiter = traitlets.Instance(ZMQExitAutocall)
    autoindent = traitlets.CBool(False)
    keepkernel_on_exit: bool | None = None

    if TYPE_CHECKING:  # traits that are None only while the shell is being made
        extension_manager: ExtensionManager
        history_manager: KernelHistory
        payload_manager: PayloadManager

    shown_error: Content | None = None
    display_error: Content | None = None

    def __init__(self, **kwargs: Any) -> None:
        config = Config()
        config.HistoryManager.hist_file = ":memory:"
        config.IPKernelApp.tqdm = "how tqdm and others tell that they are in a notebook"
        super().__init__(config=config, **kwargs)
        self.input_transformers_post.append(self._await_pip)

    async def run(
        self, code: str, *, silent: bool, store_history: bool, metadata: Content
    ) -> ExecutionResult:
        """Load the packages that a cell imports, then run it; errors are published."""
        self.shown_error = self.display_error = None
        transformed, failure = code, None
        try:
            transformed = self.transform_cell(code)
        except Exception:  # an input transformer, which may be the user's: shown with the cell
            failure = sys.exc_info()
        info = ExecutionInfo(
            code, store_history, silent, True, metadata.get("cellId"), metadata, transformed
        )
        result = ExecutionResult(info)
        try:
            await self._load_imports(transformed)
            result = await self.run_cell_async(
                code,
                store_history=store_history,
                silent=silent,
                transformed_cell=transformed,
                preprocessing_exc_tuple=failure,
                cell_id=metadata.get("cellId"),
                cell_meta=metadata,
            )
        except (
            Exception,
            KeyboardInterrupt,
        ) as error:  # around user code: IPython does not catch it
            result.error_in_exec = error
            self.showtraceback()
        finally:
            self.events.trigger("post_execute")
            if not silent:
                self.events.trigger("post_run_cell", result)
        return result

    async def pip(self, line: str) -> None:
        """Run %pip or !pip in the kernel itself."""
        from .pip import pip  # noqa: PLC0415  # micropip takes half a second to import

        await pip(self.var_expand(line, 1), self.kernel.packages or PackageSources())

    def guard(self, function: Callable[..., object], *args: object) -> bool:
        """Call user code outside of a cell; publish its error, and return whether it succeeded."""
        try:
            function(*args)
        except (Exception, KeyboardInterrupt):
            self.showtraceback()
            return False
        return True

    def described(self, error: BaseException) -> Content:
        """An error as message content, with the traceback that was shown for it."""
        shown = self.shown_error["traceback"] if self.shown_error else []
        return {"ename": type(error).__name__, "evalue": _text(error), "traceback": shown}

    def take_payload(self) -> list[Content]:
        """Requests of the cell to its front end: pager, next input, exit."""
        payload: list[Content] = self.payload_manager.read_payload()
        self.payload_manager.clear_payload()
        return payload

    def set_next_input(self, text: str, replace: bool = False) -> None:
        """Ask the front end for a cell with that text after this one, or in its place."""
        self._ask_front_end("set_next_input", text=text, replace=replace)

    def ask_exit(self) -> None:
        """Ask the front end to close, and end the kernel unless `keepkernel_on_exit` is set."""
        self.exit_now = not self.keepkernel_on_exit
        self._ask_front_end("ask_exit", keepkernel=bool(self.keepkernel_on_exit))

    def get_parent(self) -> Content:
        """The message that is the parent of what is published now."""
        return self.kernel.get_parent()

    def set_parent(self, parent: Content) -> None:
        """Let another message be the parent of what is published from here on."""
        self.kernel.set_parent(parent)

    def enable_gui(self, gui: str | None = None) -> None:
        """No event loop of a GUI is needed: the front end is the GUI."""
        self.active_eventloop = gui

    def init_hooks(self) -> None:
        """Page through the front end."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(self._page), 99)

    def init_history(self) -> None:
        """Use the history that the kernel stores."""
        self.history_manager = KernelHistory(shell=self, parent=self)
        self.configurables.append(self.history_manager)  # type: ignore[arg-type]  # a Configurable

    def init_magics(self) -> None:
        """Add this kernel's own magics."""
        super().init_magics()
        self.register_magics(KernelMagics)
        if not self.kernel.processes:
            for name in self.magics_manager.registry["ScriptMagics"].magics["cell"]:
                explain = partial(self._no_script, name)
                self.magics_manager.register_function(explain, "cell", name)

    def init_extension_manager(self) -> None:
        """Load the extension that ipykernel loads: %store."""
        super().init_extension_manager()
        self.extension_manager.load_extension("storemagic")

    def init_builtins(self) -> None:
        """Leave builtins alone, which `patched` replaces."""
        self.builtin_trap = BuiltinTrap(shell=self)

    def init_virtualenv(self) -> None:
        """Leave sys.path alone, as a kernel runs in its environment already."""

    def system_piped(self, cmd: str) -> None:
        """Run a system command, where there are processes."""
        if self.kernel.processes:
            super().system_piped(cmd)
        else:
            for line in self._command(self.var_expand(cmd, depth=1)):
                print(line)

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """The output of a system command, where there are processes."""
        if self.kernel.processes:
            return super().getoutput(cmd, split, depth + 1)
        lines = SList(self._command(self.var_expand(cmd, depth=depth + 1)))
        return lines if split else lines.n

    def close(self) -> None:
        """End the session, and restore the earlier __main__."""
        atexit.unregister(self.atexit_operations)
        self.atexit_operations()
        if self._orig_sys_modules_main_mod:
            sys.modules[self._orig_sys_modules_main_name] = self._orig_sys_modules_main_mod

    @property
    def debugger_cls(self) -> type[Debugger]:
        """The debugger of %debug; not imported at the start."""
        # patches.py replaces IPython's by ours as soon as it is imported.
        debugger: type[Debugger] = import_module("IPython.core.debugger").Pdb
        return debugger

    @traitlets.default("banner1")
    def _default_banner1(self) -> str:
        return default_banner

    @traitlets.default("exiter")
    def _default_exiter(self) -> ZMQExitAutocall:
        return ZMQExitAutocall(self)

    async def _load_imports(self, code: str) -> None:
        names = missing_imports(code)
        if not names:
            return
        try:
            await self.kernel.host.load_packages(names)
        except PackagesNotLoaded as error:
            print(error, file=sys.stderr)

    def _showtraceback(
        self, etype: type[BaseException], evalue: BaseException, stb: list[str]
    ) -> None:
        error = {"ename": etype.__name__, "evalue": _text(evalue), "traceback": stb}
        self.shown_error = error
        if self.displayhook.is_active:
            self.display_error = error
        self.kernel.publish("error", error)

    def _ask_front_end(self, source: str, **what: object) -> None:
        self.payload_manager.write_payload({"source": source, **what})

    def _page(self, text: str | Content, start: int = 0, *_: object, **__: object) -> None:
        data = text if isinstance(text, dict) else {"text/plain": text}
        self._ask_front_end("page", data=data, start=max(0, start))

    def _await_pip(self, lines: list[str]) -> list[str]:
        return await_pip(lines) if self.kernel.packages else lines

    def _command(self, cmd: str) -> Iterable[str]:
        """The lines that a command prints where there are no processes."""
        lines = system_commands.run(cmd)
        self.user_ns["_exit_code"] = COMMAND_NOT_FOUND if lines is None else 0
        if lines is None:
            self._explain(f"!{cmd}")
        return lines or ()

    def _no_script(self, name: str, _line: str, _cell: str) -> None:
        self._explain(f"%%{name}")

    def _explain(self, command: str) -> None:
        known = ", ".join(f"!{name}" for name in system_commands.COMMANDS)
        print(
            f"{command} was not run: Python in the browser has no processes and no system "
            f"commands, except {known} on their own. Use Python instead (os, pathlib, shutil); "
            "install packages with %pip install at the top level of a cell.",
            file=sys.stderr,
        )


# Libraries (rich, tqdm and many more) know a notebook by the name of its shell's class.
Shell.__name__ = "ZMQInteractiveShell"
InteractiveShellABC.register(Shell)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:  # user code: __str__ may do anything
        return f"<{type(error).__name__} whose text failed with {type(failure).__name__}>"
