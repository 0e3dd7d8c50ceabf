"""Check a set of problems: judge every reference on its own examples and tests, and set apart the problems that none passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from symtune.domain import Judgement, Problem, Program, Record, Unjudged
from symtune.judging import judge
from symtune.sandbox import Limits
from symtune.store import Progress


class SetApart(Record):
    """A problem that cannot be used as it is.

    Attributes:
        problem: the problem, unchanged.
        reason: why none of its references counts.
    """

    problem: Problem
    reason: str


class FailingReference(Record):
    """A reference that does not pass its own problem.

    Attributes:
        problem_id: the problem.
        index: position among the problem's references.
        reason: outcome, cause and message, in one line.
    """

    problem_id: str
    index: int
    reason: str


class CheckResult(Record):
    """What a check found.

    Attributes:
        passing: problems that a reference passes, with only the references that do.
        set_apart: problems that none passes, with reasons.
        failing_references: references taken out of passing problems.
        num_unjudged: references that the judge, not the program, failed on.
    """

    passing: tuple[Problem, ...]
    set_apart: tuple[SetApart, ...]
    failing_references: tuple[FailingReference, ...] = ()
    num_unjudged: int = 0

    @property
    def pass_fraction(self) -> float:
        """Share of the problems that a reference passes; 1.0 when there are none."""
        total = len(self.passing) + len(self.set_apart)
        return len(self.passing) / total if total else 1.0

    def num_by_source(self) -> dict[str, tuple[int, int]]:
        """Return ``(problems that pass, problems)`` for each data set."""
        passed = Counter(problem.source for problem in self.passing)
        total = passed + Counter(item.problem.source for item in self.set_apart)
        return {source: (passed[source], total[source]) for source in sorted(total)}


def check(
    problems: Sequence[Problem],
    *,
    workers: int = 2,
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    limits: Limits | None = None,
) -> CheckResult:
    """Judge every reference of every problem on its examples and tests.

    Args:
        problems: the problems.
        workers: guests at work at the same time.
        isolation: how far guests are shut in.
        limits: limits of one program; None means the problem's own, else the judge's defaults.

    Raises:
        IsolationError: this machine gives weaker isolation than was asked for.
    """
    verdicts: dict[str, list[tuple[int, Judgement | Unjudged]]] = {}
    programs = list(_reference_programs(problems))
    judged = judge(
        problems,
        (program for _, program in programs),
        split="all",
        workers=workers,
        stop="first_failure",
        isolation=isolation,
        limits=limits,
    )
    with Progress(len(programs), "checking references") as progress:
        for (index, program), verdict in zip(programs, judged, strict=True):
            verdicts.setdefault(program.problem_id, []).append((index, verdict))
            progress.advance()
    return _sort_out(problems, verdicts)


def _reference_programs(problems: Sequence[Problem]) -> Iterator[tuple[int, Program]]:
    for problem in problems:
        for index, source in enumerate(problem.references):
            yield index, Program(problem_id=problem.id, source=source, id=f"{problem.id}#reference{index}")


def _sort_out(
    problems: Sequence[Problem], verdicts: dict[str, list[tuple[int, Judgement | Unjudged]]]
) -> CheckResult:
    passing, set_apart, failing = [], [], []
    num_unjudged = 0
    for problem in problems:
        judged = verdicts.get(problem.id, [])
        num_unjudged += sum(isinstance(verdict, Unjudged) for _, verdict in judged)
        good = [index for index, verdict in judged if isinstance(verdict, Judgement) and verdict.cause is None]
        bad = [(index, _reason(verdict)) for index, verdict in judged if index not in good]
        if good and problem.tests:
            references = tuple(problem.references[index] for index in good)
            passing.append(problem.model_copy(update={"references": references}))
            failing += [FailingReference(problem_id=problem.id, index=index, reason=reason) for index, reason in bad]
        else:
            set_apart.append(SetApart(problem=problem, reason=_reason_set_apart(problem, [reason for _, reason in bad])))
    return CheckResult(
        passing=tuple(passing),
        set_apart=tuple(set_apart),
        failing_references=tuple(failing),
        num_unjudged=num_unjudged,
    )


def _reason(verdict: Judgement | Unjudged) -> str:
    if isinstance(verdict, Unjudged):
        return f"unjudged: {verdict.reason}"
    failure = verdict.first_failure
    if failure is None or verdict.cause is None:
        return "passed"
    where = "before any case" if failure.case_index is None else f"case {failure.case_index}"
    return f"{verdict.outcome.value} ({verdict.cause.value}), {where}: {failure.message}"


def _reason_set_apart(problem: Problem, reasons: list[str]) -> str:
    if not problem.tests:
        return "it has no tests"
    if not problem.references:
        return "it has no references"
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"no reference passes: {reasons[0]}{more}"
