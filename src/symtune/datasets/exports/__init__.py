"""EXPORTS: the table of formats that problems are written in for other trainers. A new one is one file with ``write`` and one line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from symtune.datasets.exports.apps_rows import write_apps
from symtune.datasets.exports.parquet_rows import write_parquet
from symtune.datasets.exports.written import Prompt, Written
from symtune.domain import Problem
from symtune.errors import BadInputError

EXPORTS: dict[str, Callable[..., Written]] = {"parquet": write_parquet, "apps": write_apps}
"""Format name -> what writes problems to a path."""


def export_problems(problems: Sequence[Problem], out: Path, *, to: str, prompt: Prompt) -> Written:
    """Write problems for other trainers and return what was written, changed and left out.

    Args:
        out: a file or folder; see the formats.
        to: a name in `EXPORTS`.
        prompt: makes the text that a model is asked with.

    Raises:
        BadInputError: unknown format, or a file ending that the format does not have.
        MissingExtraError: parquet without the package `pyarrow`.
    """
    if to not in EXPORTS:
        raise BadInputError(f"unknown format {to!r}; known: {', '.join(EXPORTS)}")
    return EXPORTS[to](problems, out, prompt=prompt)


__all__ = ["EXPORTS", "Written", "export_problems"]
