"""From what a program gave to its Judgement. Source: DESIGN.md words; ours where the papers are silent."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from symtune.domain import Cause, FirstFailure, Judgement, Outcome, decode_value
from symtune.errors import BadValueError, CheckerError
from symtune.judging.checker import Checkers
from symtune.judging.play import Answer, Played
from symtune.judging.sheet import Sheet

COMPILE_CAUSES = frozenset({Cause.SYNTAX, Cause.IMPORT, Cause.LOAD, Cause.ENTRY_POINT})
"""Causes that, before any case, make the outcome ``compile_error``."""

_MAX_TEXT_CHARS = 300

Checked = tuple[Outcome, Cause | None, Any]
"""Outcome and cause of one case, and the value or text that the program gave there (None where it gave none)."""


def judgement_of(sheet: Sheet, played: Played, program_id: str, *, checkers: Checkers | None = None) -> Judgement:
    """Compare answers with expected values; the outcome is that of the worst case, the cause that of the first such case.

    Args:
        checkers: runs the checker of a problem that has one.

    Raises:
        CheckerError: the problem has a checker that could not decide, or there is none to run it.
    """
    return judgement_from(sheet, played, program_id, checked=check_all(sheet, played, checkers=checkers))


def judgement_from(sheet: Sheet, played: Played, program_id: str, *, checked: Sequence[Checked]) -> Judgement:
    """Return the judgement on a program whose answers were compared already.

    Args:
        checked: what each answer is worth; empty when the program did not load.
    """
    problem_id = sheet.problem.id
    if played.load_failure is not None:
        failure = played.load_failure
        assert failure.cause is not None
        is_compile_error = failure.cause in COMPILE_CAUSES
        return Judgement(
            problem_id=problem_id,
            program_id=program_id,
            outcome=Outcome.COMPILE_ERROR if is_compile_error else Outcome.RUNTIME_ERROR,
            cause=failure.cause,
            num_passed=0,
            num_cases=len(sheet),
            first_failure=_first_failure(None, failure, None),
            duration_s=played.wall_s,
        )
    num_passed, worst, worst_cause, first = 0, Outcome.PASSED, None, None
    for index, (answer, (outcome, cause, value)) in enumerate(zip(played.answers, checked)):
        if outcome is Outcome.PASSED:
            num_passed += 1
            continue
        if outcome < worst:
            worst, worst_cause = outcome, cause
        if first is None:
            expected = sheet.expected[index] if cause is Cause.WRONG_VALUE else None
            first = _first_failure(index, answer, cause, got=value, expected=expected)
    return Judgement(
        problem_id=problem_id,
        program_id=program_id,
        outcome=worst,
        cause=worst_cause,
        num_passed=num_passed,
        num_cases=len(sheet),
        first_failure=first,
        duration_s=played.wall_s,
    )


@dataclasses.dataclass(frozen=True)
class Column:
    """What one program is worth on each case.

    Attributes:
        causes: by case: why it did not pass, or None; shorter than the suite where a case ended the process.
        num_cases: cases of the suite.
        slowest_s: CPU seconds of its slowest step, loading or case.
    """

    causes: tuple[Cause | None, ...]
    num_cases: int
    slowest_s: float = 0.0


def column_of(sheet: Sheet, played: Played, *, checkers: Checkers | None = None) -> Column:
    """Return what a program is worth on each case; one that did not load fails all.

    Raises:
        CheckerError: the problem has a checker that could not decide, or there is none to run it.
    """
    if played.load_failure is not None:
        return Column((played.load_failure.cause,) * len(sheet), len(sheet), played.load_cpu_s)
    checked = check_all(sheet, played, checkers=checkers)
    slowest_s = max([played.load_cpu_s, *(answer.cpu_s for answer in played.answers)])
    return Column(tuple(cause for _, cause, _ in checked), len(sheet), slowest_s)


def check_answers(
    sheet: Sheet, answers: Sequence[tuple[int, Answer]], *, checkers: Checkers | None = None
) -> list[Checked]:
    """Return what the answers to some cases are worth, by comparator or by the problem's checker.

    Args:
        answers: index of the case in the suite, and what the program gave.
        checkers: runs the checker of a problem that has one.

    Raises:
        CheckerError: the problem has a checker that could not decide, or there is none to run it.
    """
    given = [_given(answer) for _, answer in answers]
    if sheet.problem.checker is None:
        is_right = [
            cause is None and sheet.comparators[index](value, sheet.expected[index])
            for (index, _), (cause, value) in zip(answers, given)
        ]
    else:
        is_right = _checked(sheet, [index for index, _ in answers], given, checkers)
    return [
        (Outcome.RUNTIME_ERROR, cause, None) if cause is not None
        else (Outcome.PASSED, None, value) if right
        else (Outcome.FAILED_TEST, Cause.WRONG_VALUE, value)
        for (cause, value), right in zip(given, is_right)
    ]  # fmt: skip


def check_all(sheet: Sheet, played: Played, *, checkers: Checkers | None = None) -> list[Checked]:
    """Return what each answer of a program is worth; nothing for one that did not load. See `check_answers`."""
    return check_answers(sheet, list(enumerate(played.answers)), checkers=checkers) if played.load_failure is None else []


def check_answer(sheet: Sheet, index: int, answer: Answer, *, checkers: Checkers | None = None) -> Checked:
    """Return what the answer to one case is worth; see `check_answers`."""
    return check_answers(sheet, [(index, answer)], checkers=checkers)[0]


def _given(answer: Answer) -> tuple[Cause | None, Any]:
    if answer.cause is not None:
        return answer.cause, None
    try:
        return None, value_of(answer)
    except BadValueError:
        return Cause.NOT_PLAIN, None


def _checked(
    sheet: Sheet, indices: Sequence[int], given: Sequence[tuple[Cause | None, Any]], checkers: Checkers | None
) -> list[bool]:
    if checkers is None:
        raise CheckerError(f"problem {sheet.problem.id!r} has a checker, and nothing here runs checkers")
    asked = [position for position, (cause, _) in enumerate(given) if cause is None]
    decided = dict(zip(asked, checkers.check_all(sheet, [(indices[position], given[position][1]) for position in asked])))
    return [decided.get(position, False) for position in range(len(given))]


def value_of(answer: Answer) -> Any:
    """Return the text or the decoded value of an answer; raises BadValueError for a form that does not decode."""
    return answer.output if answer.output is not None else decode_value(answer.form)


def _first_failure(
    index: int | None, answer: Answer, cause: Cause | None, *, got: Any = None, expected: Any = None
) -> FirstFailure:
    cause = cause or answer.cause
    assert cause is not None
    if cause is Cause.WRONG_VALUE:
        message = f"expected {_shortened(expected)}, got {_shortened(got)}"
        return FirstFailure(case_index=index, cause=cause, message=message, got=_shortened(got))
    message = answer.message or "the answer has no JSON form"
    return FirstFailure(case_index=index, cause=cause, message=message, trace=answer.trace)


def _shortened(value: Any) -> str:
    """Return a short text of a value; integers too long for decimals are shown by their size."""
    if isinstance(value, str):
        text = repr(value[: _MAX_TEXT_CHARS + 1])
    else:
        try:
            text = repr(value)
        except ValueError:
            text = f"a {type(value).__name__} too long to print"
    return text if len(text) <= _MAX_TEXT_CHARS else text[:_MAX_TEXT_CHARS] + "..."
