"""Format ``symtune``: symtune's own problems, as JSON Lines (docs/file-formats.md)."""

from __future__ import annotations

from typing import Any

from symtune.datasets.rows import ImportedRow
from symtune.domain import Problem


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    return ImportedRow(index=0, problem=Problem.from_json(row))
