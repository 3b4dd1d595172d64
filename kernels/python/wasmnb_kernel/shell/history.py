"""The cells that were run, in this session and in those before it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from IPython.core.history import HistoryManager

from ..host import HistoryNotKept

if TYPE_CHECKING:
    from .kernel_api import HasKernel


class KernelHistory(HistoryManager):
    """IPython's history, in memory; what outlives the kernel is in its `Kernel.history`."""

    shell: HasKernel
    complained = False

    def recall(self) -> None:
        """Begin a session that comes after all those which are kept."""
        with self.db:  # after a snapshot it began when that was taken
            now = datetime.now().isoformat(" ")
            self.db.execute("UPDATE sessions SET start = ?", (now,))
        kept = self.shell.kernel.history
        if kept is None:
            return
        try:
            lines = list(kept.load())
        except HistoryNotKept as error:
            self._complain(error)
            return
        if not lines:
            return
        with self.db:
            self.db.executemany("INSERT OR IGNORE INTO history VALUES (?, ?, ?, ?)", lines)
            sessions = [(line[0],) for line in lines]
            self.db.executemany("INSERT OR IGNORE INTO sessions (session) VALUES (?)", sessions)
        self.new_session()

    def store_inputs(self, line_num: int, source: str, source_raw: str | None = None) -> None:
        """Take a cell before it runs: should it take the kernel with it, it is kept."""
        before = len(self.input_hist_raw)
        super().store_inputs(line_num, source, source_raw)
        kept = self.shell.kernel.history
        if kept is None or len(self.input_hist_raw) == before:  # IPython leaves `exit` out
            return
        raw = self.input_hist_raw[-1]
        try:
            kept.keep((self.session_number, line_num, self.input_hist_parsed[-1], raw))
        except HistoryNotKept as error:
            self._complain(error)

    def _complain(self, error: HistoryNotKept) -> None:
        if not self.complained:
            self.complained = True
            self.shell.kernel.complain(f"The history of cells is not kept: {error}")
