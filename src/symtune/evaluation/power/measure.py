"""Measure the power of one problem's suite: coverage, mutants, labelled programs, validity. What cannot be measured is noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symtune.domain import Case, Judgement, Outcome, Problem, Program, Split
from symtune.domain.power import ProblemPower, Truth, ValidityCounts
from symtune.evaluation.power.coverage import measure_coverage
from symtune.evaluation.power.labels import judge_labelled
from symtune.evaluation.power.mutation import MutantReport, MutationPlan, measure_mutants
from symtune.evaluation.power.validity import check_learnt, check_published
from symtune.judging import Judge
from symtune.sandbox import Guest, Limits
from symtune.suites.kills import time_allowance

GRACE_S, GRACE_FACTOR = 1.0, 3.0
"""A labelled program of a problem without a time limit may take GRACE_S + GRACE_FACTOR * the references' allowance (four times their
slowest step) on a case, at most the judge's default: it is the program's answers that its label speaks of."""


@dataclass(frozen=True)
class PowerPlan:
    """How power is measured: see the arguments of `symtune.evaluation.power.measure_suites`."""

    split: Split
    max_references: int
    known: Mapping[str, Truth]
    mutation: MutationPlan


@dataclass(frozen=True)
class Ordered:
    """A problem with the cases that its suite consists of as tests: first those it had before, then the new ones.

    Attributes:
        problem: the problem; it has no examples.
        num_before: tests it had before.
    """

    problem: Problem
    num_before: int

    @property
    def new_cases(self) -> tuple[Case, ...]:
        """The tests that the suite grew by."""
        return self.problem.tests[self.num_before :]


def ordered(problem: Problem, split: Split) -> Ordered:
    """Return a problem's cases in the order that measuring wants; without a suite record every case was there before."""
    origins = set(problem.suite.num_by_origin) if problem.suite is not None else set()
    cases = problem.cases(split).cases
    before = tuple(case for case in cases if case.origin not in origins)
    new = tuple(case for case in cases if case.origin in origins)
    return Ordered(problem.model_copy(update={"examples": (), "tests": before + new}), len(before))


def measure_problem(
    given: Problem, programs: Sequence[Program], plan: PowerPlan, *, judge: Judge, tracer: Guest, explorer: Callable[[], Guest]
) -> ProblemPower:
    """Return the power of one problem's suite.

    Args:
        given: the problem; programs: those of its labelled programs.
        judge: runs references, mutants and programs.
        tracer: the guest that follows references.
        explorer: gives the guest that searches surviving mutants, started when first asked for.

    Raises:
        SandboxError: a guest died.
    """
    view = ordered(given, plan.split)
    problem = view.problem
    notes: Counter[str] = Counter()
    record = given.suite
    if record is None:
        notes["no_suite_record"] += 1
    elif record.skipped:
        notes[f"suite_skipped_{record.skipped}"] += 1
    power = ProblemPower(
        problem_id=problem.id,
        num_tests_before=view.num_before,
        num_tests=len(problem.tests),
        seconds_by_explorer=record.seconds_by_explorer if record is not None else {},
    )
    if not problem.tests:
        return power.model_copy(update={"notes": dict(notes + Counter({"no_tests": 1}))})
    references = _sound_references(problem, plan, judge, notes)
    cover_before, cover, reasons = (
        measure_coverage(tracer, problem, references, cases=problem.tests, num_before=view.num_before)
        if references
        else (None, None, Counter[str]())
    )
    notes.update(reasons)
    allowance_s = max((time_allowance(problem, source, problem.tests, judge=judge) for source in references), default=None)
    mutants = MutantReport()
    if allowance_s is not None:
        mutants = measure_mutants(
            problem, references, plan.mutation, num_before=view.num_before, cpu_time_s=allowance_s, judge=judge,
            explorer=explorer,
        )  # fmt: skip
    notes.update(mutants.notes)
    labels, misjudged, reasons = judge_labelled(
        _with_time_limit(problem, allowance_s), programs, num_before=view.num_before, known=plan.known, judge=judge
    )
    notes.update(reasons)
    return power.model_copy(
        update={
            "coverage_before": cover_before,
            "coverage": cover,
            "mutants_before": mutants.before,
            "mutants": mutants.after,
            "survivors": tuple(mutants.survivors),
            "labels": labels,
            "validity": _validity(view, references, judge, notes),
            "notes": dict(sorted(notes.items())),
            "misjudged": misjudged,
        }
    )


def _with_time_limit(problem: Problem, allowance_s: float | None) -> Problem:
    """Return the problem with a time limit for labelled programs: its own, else one by its references' time, else the judge's."""
    if problem.time_limit_s is not None or allowance_s is None:
        return problem
    return problem.model_copy(update={"time_limit_s": min(GRACE_S + GRACE_FACTOR * allowance_s, Limits().cpu_time_s)})


def _sound_references(problem: Problem, plan: PowerPlan, judge: Judge, notes: Counter[str]) -> list[str]:
    """Return the first references that pass all tests, and note why others do not count."""
    sources = list(dict.fromkeys(problem.references))
    if not sources:
        notes["no_references"] += 1
        return []
    asked = [Program(problem_id=problem.id, source=source, id=f"reference {n}") for n, source in enumerate(sources[: plan.max_references])]
    sound = []
    for program, verdict in zip(asked, judge.judge([problem], asked, stop="first_failure"), strict=True):
        if not isinstance(verdict, Judgement):
            notes["reference_unjudged"] += 1
        elif verdict.outcome is Outcome.PASSED:
            sound.append(program.source)
        else:
            notes[f"reference_{verdict.cause.value if verdict.cause else 'failed'}"] += 1
    if not sound:
        notes["no_sound_reference"] += 1
    return sound


def _validity(view: Ordered, references: Sequence[str], judge: Judge, notes: Counter[str]) -> dict[str, ValidityCounts]:
    """Return how many new cases break a contract, by contract."""
    found = {}
    if not view.new_cases:
        return {}
    before = view.problem.tests[: view.num_before]
    for name, (counts, reason) in (
        ("learnt", check_learnt(view.problem, view.new_cases, before=before, references=references, judge=judge)),
        ("published", check_published(view.problem, view.new_cases, judge=judge)),
    ):
        if counts is not None:
            found[name] = counts
        elif reason is not None:
            notes[reason] += 1
    return found

