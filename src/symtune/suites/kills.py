"""Kill matrix: which cases which programs do not survive.

A case kills a program that gives a wrong value there, raises, is ended, or takes too long. Programs run one fork each, all cases in
it; one that overruns a case is stopped there, so that an endless loop costs one time limit, and its later cases stand as not killing.
Expected values are compared on the host, by the case's comparator or the problem's checker.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symtune.domain import Case, Problem
from symtune.errors import SandboxError
from symtune.judging import Judge

TIME_FACTOR = 4.0
"""A program may take this many times as long on a case as the slowest step of the reference."""

MIN_TIME_S = 0.06
"""Least CPU time limit of a case, so that small hesitations of the machine kill nobody."""

FIRST_CASES, SOURCES_AT_ONCE = 4, 16
"""Cases of the first round of `survivors_of`, and programs run between two looks at the budget."""

MEASURING_TIME_S = 2.0
"""CPU time limit of a case while the reference is measured."""


def kill_matrix(
    problem: Problem, sources: Sequence[str], cases: Sequence[Case], *, judge: Judge, cpu_time_s: float
) -> list[frozenset[int]]:
    """Return for each program the indices of the cases that kill it.

    A program that does not load is killed by all cases; one that the judge could not run, by none.

    Args:
        problem: its entry point, prelude, checker and limits hold; its own cases are not looked at.
        sources: programs: mutants, suspects, references.
        cases: with expected values.
        cpu_time_s: CPU time limit of one case; see `time_allowance`.

    Raises:
        BadInputError: a case with an unknown comparator, or without JSON form.
        IsolationError: this machine does not isolate as asked.
    """
    if not cases or not sources:
        return [frozenset() for _ in sources]
    columns = judge.columns(problem, sources, cases, cpu_time_s=cpu_time_s)
    return [
        frozenset()
        if isinstance(column, SandboxError)
        else frozenset(index for index, cause in enumerate(column.causes) if cause is not None)
        for column in columns
    ]


def survivors_of(
    problem: Problem,
    sources: Sequence[str],
    cases: Sequence[Case],
    *,
    judge: Judge,
    cpu_time_s: float,
    is_spent: Callable[[], bool] = lambda: False,
) -> tuple[list[int], list[int]]:
    """Return the numbers of the programs that no case kills, and of those that were not run to the end.

    Few cases run at first, and what they kill does not run again, so that a strong suite is soon through with bad programs.

    Args:
        is_spent: asked now and then; once it says so, nothing more is run.
    """
    alive = list(range(len(sources)))
    start, size = 0, FIRST_CASES
    while start < len(cases):
        chunk = cases[start : start + size]
        survived: list[int] = []
        for place in range(0, len(alive), SOURCES_AT_ONCE):
            if is_spent():
                return [], survived + alive[place:]
            numbers = alive[place : place + SOURCES_AT_ONCE]
            kills = kill_matrix(problem, [sources[number] for number in numbers], chunk, judge=judge, cpu_time_s=cpu_time_s)
            survived += [number for number, places in zip(numbers, kills, strict=True) if not places]
        alive, start, size = survived, start + size, size * 4
    return alive, []


def time_allowance(problem: Problem, reference: str, cases: Sequence[Case], *, judge: Judge) -> float:
    """Return the CPU time limit of a case by the reference's own: ``max(MIN_TIME_S, TIME_FACTOR * slowest step)``.

    Loading counts as a step. A reference that overruns or breaks gives the limit of `MEASURING_TIME_S`.
    """
    (column,) = judge.columns(problem, [reference], cases, cpu_time_s=MEASURING_TIME_S)
    if isinstance(column, SandboxError) or len(column.causes) < len(cases):
        return TIME_FACTOR * MEASURING_TIME_S
    return max(MIN_TIME_S, TIME_FACTOR * column.slowest_s)
