"""Trust: notebooks whose outputs the user has signed, in the database that all of Jupyter shares.

HTML and JavaScript in outputs run at once only in trusted notebooks. The rules and the database
are nbformat's (`nbformat.sign`). An SQLite connection belongs to one thread, so each call opens
its own.
"""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

import logging
import sqlite3
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import override

from jupyter_core.paths import jupyter_data_dir
from nbformat.sign import NotebookNotary, SQLiteSignatureStore, yield_code_cells

from wasmnb.contents.hashes import fingerprint
from wasmnb.contents.notebooks import Notebook

logger = logging.getLogger(__name__)

# Incomplete cells, text that UTF-8 cannot encode, a database that is locked.
UNSIGNABLE = (AttributeError, KeyError, TypeError, UnicodeEncodeError, sqlite3.Error)


# The notary's files, in which trust is recorded.
FILES = ("nbsignatures.db", "notebook_secret")


class Signatures(SQLiteSignatureStore):
    """Jupyter's database of signatures, without a write for each read.

    It records when each signature was last seen, to remove the oldest. For that a day is precise
    enough.
    """

    @override
    def check_signature(self, digest: str, algorithm: str) -> bool:
        return self._is_fresh(digest, algorithm) or bool(super().check_signature(digest, algorithm))

    @override
    def store_signature(self, digest: str, algorithm: str) -> None:
        if not self._is_fresh(digest, algorithm):
            super().store_signature(digest, algorithm)

    def _is_fresh(self, digest: str, algorithm: str) -> bool:
        """Whether the signature was seen in the last 24 hours."""
        found = self.db.execute(
            "SELECT 1 FROM nbsignatures WHERE algorithm = ? AND signature = ? AND last_seen > ?",
            (algorithm, digest, datetime.now(UTC) - timedelta(days=1)),
        )
        return found.fetchone() is not None


class Trust:
    """The signatures of the user who runs this program."""

    def __init__(self, data_dir: Path | None = None) -> None:
        self._data_dir = data_dir or Path(jupyter_data_dir())
        self._writing = Lock()  # SQLite makes concurrent writers sleep

    def state(self) -> Hashable:
        """A value that changes whenever a signature is added or removed."""
        return tuple(state_of(self._data_dir / name) for name in FILES)

    def mark(self, notebook: Notebook) -> None:
        """Mark each code cell of a notebook just read as trusted or not."""
        try:
            with self._notary() as notary:
                notary.mark_cells(notebook, notary.check_signature(notebook))
        except UNSIGNABLE as error:
            logger.warning("A notebook is treated as not trusted: %r.", error)

    def renew(self, notebook: Notebook, *, strictly: bool = False) -> None:
        """Sign a notebook that was saved, if all of its cells are trusted.

        By Jupyter's rules a cell without outputs, or with harmless ones, counts as trusted. In
        strict mode it does not if it is marked as not trusted.
        """
        try:
            with self._writing, self._notary() as notary:
                if strictly and any(map(is_distrusted, yield_code_cells(notebook))):
                    return
                if notary.check_cells(notebook):
                    notary.sign(notebook)
        except UNSIGNABLE as error:
            logger.warning("A notebook was saved without a signature: %r.", error)

    def sign(self, notebook: Notebook) -> None:
        """Sign a notebook that the user trusts."""
        with self._writing, self._notary() as notary:
            notary.mark_cells(notebook, True)
            if notary.check_cells(notebook):
                notary.sign(notebook)

    def _notary(self) -> NotebookNotary:
        try:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            database = str(self._data_dir / FILES[0])
            notary = NotebookNotary(
                data_dir=str(self._data_dir), store_factory=lambda: Signatures(database)
            )
            if notary.secret:  # a property that reads or creates the file
                return notary
            raise OSError("its notebook_secret is empty")
        except (OSError, sqlite3.Error) as error:
            logger.warning("Trust is not stored: %s cannot be used (%s).", self._data_dir, error)
            return NotebookNotary(db_file=":memory:", secret=b"for nobody")


def state_of(file: Path) -> Hashable:
    try:
        return fingerprint(file.stat())
    except OSError:
        return None


def is_distrusted(cell: Notebook) -> bool:
    return cell["metadata"].get("trusted") is False
