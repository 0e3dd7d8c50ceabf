"""From what a program gave to its Judgement. Source: DESIGN.md words; ours where the papers are silent."""

from __future__ import annotations

from typing import Any

from symtune.domain import Cause, FirstFailure, Judgement, Outcome, decode_value
from symtune.errors import BadValueError
from symtune.judging.play import Answer, Played
from symtune.judging.sheet import Sheet

COMPILE_CAUSES = frozenset({Cause.SYNTAX, Cause.IMPORT, Cause.LOAD, Cause.ENTRY_POINT})
"""Causes that, before any case, make the outcome ``compile_error``."""

_MAX_TEXT_CHARS = 300


def judgement_of(sheet: Sheet, played: Played, program_id: str) -> Judgement:
    """Compare answers with expected values; the outcome is that of the worst case, the cause that of the first such case."""
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
    for index, answer in enumerate(played.answers):
        outcome, cause, value = check_answer(sheet, index, answer)
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


def check_answer(sheet: Sheet, index: int, answer: Answer) -> tuple[Outcome, Cause | None, Any]:
    """Return the outcome and cause of one case, and the value the program gave."""
    if answer.cause is not None:
        return Outcome.RUNTIME_ERROR, answer.cause, None
    try:
        value = value_of(answer)
    except BadValueError:
        return Outcome.RUNTIME_ERROR, Cause.NOT_PLAIN, None
    if sheet.comparators[index](value, sheet.expected[index]):
        return Outcome.PASSED, None, value
    return Outcome.FAILED_TEST, Cause.WRONG_VALUE, value


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
