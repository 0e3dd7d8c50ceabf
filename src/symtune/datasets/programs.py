"""Programs that come with a data set, with what is known of each as its label."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from symtune.datasets.codecontests import wrong_programs as wrong_codecontests
from symtune.datasets.opening import UnreadableRow, open_rows
from symtune.datasets.quixbugs import wrong_programs as wrong_quixbugs
from symtune.datasets.rows import text_field
from symtune.domain import Program
from symtune.errors import BadInputError, BadRecordError


def _apps(row: dict[str, Any]) -> list[Program]:
    passes = row.get("passes_original_tests")
    label = None if passes is None else "passes_original" if passes else "fails_original"
    return [Program(problem_id=f"apps/{row['problem_id']}", source=text_field(row, "code"), label=label)]


def _mbpp(row: dict[str, Any]) -> list[Program]:
    return [Program(problem_id=f"Mbpp/{row['task_id']}", source=text_field(row, "code"), label=row.get("label"))]


def _codecontests(row: dict[str, Any]) -> list[Program]:
    name = text_field(row, "name")
    wrong = wrong_codecontests(row)
    return [
        Program(problem_id=f"codecontests/{name}", source=source, id=f"codecontests/{name}#wrong{index}", label="wrong")
        for index, source in enumerate(wrong)
    ]


PROGRAM_FORMATS: dict[str, Callable[[dict[str, Any]], list[Program]]] = {
    "apps": _apps,
    "mbpp-plus": _mbpp,
    "codecontests": _codecontests,
    "quixbugs": wrong_quixbugs,
    "symtune": lambda row: [Program.from_json(row)],
}
"""Format name -> what makes programs of one row."""


def read_programs(path: Path | str, *, format: str) -> list[Program]:
    """Return the programs of a file, with ids that differ, in its order.

    Args:
        path: a file, a folder or a hub id.
        format: a name in `PROGRAM_FORMATS`: ``apps`` (``problem_id, code, passes_original_tests``), ``mbpp-plus``
            (``task_id, code, label``), ``codecontests`` (its rows' incorrect Python 3 programs), ``quixbugs`` (its rows'
            wrong programs), ``symtune``.

    Raises:
        BadInputError: unknown format.
        BadRecordError: a row that holds no program; it names the file, the row and the field.
        MissingInputError: there is nothing at ``path``.
    """
    if format not in PROGRAM_FORMATS:
        raise BadInputError(f"no programs are read in format {format!r}; known: {', '.join(PROGRAM_FORMATS)}")
    programs: list[Program] = []
    counts: dict[str, int] = {}
    for index, row in enumerate(open_rows(path)):
        if isinstance(row, UnreadableRow):
            raise BadRecordError(row.reason, path=path, line=index + 1)
        try:
            found = PROGRAM_FORMATS[format](row)
        except BadRecordError as error:
            raise BadRecordError(error.reason, path=path, line=index + 1, field=error.field) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise BadRecordError(f"not of the expected shape: {error!r}", path=path, line=index + 1) from error
        for program in found:
            number = counts[program.problem_id] = counts.get(program.problem_id, -1) + 1
            programs.append(program if program.id else program.model_copy(update={"id": f"{program.problem_id}#{number}"}))
    return programs
