"""VerdictCache: verdicts by content key in one SQLite file, shared by threads and processes.

The file is in write-ahead mode, so that readers and one writer do not wait for each other. A verdict is a few hundred bytes; a
kill loses at most the verdicts of the last moments, never the file.

Source: ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from symtune.errors import RunError

FORMAT = 1
"""Number kept in the file (``PRAGMA user_version``); raised when its tables change."""

WAIT_S = 60.0
"""Seconds that a process waits while another one writes."""


class VerdictCache:
    """Verdicts kept from run to run; a context manager.

    Args:
        path: the file; it is made, with its folders, when it is not there.

    Raises:
        RunError: the file is no verdict cache, was made by another version, or cannot be written.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open():
            pass

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what was put under a key, or None."""
        with self._open() as connection:
            row = connection.execute("SELECT form FROM verdicts WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, form: dict[str, Any]) -> None:
        """Keep a verdict; one that is there already under this key stays."""
        text = json.dumps(form, separators=(",", ":"))
        with self._open() as connection:
            connection.execute("INSERT OR IGNORE INTO verdicts VALUES (?, ?)", (key, text))

    def __len__(self) -> int:
        with self._open() as connection:
            return int(connection.execute("SELECT count(*) FROM verdicts").fetchone()[0])

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give the connection of this process, one thread at a time; a fork opens its own."""
        with self._lock:
            try:
                if self._connection is None or self._pid != os.getpid():
                    self._connection, self._pid = self._connect(), os.getpid()
                yield self._connection
            except sqlite3.Error as error:
                raise RunError(
                    f"{self.path}: cannot be used as a verdict cache: {error}. Delete that file, or choose another --cache."
                ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
            num_tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
            if found != FORMAT and (found or num_tables):
                raise sqlite3.DatabaseError(f"it has format {found}, this version reads {FORMAT}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, form TEXT NOT NULL) WITHOUT ROWID")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
