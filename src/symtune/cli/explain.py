"""`symtune explain`: why a program got its verdict."""

from __future__ import annotations

import difflib
from typing import Literal

import tyro

from symtune.cli.arguments import ProblemsArg, ProgramsArg
from symtune.cli.limits import run_limits
from symtune.cli.set_aside import judgeable
from symtune.domain import Split
from symtune.errors import BadInputError
from symtune.judging import Explanation
from symtune.judging import explain as explain_program


def explain(
    problems: tyro.conf.Positional[ProblemsArg],
    programs: tyro.conf.Positional[ProgramsArg],
    *,
    id: str,
    split: Split = "tests",
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    time_limit: str | None = None,
    memory_limit: str | None = None,
) -> Explanation:
    """Judge one program and show why it got its verdict: the first failing case, got against expected, its own lines.

    Args:
        problems: problems.jsonl.
        programs: programs.jsonl.
        id: id of the program.
        split: cases to judge on, as in `symtune judge`.
        isolation: as in `symtune judge`.
        time_limit: as in `symtune judge`.
        memory_limit: as in `symtune judge`.

    Raises:
        BadInputError: no program has this id, or it cannot be judged; says why.
    """
    given = judgeable(problems, programs)
    program = next((item for item in given.programs if item.program_id == id), None)
    if program is None:
        reason = next((item.reason for item in given.unjudged if item.program_id == id), None)
        if reason is not None:
            raise BadInputError(f"the program {id!r} cannot be judged: {reason}")
        near = difflib.get_close_matches(id, [item.program_id for item in given.programs], n=3, cutoff=0.3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise BadInputError(f"no program has the id {id!r} among {len(given.programs)}{hint}")
    problem = next(item for item in given.problems if item.id == program.problem_id)
    limits, measured = run_limits(time_limit=time_limit, memory_limit=memory_limit)
    return explain_program(
        problem, program, split=split, isolation=isolation, limits=limits, time_limit=measured
    )


def summarise_explanation(explanation: Explanation) -> list[str]:
    """Return the lines the command line prints."""
    return [str(explanation)]
