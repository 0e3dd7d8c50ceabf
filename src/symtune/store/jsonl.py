"""JSON Lines files: read with line numbers, written whole or appended line by line. ``.gz`` is transparent."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from symtune.domain import SCHEMA, Json, Record
from symtune.errors import BadRecordError, MissingInputError

RecordT = TypeVar("RecordT", bound=Record)


def read_jsonl(path: Path | str) -> Iterator[tuple[int, dict[str, Json]]]:
    """Yield ``(line number, object)`` for every non-blank line of a JSON Lines file.

    Raises:
        MissingInputError: there is no such file.
        BadRecordError: a line that is not UTF-8, not JSON or not an object; it names the file and the line.
    """
    path = Path(path)
    for number, line in _lines(path):
        yield number, _parse_line(line, path=path, number=number)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if not path.is_file():
        raise MissingInputError(f"{path}: no such file; check the path")
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line
    except (EOFError, OSError, zlib.error) as error:
        raise BadRecordError(f"the file cannot be read on: {error}", path=path, line=number + 1) from error


def _parse_line(line: bytes, *, path: Path, number: int) -> dict[str, Json]:
    try:
        form = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecordError(f"not valid JSON: {error}", path=path, line=number) from error
    if not isinstance(form, dict):
        raise BadRecordError(f"expected a JSON object, got {type(form).__name__}", path=path, line=number)
    return form


def write_jsonl(path: Path | str, forms: Iterable[dict[str, Json]]) -> int:
    """Write objects to a JSON Lines file, all or nothing, and return how many there were."""
    path = Path(path)
    num_written = 0
    with atomic_write(path) as file:
        packed = gzip.GzipFile(fileobj=file, mode="wb", mtime=0) if path.suffix == ".gz" else contextlib.nullcontext(file)
        with packed as sink:
            for form in forms:
                sink.write(dump_line(form))
                num_written += 1
    return num_written


def dump_line(form: dict[str, Json]) -> bytes:
    """Return one line of a file: the object with its ``schema`` number, in UTF-8, ending in a newline."""
    form = form if "schema" in form else {"schema": SCHEMA, **form}
    try:
        return json.dumps(form, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except UnicodeEncodeError:  # lone surrogates have no UTF-8 form, but JSON can escape them
        return json.dumps(form, allow_nan=False).encode() + b"\n"


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that takes the place of ``path`` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def load_records(path: Path | str, record_type: type[RecordT]) -> list[RecordT]:
    """Read a file of records.

    Raises:
        MissingInputError: there is no such file.
        BadRecordError: naming file, line and field.
    """
    records = []
    for number, form in read_jsonl(path):
        try:
            records.append(record_type.from_json(form))
        except BadRecordError as error:
            raise BadRecordError(error.reason, path=path, line=number, field=error.field) from error
        except ValueError as error:
            raise BadRecordError(str(error), path=path, line=number) from error
    return records


def scan_records(
    path: Path | str, record_type: type[RecordT]
) -> Iterator[tuple[int, Any, RecordT | BadRecordError]]:
    """Yield ``(line number, JSON form or None, record or the error that names the line)``: a bad line does not end the reading.

    Raises:
        MissingInputError: there is no such file.
        BadRecordError: the file itself cannot be read on (a torn ``.gz``).
    """
    path = Path(path)
    for number, line in _lines(path):
        form = None
        try:
            form = _parse_line(line, path=path, number=number)
            yield number, form, record_type.from_json(form)
        except BadRecordError as error:
            yield number, form, BadRecordError(error.reason, path=path, line=number, field=error.field)
        except (ValueError, RecursionError) as error:
            yield number, form, BadRecordError(str(error), path=path, line=number)


def as_records(given: Path | str | Iterable[Record], record_type: type[RecordT]) -> list[RecordT]:
    """Read a file of records, or take records as they are: what every function accepts that takes ``problems`` and the like."""
    if isinstance(given, Path | str):
        return load_records(given, record_type)
    return list(given)  # type: ignore[arg-type]


def save_records(path: Path | str, records: Iterable[Record]) -> int:
    """Write records to a file, all or nothing, and return how many there were."""
    return write_jsonl(path, (record.to_json() for record in records))


class AppendLog:
    """A JSON Lines file that grows line by line and survives a kill at any moment.

    Opening it cuts a torn last line off, so the record that was being written is owed again.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._file: io.BufferedWriter | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _cut_torn_line(self.path)
        self._file = self.path.open("ab")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, form: dict[str, Json] | Record) -> None:
        """Write one record and flush it to the operating system."""
        if self._file is None:
            raise RuntimeError(f"{self.path}: the log is not open; use it in a with block")
        self._file.write(dump_line(form.to_json() if isinstance(form, Record) else form))
        self._file.flush()

    def read(self) -> list[dict[str, Any]]:
        """Return every whole record that is there, without the ``schema`` key; an absent file is empty."""
        if not self.path.is_file():
            return []
        _cut_torn_line(self.path)
        return [{key: value for key, value in form.items() if key != "schema"} for _, form in read_jsonl(self.path)]


def _cut_torn_line(path: Path) -> None:
    if not path.is_file() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        position, tail = end, b""
        while position > 0 and b"\n" not in tail:
            step = min(65536, position)
            position -= step
            file.seek(position)
            tail = file.read(step) + tail
        whole = position + tail.rfind(b"\n") + 1
        if whole != end:
            file.truncate(whole)
