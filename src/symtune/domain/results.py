"""What was measured: estimates with intervals, policies, critics and suites. Stored by evaluations, shown by reports."""

from __future__ import annotations

from symtune.domain.problem import SuiteRecord
from symtune.domain.record import Record
from symtune.domain.verdict import Judgement

DIFFICULTIES = ("introductory", "interview", "competition")
"""The three difficulties of APPS and of the gym, from easy to hard; other names sort after these."""


class Estimate(Record):
    """A figure with its percentile-bootstrap interval.

    Attributes:
        value: the figure; None when it is not defined, and then ``reason`` says why.
        low, high: ends of the interval; None when there is none (an end that is not finite is None too).
        level: share of resamples inside the interval.
        num_units: what was resampled and averaged over: problems, unless the field's owner says programs.
        reason: why value or interval is missing, or what was left out.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    num_units: int = 0
    reason: str | None = None


class ProblemCounts(Record):
    """Judged draws of one policy on one problem.

    Attributes:
        num_samples: judged programs; ``num_passed`` of them passed every case.
        num_unjudged: programs without a verdict; they are in no other count.
    """

    problem_id: str
    difficulty: str | None = None
    num_samples: int = 0
    num_passed: int = 0
    num_unjudged: int = 0


class Scores(Record):
    """A policy over one group of problems.

    Attributes:
        pass_at_k: ``"1" -> Estimate``: by k, over the problems with at least k judged samples.
        num_samples: judged programs.
        unjudged_fraction: unjudged programs / all programs.
        outcome_fractions: share of judged programs, by outcome.
        cause_fractions: share of judged programs, by cause (passed programs have none).
    """

    num_problems: int
    num_samples: int
    num_unjudged: int
    unjudged_fraction: float
    pass_at_k: dict[str, Estimate]
    outcome_fractions: dict[str, float]
    cause_fractions: dict[str, float]


class Evaluation(Record):
    """A policy, in total and by difficulty, with what is needed to compare it with another over the same problems.

    Attributes:
        num_greedy: greedy programs, which are no draws and are left out.
        counts: one entry per problem, in the order of the problems.
    """

    ks: tuple[int, ...]
    num_resamples: int
    seed: int
    total: Scores
    by_difficulty: dict[str, Scores]
    counts: tuple[ProblemCounts, ...]
    num_greedy: int = 0


class Gain(Record):
    """One policy against another on the same problems, at one k.

    Attributes:
        difference: mean over problems of pass@k minus the baseline's pass@k.
        relative: the same difference, divided by the baseline's mean pass@k.
    """

    difference: Estimate
    relative: Estimate


class PolicyResult(Record):
    """What an ``evaluate`` run stores.

    Attributes:
        name: the policy's name in the tables.
        description: how it was made, in one sentence.
        baseline: name of the policy the gains refer to; None when there is none.
        gains: ``"5" -> {"total": Gain, "interview": Gain, ...}``: by k, then by group.
        paper_row: the row of the paper's Table 2 that it corresponds to, if any.
    """

    name: str
    description: str = ""
    evaluation: Evaluation
    baseline: str | None = None
    gains: dict[str, dict[str, Gain]] = {}
    paper_row: str | None = None


class CriticScores(Record):
    """Accuracy and MAE of one predictor of outcomes; MAE over the ranks 0..3."""

    accuracy: Estimate
    mae: Estimate


class CriticMetrics(Record):
    """A critic's predictions against the true outcomes.

    Attributes:
        confusion: ``confusion[true rank][predicted rank]``: number of programs.
        recall: by outcome: share of the programs of that true outcome that were predicted so.
        baselines: ``majority`` (always the most frequent true outcome) and ``chance`` (uniform over the four).
    """

    num_programs: int
    num_problems: int | None
    scores: CriticScores
    confusion: tuple[tuple[int, ...], ...]
    recall: dict[str, Estimate]
    baselines: dict[str, CriticScores]
    num_resamples: int
    seed: int


class CriticResult(Record):
    """What an ``evaluate-critic`` run stores; ``paper_row`` is the row of the paper's Table 1, if any."""

    name: str
    description: str = ""
    metrics: CriticMetrics
    paper_row: str | None = None


class SuiteSizes(Record):
    """Tests per problem over a set of problems; ``histogram`` maps a number of tests to a number of problems."""

    num_problems: int
    num_tests: int
    mean: float | None
    median: float | None
    single_test_fraction: float | None
    histogram: dict[str, int]


class SuiteGrowth(Record):
    """Tests per problem before and after strengthening: the data of the paper's Figure 3.

    Attributes:
        before, after: over the problems that are in both sets.
        before_all: over all original problems, those that were dropped on the way included.
        num_missing: original problems that are not among the strengthened ones.
        num_grown: problems that got at least one new case.
        num_by_origin: cases after strengthening, by origin.
        dropped_inputs: inputs that were not kept, by reason.
        skipped_problems: problems without new cases, by reason.
        seconds_by_explorer: wall seconds spent, by explorer.
    """

    before: SuiteSizes
    after: SuiteSizes
    before_all: SuiteSizes
    num_missing: int
    num_grown: int
    num_by_origin: dict[str, int]
    dropped_inputs: dict[str, int] = {}
    skipped_problems: dict[str, int] = {}
    seconds_by_explorer: dict[str, float] = {}


class SuiteResult(Record):
    """What a ``tests`` run stores beside its problems."""

    name: str
    description: str = ""
    growth: SuiteGrowth


class BrowsableCase(Record):
    """A case as text for people.

    Attributes:
        given: stdin, or the call's arguments in Python notation.
        expected: the expected output, or value in Python notation.
    """

    given: str
    expected: str
    comparator: str
    origin: str


class BrowsableProblem(Record):
    """A problem as the report's page shows it; long texts and suites are cut, and say so.

    Attributes:
        examples, tests: the cases shown, of ``num_examples`` and ``num_tests``.
        num_tests_before: tests before strengthening; None where no original is known.
    """

    id: str
    statement: str
    entry_point: str | None = None
    starter_code: str = ""
    difficulty: str | None = None
    source: str = ""
    references: tuple[str, ...] = ()
    examples: tuple[BrowsableCase, ...] = ()
    tests: tuple[BrowsableCase, ...] = ()
    num_examples: int = 0
    num_tests: int = 0
    num_tests_before: int | None = None
    suite: SuiteRecord | None = None


class BrowsableProgram(Record):
    """A program with its verdict, as the report's page shows it; without a judgement it is unjudged, for a reason.

    Attributes:
        failed_case: the first case that it did not pass, where the judged suite is that of the problem.
    """

    problem_id: str
    program_id: str
    policy: str
    source: str
    label: str | None = None
    judgement: Judgement | None = None
    failed_case: BrowsableCase | None = None
    unjudged_reason: str | None = None
