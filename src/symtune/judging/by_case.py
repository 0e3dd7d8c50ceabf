"""What a program gave and was worth on each case of a suite; and two judgements of one program put together.

Source: ours.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from symtune.domain import Cause, Judgement, Outcome, Problem
from symtune.errors import BadValueError
from symtune.judging.checker import Checkers
from symtune.judging.play import Answer, Played
from symtune.judging.sheet import Sheet
from symtune.judging.verdict import Checked, check_all, judgement_from, value_of


@dataclasses.dataclass(frozen=True)
class CaseResult:
    """What a program gave on one input, compared with nothing.

    Attributes:
        value: the returned value of a function program, or None.
        stdout: the text a stdin program wrote, or None.
        cause: why there is no value; None when there is one.
        trace: the program's own lines that led to an exception.
    """

    value: Any = None
    stdout: str | None = None
    cause: Cause | None = None
    message: str = ""
    trace: str = ""
    cpu_s: float = 0.0


def case_result(problem: Problem, answer: Answer) -> CaseResult:
    """Return what an answer says of one input."""
    result = CaseResult(cause=answer.cause, message=answer.message, trace=answer.trace, cpu_s=answer.cpu_s)
    if answer.cause is not None:
        return result
    try:
        value = value_of(answer)
    except BadValueError as error:
        return dataclasses.replace(result, cause=Cause.NOT_PLAIN, message=str(error))
    return dataclasses.replace(result, **{"stdout" if problem.is_stdin else "value": value})


@dataclasses.dataclass(frozen=True)
class CaseVerdict:
    """What a program was worth on one case.

    Attributes:
        cause: why it did not pass; None when it passed.
        got: the value it returned, or the text it wrote; None where it gave none.
        message: one line on the cause, where there is no value.
        trace: the program's own lines that led to an exception, outermost first.
    """

    outcome: Outcome
    cause: Cause | None = None
    got: Any = None
    message: str = ""
    trace: str = ""

    @property
    def is_passed(self) -> bool:
        """Whether the program passed this case."""
        return self.outcome is Outcome.PASSED


@dataclasses.dataclass(frozen=True)
class ByCase:
    """A judgement, and the verdicts it was made of.

    Attributes:
        cases: one per case, in suite order; empty when the program did not load, so that no case ran.
    """

    judgement: Judgement
    cases: tuple[CaseVerdict, ...] = ()


def by_case_of(sheet: Sheet, played: Played, program_id: str, *, checkers: Checkers | None = None) -> ByCase:
    """Compare answers with expected values and keep the verdict on each case.

    Raises:
        CheckerError: the problem has a checker that could not decide, or there is none to run it.
    """
    checked = check_all(sheet, played, checkers=checkers)
    cases = tuple(_case_verdict(answer, found) for answer, found in zip(played.answers, checked))
    return ByCase(judgement_from(sheet, played, program_id, checked=checked), cases)


def _case_verdict(answer: Answer, found: Checked) -> CaseVerdict:
    outcome, cause, value = found
    is_answered = outcome is Outcome.PASSED or cause is Cause.WRONG_VALUE
    message = "" if is_answered else answer.message or "the answer has no JSON form"
    return CaseVerdict(outcome, cause, value, message, "" if is_answered else answer.trace)


def joined(first: Judgement, second: Judgement) -> Judgement:
    """Return the judgement on two suites one after the other, from those on each.

    Raises:
        ValueError: they are of different programs.
    """
    if (first.problem_id, first.program_id) != (second.problem_id, second.program_id):
        raise ValueError(f"judgements of two programs: {first.program_id!r} and {second.program_id!r}")
    failure = first.first_failure or second.first_failure
    if first.first_failure is None and failure is not None and failure.case_index is not None:
        failure = failure.model_copy(update={"case_index": failure.case_index + first.num_cases})
    worst = second if second.outcome < first.outcome else first
    return Judgement(
        problem_id=first.problem_id,
        program_id=first.program_id,
        outcome=worst.outcome,
        cause=worst.cause,
        num_passed=first.num_passed + second.num_passed,
        num_cases=first.num_cases + second.num_cases,
        first_failure=failure,
        duration_s=first.duration_s + second.duration_s,
    )


def with_cases_not_run(judgement: Judgement, num_cases: int) -> Judgement:
    """Return the judgement of a program that failed, over a suite with so many further cases: they count as not passed.

    Raises:
        ValueError: the program passed, so that nothing is known of further cases.
    """
    if judgement.outcome is Outcome.PASSED:
        raise ValueError("a program that passed must be run on every case")
    return judgement.model_copy(update={"num_cases": judgement.num_cases + num_cases})
