"""Open a data set: a file, a folder or a hub id, as raw rows.

Files are JSON Lines, JSON or parquet (``.gz`` is transparent for text). A folder holds such files, or the layout its format
knows. A hub id is loaded through `datasets` as plain JSON Lines or parquet; data sets that need a script no longer load.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from symtune.errors import BadInputError, BadRecordError, MissingExtraError, MissingInputError

SUFFIXES = (".jsonl", ".jsonl.gz", ".json", ".json.gz", ".parquet")
"""File name endings that are read."""

_DATA_FILES_BY_SUFFIX = {".jsonl": "json", ".json": "json", ".parquet": "parquet"}


class UnreadableRow:
    """A place in a file where a row should be and none can be read."""

    def __init__(self, reason: str, *, text: str = "") -> None:
        self.reason, self.text = reason, text


def open_rows(path: Path | str, *, hub_files: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Yield the raw rows of a data set, with an `UnreadableRow` where one cannot be read.

    Args:
        path: a file, a folder that holds such files, or a hub data set id (``owner/name``, or ``owner/name:split``).
        hub_files: files to load from the hub data set, by hub id, where the id alone would not load.

    Raises:
        MissingInputError: there is no such file or folder, and the name is no hub id that loads.
        BadInputError: a file with an unknown ending, or a file that is no JSON or parquet at all.
        MissingExtraError: parquet or a hub id without the package `datasets`.
    """
    local = Path(path)
    if local.is_file():
        yield from _file_rows(local)
    elif local.is_dir():
        files = sorted(item for item in local.rglob("*") if item.is_file() and item.name.endswith(SUFFIXES))
        if not files:
            raise BadInputError(f"{local}: no {', '.join(SUFFIXES)} file in this folder; give the folder of the data set")
        for file in files:
            yield from _file_rows(file)
    elif _looks_like_hub_id(str(path)):
        yield from _hub_rows(str(path), hub_files or {})
    else:
        raise MissingInputError(f"{path}: no such file or folder; check the path")


def _looks_like_hub_id(text: str) -> bool:
    parts = text.split("/")
    return len(parts) <= 2 and all(parts) and not text.startswith((".", "~", "/")) and not text.endswith(SUFFIXES)


def _file_rows(path: Path) -> Iterator[Any]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _line_rows(path)
    elif path.name.endswith((".json", ".json.gz")):
        yield from _json_rows(path)
    elif path.name.endswith(".parquet"):
        yield from _parquet_rows(path)
    else:
        raise BadInputError(f"{path}: unknown file ending; known: {', '.join(SUFFIXES)}")


def _line_rows(path: Path) -> Iterator[Any]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    yield json.loads(line)
                except (ValueError, RecursionError) as error:
                    text = line.decode("utf-8", errors="replace")
                    yield UnreadableRow(f"{path}, line {number}: not valid JSON: {error}", text=text)
    except (EOFError, OSError, zlib.error) as error:
        yield UnreadableRow(f"{path}, line {number + 1}: the file cannot be read on: {error}")


def _json_rows(path: Path) -> Iterator[Any]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            form = json.load(file)
    except (ValueError, RecursionError, EOFError, OSError, zlib.error) as error:
        raise BadRecordError(f"not valid JSON: {error}; JSON Lines files end in .jsonl", path=path) from error
    if isinstance(form, dict):
        inner = [value for value in form.values() if isinstance(value, list)]
        form = inner[0] if len(inner) == 1 and len(form) <= 3 else [form]
    if not isinstance(form, list):
        raise BadRecordError(f"expected a list of rows, got {type(form).__name__}", path=path)
    yield from form


def _parquet_rows(path: Path) -> Iterator[Any]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", extra="train") from error
    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=256):
            yield from batch.to_pylist()
    except (ArrowException, OSError) as error:
        raise BadInputError(f"{path}: not a parquet file that can be read: {error}") from error


def _hub_rows(given: str, hub_files: Mapping[str, str]) -> Iterator[Any]:
    name, _, split = given.partition(":")
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("datasets", extra="train") from error
    try:
        if name in hub_files:
            files = hub_files[name].replace("*", split or "*")
            builder = next(kind for suffix, kind in _DATA_FILES_BY_SUFFIX.items() if files.endswith(suffix))
            loaded = datasets.load_dataset(builder, data_files=f"hf://datasets/{name}/{files}")
        else:
            loaded = datasets.load_dataset(name, split=split or None)
    except (FileNotFoundError, ConnectionError) as error:
        raise MissingInputError(f"{name}: no such file or folder, and no hub data set of this name loads: {error}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise BadInputError(f"{name}: the hub data set does not load as JSON Lines or parquet: {error}") from error
    parts = loaded.values() if isinstance(loaded, dict) else [loaded]
    for part in parts:
        yield from part
