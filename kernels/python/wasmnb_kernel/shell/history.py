"""IPython's history, extended by the stored cells of earlier sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from IPython.core.history import HistoryManager

from ..host import HistoryUnavailable

if TYPE_CHECKING:
    from .kernel_api import HasKernel


class KernelHistory(HistoryManager):
    """IPython's history in memory; `Kernel.history` stores it."""

    shell: HasKernel
    complained = False

    def recall(self) -> None:
        """Load the stored sessions, and begin one after them."""
        with self.db:  # it began when the snapshot was taken
            now = datetime.now().isoformat(" ")
            self.db.execute("UPDATE sessions SET start = ?", (now,))
        stored = self.shell.kernel.history
        if stored is None:
            return
        try:
            lines = list(stored.load())
        except HistoryUnavailable as error:
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
        """Store a cell before it runs, as it may crash the kernel."""
        before = len(self.input_hist_raw)
        super().store_inputs(line_num, source, source_raw)
        stored = self.shell.kernel.history
        if stored is None or len(self.input_hist_raw) == before:  # IPython leaves `exit` out
            return
        raw = self.input_hist_raw[-1]
        try:
            stored.keep((self.session_number, line_num, self.input_hist_parsed[-1], raw))
        except HistoryUnavailable as error:
            self._complain(error)

    def _complain(self, error: HistoryUnavailable) -> None:
        if not self.complained:
            self.complained = True
            self.shell.kernel.complain(f"The history of cells is not stored: {error}")
