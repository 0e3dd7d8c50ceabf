"""Settle doubtful cases: what to do when no reference agrees with all the cases that its data set gives.

Contest data holds cases of another version of a task, invalid inputs, and one output where a statement accepts several. The
references have a word on them:

A problem that has a checker needs no settling.

0. Where every text of a call carries quotation marks, the cases are read without them if the references that agree with the quoted cases
   all answer the bare ones alike; these answers become the expected values (``meta["unquoted_cases"]`` counts them).
1. A reference that agrees with every case leaves them as they are.
2. Else, where the statement accepts several answers and the best reference answers in the same form, its answers become the
   expected values (``meta["reference_answers"]`` counts them; ``meta["several_answers"]`` marks such a problem in any case).
3. Else, cases that the best reference contradicts are dropped (``meta["dropped_cases"]``), if it agrees with half or more.
4. Else nothing is changed; `symtune check` will set the problem apart.

Source: ours, after the rule that a test is right if right programs pass it (CURE, 2506.03136).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtune.domain import Case, Problem
from symtune.judging import CaseResult, Judge, compare

MAX_REFERENCES = 5
"""References tried; when none of the first five agrees, a sixth hardly does."""

MIN_AGREEMENT_FRACTION = 0.5
"""Share of the cases that the best reference has to agree with (or answer in the same form) before any is changed."""


def settle(problem: Problem, judge: Judge, *, unquoted: Problem | None = None) -> Problem:
    """Return the problem with its doubtful cases settled.

    Args:
        unquoted: the same problem, texts of its calls read without their quotation marks.

    Raises:
        SandboxError: the guest broke.
    """
    if problem.checker is not None:  # it knows which answers are right
        return problem
    if unquoted is not None and (bare := _read_bare(problem, unquoted, judge)) is not None:
        return bare
    cases = [*problem.examples, *problem.tests]
    best: list[CaseResult] = []
    best_agrees: list[bool] = []
    for source in problem.references[:MAX_REFERENCES]:
        results = judge.run_inputs(problem, source, cases)
        agrees = [_agrees(case, result) for case, result in zip(cases, results, strict=True)]
        if all(agrees):
            return problem
        if not best or sum(agrees) > sum(best_agrees):
            best, best_agrees = results, agrees
    if not best:
        return problem
    settled, note = _settled(problem, cases, best, best_agrees)
    num_examples = len(problem.examples)
    examples = tuple(case for case in settled[:num_examples] if case is not None)
    tests = tuple(case for case in settled[num_examples:] if case is not None)
    if not note or not tests:
        return problem
    return problem.model_copy(update={"examples": examples, "tests": tests, "meta": problem.meta | note})


def _read_bare(quoted: Problem, unquoted: Problem, judge: Judge) -> Problem | None:
    """Return the unquoted problem with the answers of the references that agree with the quoted one, or None where these do not agree."""
    given, bare = quoted.cases("all").cases, unquoted.cases("all").cases
    answers: list[list[Any]] = []
    for source in quoted.references[:MAX_REFERENCES]:
        if not all(_agrees(case, result) for case, result in zip(given, judge.run_inputs(quoted, source, given), strict=True)):
            continue
        results = judge.run_inputs(unquoted, source, bare)
        if any(result.cause is not None for result in results):
            return None
        answers.append([result.value for result in results])
    if not answers or any(
        not compare(case.comparator, other, first) for row in answers[1:] for case, other, first in zip(bare, row, answers[0], strict=True)
    ):
        return None
    cases = [case.model_copy(update={"expected": value}) for case, value in zip(bare, answers[0], strict=True)]
    num_examples = len(unquoted.examples)
    note = {"unquoted_cases": len(cases)}
    return unquoted.model_copy(
        update={"examples": tuple(cases[:num_examples]), "tests": tuple(cases[num_examples:]), "meta": unquoted.meta | note}
    )


def _settled(
    problem: Problem, cases: Sequence[Case], results: Sequence[CaseResult], agrees: Sequence[bool]
) -> tuple[list[Case | None], dict[str, int]]:
    num_alike = sum(ok or _is_alike(case, result) for ok, case, result in zip(agrees, cases, results))
    if problem.meta.get("several_answers") and num_alike >= MIN_AGREEMENT_FRACTION * len(cases):
        settled = [
            case if ok else _answered(problem, case, result) for ok, case, result in zip(agrees, cases, results)
        ]
        return settled, _note("reference_answers", settled, agrees) | _note("dropped_cases", settled, agrees)
    if sum(agrees) >= MIN_AGREEMENT_FRACTION * len(cases):
        settled = [case if ok else None for ok, case in zip(agrees, cases)]
        return settled, _note("dropped_cases", settled, agrees)
    return list(cases), {}


def _note(name: str, settled: Sequence[Case | None], agrees: Sequence[bool]) -> dict[str, int]:
    is_dropped = name == "dropped_cases"
    count = sum(not ok and (case is None) == is_dropped for case, ok in zip(settled, agrees))
    return {name: count} if count else {}


def _agrees(case: Case, result: CaseResult) -> bool:
    got = result.stdout if case.stdin is not None else result.value
    return result.cause is None and compare(case.comparator, got, case.expected)


def _is_alike(case: Case, result: CaseResult) -> bool:
    """Whether an answer has the form of the expected one: as many tokens, or the same first token (the size, the yes or no)."""
    if result.cause is not None:
        return False
    if case.stdin is None:
        return type(result.value) is type(case.expected)
    got, wanted = (result.stdout or "").split(), str(case.expected).split()
    return bool(got) and (len(got) == len(wanted) or got[:1] == wanted[:1])


def _answered(problem: Problem, case: Case, result: CaseResult) -> Case | None:
    if result.cause is not None:
        return None
    return case.model_copy(update={"expected": result.stdout if problem.is_stdin else result.value})
