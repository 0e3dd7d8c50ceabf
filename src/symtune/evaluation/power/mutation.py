"""The mutation score of a suite: which mutants of the references it kills, and what is known of those that survive."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from symtune.domain import Problem
from symtune.domain.power import MutantCounts
from symtune.errors import BadInputError
from symtune.judging import Judge
from symtune.suites.kills import kill_matrix
from symtune.suites.mutants import make_mutants


@dataclass(frozen=True)
class MutationPlan:
    """How mutants are made and examined.

    Attributes:
        max_mutants: per reference; 0 makes none.
        seed: with the problem's id and the reference's place it decides which mutants are made, so that several suites of one
            problem are measured on the same mutants.
        equal_budget_s: CPU seconds of the search for a difference, per survivor; 0: no search, survivors are undecided.
    """

    max_mutants: int = 30
    seed: int = 0
    equal_budget_s: float = 0.0


@dataclass
class MutantReport:
    """Counts before and now, None where there are no mutants; and reasons, by name."""

    before: MutantCounts | None = None
    after: MutantCounts | None = None
    notes: Counter[str] = field(default_factory=Counter)


def measure_mutants(
    problem: Problem,
    references: Sequence[str],
    plan: MutationPlan,
    *,
    num_before: int,
    cpu_time_s: float,
    judge: Judge,
) -> MutantReport:
    """Run mutants of each reference on the problem's tests, of which the first ``num_before`` were there before.

    Args:
        cpu_time_s: CPU time limit of one case.

    Raises:
        SandboxError: a guest died.
    """
    report = MutantReport()
    if plan.max_mutants == 0 or not references:
        return report
    kills: list[frozenset[int]] = []
    cases = problem.tests
    for place, reference in enumerate(references):
        rng = random.Random(f"{plan.seed}:{problem.id}:{place}")
        mutants = make_mutants(reference, entry_point=problem.entry_point, max_mutants=plan.max_mutants, rng=rng)
        if not mutants:
            report.notes["no_mutants"] += 1
            continue
        try:
            kills += kill_matrix(problem, [one.source for one in mutants], cases, judge=judge, cpu_time_s=cpu_time_s)
        except BadInputError:
            report.notes["mutants_bad_input"] += 1
    if not kills:
        return report
    num_killed = sum(bool(one) for one in kills)
    num_killed_before = sum(any(index < num_before for index in one) for one in kills)
    report.after = _counts(len(kills), num_killed)
    report.before = _counts(len(kills), num_killed_before)
    return report


def _counts(num_mutants: int, num_killed: int) -> MutantCounts:
    return MutantCounts(num_mutants=num_mutants, num_killed=num_killed, num_undecided=num_mutants - num_killed)
