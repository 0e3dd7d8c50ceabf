"""A file that a verb writes record by record and takes up again after a kill.

While the work goes on, records lie in ``NAME.partial`` beside the file that was asked for, behind a first line that says with
which settings and inputs they were made. Finishing writes the real file in one atomic step and removes the partial one.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Self

from symtune.domain import Json, Record
from symtune.errors import RunLockedError, RunMismatchError
from symtune.store.jsonl import AppendLog, write_jsonl
from symtune.store.run_directory import differing_keys


class ResumableFile:
    """An output file in the making.

    Args:
        path: the file that is wanted in the end.
        settings: everything the records depend on (config values, digests of inputs), as JSON.

    Raises:
        RunLockedError: another process writes the same file (on entering).
        RunMismatchError: the partial file was made with other settings; the message names the keys (on entering).
    """

    def __init__(self, path: Path | str, *, settings: Mapping[str, Json]) -> None:
        self.path = Path(path)
        self.partial_path = self.path.with_name(self.path.name + ".partial")
        self.done: list[dict[str, Any]] = []
        self._settings = dict(settings)
        self._log = AppendLog(self.partial_path)
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = self.partial_path.open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise RunLockedError(f"{self.path}: another process writes this file; wait, or choose another --out") from error
        header, *self.done = self._log.read() or [{}]
        self._log.__enter__()
        if not header:
            self._log.append({"settings": self._settings})
        elif keys := differing_keys(header.get("settings", {}), self._settings):
            self.__exit__()
            raise RunMismatchError(
                f"{self.partial_path}: left by an unfinished run with other settings; they differ in: {', '.join(keys)}. "
                "Delete that file, or choose another --out."
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._log.__exit__()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def append(self, record: Record | dict[str, Json]) -> None:
        """Keep one finished record."""
        form = record.to_json() if isinstance(record, Record) else record
        self._log.append(form)
        self.done.append(form)

    def finish(self, forms: Iterable[dict[str, Json]] | None = None) -> int:
        """Write the wanted file from ``forms`` (default: the records in the order they were kept) and drop the partial one."""
        num_written = write_jsonl(self.path, self.done if forms is None else forms)
        self.partial_path.unlink()
        return num_written
