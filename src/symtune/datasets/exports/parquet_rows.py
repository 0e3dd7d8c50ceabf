"""Problems as a `datasets` data set: parquet files that ``datasets.load_dataset`` reads, and `symtune import symtune` too.

One row per problem. Plain columns hold what trainers ask for (``prompt`` and ``problem_id`` are those that TRL hands to
`symtune.reward`); what nests (cases, meta, suite) is text: the tagged JSON of docs/file-formats.md, since parquet has one type per column
and Python's values have not. Nothing is lost: a row reads back as the same problem.

A path that ends in ``.parquet`` becomes that file; any other a folder with ``data/train-00000-of-00001.parquet`` and so on, the layout
of a data set on the hub, which ``load_dataset(folder)`` reads as the split ``train``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symtune.datasets.exports.written import Prompt, Written
from symtune.domain import Problem
from symtune.errors import BadInputError, MissingExtraError
from symtune.store import atomic_write

JSON_COLUMNS = ("examples", "tests", "meta", "suite", "limits")
"""Columns whose text is JSON."""

EXTRA_COLUMNS = ("problem_id", "prompt", "num_examples", "num_tests")
"""Columns that say again, for trainers, what the others hold."""

ROWS_PER_FILE = 10_000
ROWS_PER_GROUP = 256


def write_parquet(problems: Sequence[Problem], out: Path, *, prompt: Prompt) -> Written:
    """Write problems as parquet.

    Raises:
        BadInputError: ``out`` is there and of the other kind, file or folder.
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", extra="train") from error
    schema = arrow.schema([(name, _TYPES[kind](arrow)) for name, kind in COLUMNS.items()])
    written = Written(num_problems=len(problems))
    parts = _parts(problems, out)
    for path, members in parts:
        with atomic_write(path) as file, parquet.ParquetWriter(file, schema) as writer:
            for start in range(0, len(members), ROWS_PER_GROUP):
                rows = [row_of(problem, prompt=prompt, written=written) for problem in members[start : start + ROWS_PER_GROUP]]
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
    written.paths = tuple(path for path, _ in parts)
    return written


COLUMNS = {
    "problem_id": "text", "prompt": "text", "id": "text", "statement": "text", "entry_point": "text", "starter_code": "text",
    "difficulty": "text", "examples": "text", "tests": "text", "num_examples": "int", "num_tests": "int", "references": "texts",
    "time_limit_s": "float", "memory_limit_bytes": "int", "source": "text", "meta": "text", "suite": "text", "checker": "text",
    "limits": "text",
}  # fmt: skip
"""Column -> kind of its values; every one may be null."""

_TYPES: dict[str, Any] = {
    "text": lambda arrow: arrow.large_string(),
    "texts": lambda arrow: arrow.list_(arrow.large_string()),
    "int": lambda arrow: arrow.int64(),
    "float": lambda arrow: arrow.float64(),
}


def row_of(problem: Problem, *, prompt: Prompt, written: Written) -> dict[str, Any]:
    """Return the row of a problem, and count it."""
    form = problem.to_json()
    row: dict[str, Any] = {name: form.get(name) for name in COLUMNS}
    for name in JSON_COLUMNS:
        row[name] = None if form.get(name) is None else json.dumps(form[name], allow_nan=False)
    row |= {
        "problem_id": problem.id,
        "prompt": prompt(problem),
        "num_examples": len(problem.examples),
        "num_tests": len(problem.tests),
    }
    written.num_cases += len(problem.examples) + len(problem.tests)
    for name, value in row.items():
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and not _is_utf8(text) for text in texts):
            written.changed[f"{name}: half of a surrogate pair, written as an escape"] += 1
            fixed = [text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text for text in texts]
            row[name] = fixed if isinstance(value, list) else fixed[0]
    return row


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parts(problems: Sequence[Problem], out: Path) -> list[tuple[Path, Sequence[Problem]]]:
    """Return which problems go to which file."""
    if out.suffix == ".parquet":
        if out.is_dir():
            raise BadInputError(f"{out}: is a folder; give a file that ends in .parquet, or a folder of another name")
        return [(out, problems)]
    if out.is_file():
        raise BadInputError(f"{out}: is a file; parquet goes to a file that ends in .parquet, or to a folder")
    num_files = max(1, -(-len(problems) // ROWS_PER_FILE))
    return [
        (out / "data" / f"train-{index:05d}-of-{num_files:05d}.parquet", problems[index * ROWS_PER_FILE : (index + 1) * ROWS_PER_FILE])
        for index in range(num_files)
    ]
