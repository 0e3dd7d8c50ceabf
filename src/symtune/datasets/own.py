"""Format ``symtune``: symtune's own problems, as JSON Lines (docs/file-formats.md) or as the rows of a parquet export."""

from __future__ import annotations

import json
from typing import Any

from symtune.datasets.exports.parquet_rows import EXTRA_COLUMNS, JSON_COLUMNS
from symtune.datasets.rows import ImportedRow
from symtune.domain import Problem
from symtune.errors import BadRecordError


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    return ImportedRow(index=0, problem=Problem.from_json(_nested(row) if isinstance(row.get("tests"), str) else row))


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON form behind a row of a parquet export, in which what nests is text."""
    form = {name: value for name, value in row.items() if name not in EXTRA_COLUMNS and value is not None}
    for name in JSON_COLUMNS:
        if name in form:
            try:
                form[name] = json.loads(form[name])
            except (TypeError, ValueError, RecursionError) as error:
                raise BadRecordError(f"is not valid JSON: {str(error)[:120]}", field=name) from error
    return form
