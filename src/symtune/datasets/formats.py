"""FORMATS: the table of outside formats. A new one is one file with ``read(row)`` and one line here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symtune.datasets.apps import HUB_FILES, folder_rows, is_folder_layout
from symtune.datasets.apps import read as read_apps
from symtune.datasets.codecontests import read as read_codecontests
from symtune.datasets.humaneval import read as read_humaneval
from symtune.datasets.humaneval_plus import read as read_humaneval_plus
from symtune.datasets.leetcode import read as read_leetcode
from symtune.datasets.mbpp_plus import read as read_mbpp_plus
from symtune.datasets.opening import UnreadableRow, open_rows
from symtune.datasets.own import read as read_own
from symtune.datasets.quixbugs import read as read_quixbugs
from symtune.datasets.rows import ImportedRow, RowReader, read_row, rejected
from symtune.errors import BadInputError

FORMATS: dict[str, RowReader] = {
    "apps": read_apps,
    "leetcode": read_leetcode,
    "mbpp-plus": read_mbpp_plus,
    "humaneval": read_humaneval,
    "humaneval-plus": read_humaneval_plus,
    "codecontests": read_codecontests,
    "quixbugs": read_quixbugs,
    "symtune": read_own,
}
"""Format name -> what reads one of its rows."""

_HUB_FILES = {"apps": HUB_FILES}


def reader_of(format: str) -> RowReader:
    """Return the reader of a format.

    Raises:
        BadInputError: there is no such format; the message lists those there are.
    """
    if format not in FORMATS:
        raise BadInputError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
    return FORMATS[format]


def read_rows(format: str, path: Path | str) -> Iterator[ImportedRow]:
    """Yield what each row of a data set becomes, in its order. No row stops the reading.

    A row whose id stood before gets the id with ``-2``, ``-3``, ... behind it when its statement differs, and is set aside
    when it is the same problem again.

    Args:
        format: a name in `FORMATS`.
        path: a file (``.jsonl``, ``.jsonl.gz``, ``.json``, ``.parquet``), a folder of such files, an APPS folder in its
            original layout, or a hub data set id.

    Raises:
        BadInputError: unknown format or a file that is no data set at all.
        MissingInputError: there is nothing at ``path``.
        MissingExtraError: parquet or a hub id without the package `datasets`.
    """
    reader = reader_of(format)
    statements: dict[str, list[str]] = {}
    for index, row in enumerate(_raw_rows(format, path)):
        if isinstance(row, UnreadableRow):
            yield rejected(index, f"row {index}: {row.reason}", row=row.text or None)
            continue
        imported = read_row(reader, row, index=index)
        if imported.problem is not None:
            imported = _with_own_id(imported, statements, row=row)
        yield imported


def _raw_rows(format: str, path: Path | str) -> Iterator[Any]:
    local = Path(path)
    if format == "apps" and local.is_dir() and is_folder_layout(local):
        return folder_rows(local)
    return open_rows(path, hub_files=_HUB_FILES.get(format))


def _with_own_id(imported: ImportedRow, statements: dict[str, list[str]], *, row: Any) -> ImportedRow:
    problem = imported.problem
    if problem is None:
        return imported
    seen = statements.setdefault(problem.id, [])
    if problem.statement in seen:
        reason = f"row {imported.index}, field 'id': the problem {problem.id!r} stood in an earlier row"
        return rejected(imported.index, reason, field="id", row=row)
    seen.append(problem.statement)
    if len(seen) == 1:
        return imported
    renamed = problem.model_copy(update={"id": f"{problem.id}-{len(seen)}"})
    return imported.model_copy(update={"problem": renamed})
