"""The power of suites: what they reach in the references, which mutants they kill, which labelled programs they get wrong.

Every figure stands twice: for the tests that a problem had before its suite was grown, and for all it has now.
"""

from __future__ import annotations

from typing import Literal

from symtune.domain.record import Record
from symtune.domain.results import Estimate, SuiteSizes
from symtune.domain.verdict import Judgement

Truth = Literal["right", "wrong", "unknown"]
"""What a label says of a program."""


Fate = Literal["equal", "equal_by_runs", "missed", "undecided"]
"""What is known of a mutant that no case tells from its reference; see `symtune.evaluation.power.survivors`."""


class CoverageCounts(Record):
    """What some cases reach in the references of a problem, summed over the references that could be followed.

    Attributes:
        num_lines: executable lines; ``num_lines_run`` of them were run.
        num_branches: outcomes of decisions (a test true or false, a loop entered or exhausted); ``num_branches_taken`` of them happened.
    """

    num_lines: int = 0
    num_lines_run: int = 0
    num_branches: int = 0
    num_branches_taken: int = 0


class MutantCounts(Record):
    """What became of the mutants of a problem's references.

    Attributes:
        num_mutants: mutants made.
        num_killed: mutants that some case tells from the reference.
        num_equal: survivors found equal to the reference within bounds; they are set apart.
        num_equal_by_runs: of them, those for which no proof over paths was found, but thousands of runs that agree.
        num_missed: survivors for which an input is known that tells them from the reference: a new case, or one that the search found.
        num_undecided: survivors of which neither was found.
    """

    num_mutants: int = 0
    num_killed: int = 0
    num_equal: int = 0
    num_equal_by_runs: int = 0
    num_missed: int = 0
    num_undecided: int = 0


class SurvivingMutant(Record):
    """A mutant that no case tells from its reference.

    Attributes:
        operator: name of the operator that made it; ``line``: the line of the reference that it changed.
        digest: content digest of its source, by which it is found again among the mutants of another suite of the same problem.
    """

    operator: str
    line: int
    fate: Fate
    digest: str


class LabelCounts(Record):
    """What a suite says of the programs of one label.

    Attributes:
        truth: what the label says of its programs.
        num_programs: judged programs.
        num_accepted_before: of them, programs that pass all tests the problem had before; ``num_accepted``: that pass all of now.
        num_unjudged: programs without a verdict; they are in no other count.
    """

    truth: Truth
    num_programs: int = 0
    num_accepted_before: int = 0
    num_accepted: int = 0
    num_unjudged: int = 0


class ValidityCounts(Record):
    """How many of the new cases keep a contract.

    Attributes:
        num_cases: new cases that were checked; those of stdin problems by the arguments in their text.
        num_invalid: of them, cases that break the contract.
        faults: broken promises, by name.
    """

    num_cases: int = 0
    num_invalid: int = 0
    faults: dict[str, int] = {}


class ProblemPower(Record):
    """The power of one problem's suite.

    Attributes:
        num_tests_before, num_tests: tests before the suite was grown, and now.
        coverage_before, coverage: None where no reference could be followed.
        mutants_before, mutants: None where no mutants were made; equal, missed and undecided ones hold for both.
        survivors: the mutants that no case of now tells from their reference.
        labels: by label.
        validity: by contract: ``learnt`` (the suite record's) and ``published`` (the data set's), where they are known.
        seconds_by_explorer: seconds spent on making the suite, by explorer.
        notes: what could not be measured and what was odd, by reason.
        misjudged: verdicts of right programs that are rejected and of wrong ones that are accepted.
    """

    problem_id: str
    num_tests_before: int
    num_tests: int
    coverage_before: CoverageCounts | None = None
    coverage: CoverageCounts | None = None
    mutants_before: MutantCounts | None = None
    mutants: MutantCounts | None = None
    survivors: tuple[SurvivingMutant, ...] = ()
    labels: dict[str, LabelCounts] = {}
    validity: dict[str, ValidityCounts] = {}
    seconds_by_explorer: dict[str, float] = {}
    notes: dict[str, int] = {}
    misjudged: tuple[Judgement, ...] = ()


class PowerFigures(Record):
    """The power of all suites, before or after; every share is a ratio of two sums over problems.

    Attributes:
        line_coverage, branch_coverage: run / executable lines; outcomes taken / possible ones.
        mutation_score: killed / (made - equal within bounds).
        wrong_accepted: share of the programs labelled wrong that pass every test.
        right_rejected: share of the programs labelled right that do not.
    """

    line_coverage: Estimate
    branch_coverage: Estimate
    mutation_score: Estimate
    wrong_accepted: Estimate
    right_rejected: Estimate


class LabelFigures(Record):
    """The programs of one label over all problems.

    Attributes:
        counts: sums over problems.
        accepted_before, accepted: shares that pass.
        still_accepted: of those that pass the tests before, the share that passes all tests.
    """

    counts: LabelCounts
    accepted_before: Estimate
    accepted: Estimate
    still_accepted: Estimate


class PowerResult(Record):
    """What a ``power`` run stores beside one `ProblemPower` per problem.

    Attributes:
        name: the suites' name in tables.
        before, after: the figures.
        still_accepted: of the wrong programs that the tests before accept, the share that is still accepted.
        sizes_before, sizes: tests per problem.
        mutants_before, mutants: sums over problems; None where there were none.
        labels: by label.
        invalid_cases: share of new cases that break a contract, by contract.
        faults: broken promises by contract and name.
        seconds_by_explorer: sums over problems.
        notes: what could not be measured, by reason.
        num_misjudged: verdicts in the problems' ``misjudged``.
    """

    name: str
    description: str = ""
    before: PowerFigures
    after: PowerFigures
    still_accepted: Estimate
    sizes_before: SuiteSizes
    sizes: SuiteSizes
    mutants_before: MutantCounts | None = None
    mutants: MutantCounts | None = None
    labels: dict[str, LabelFigures] = {}
    invalid_cases: dict[str, Estimate] = {}
    faults: dict[str, dict[str, int]] = {}
    seconds_by_explorer: dict[str, float] = {}
    notes: dict[str, int] = {}
    num_misjudged: int = 0
