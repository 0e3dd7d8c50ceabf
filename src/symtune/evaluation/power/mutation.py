"""The mutation score of a suite: which mutants of the references it kills, and what is known of those that survive."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symtune.domain import Problem
from symtune.domain.power import MutantCounts
from symtune.errors import BadInputError
from symtune.evaluation.power.survivors import Examiner
from symtune.judging import Judge
from symtune.sandbox import Guest
from symtune.suites.kills import kill_matrix
from symtune.suites.mutants import make_mutants

MAX_EXAMINED = 20
"""Survivors of one problem that are searched for a difference; the others are undecided."""


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
    explorer: Callable[[], Guest],
) -> MutantReport:
    """Run mutants of each reference on the problem's tests, of which the first ``num_before`` were there before.

    Args:
        cpu_time_s: CPU time limit of one case.
        explorer: gives the guest that searches survivors, started when first asked for.

    Raises:
        SandboxError: a guest died.
    """
    report = MutantReport()
    if plan.max_mutants == 0:
        return report
    kills: list[frozenset[int]] = []
    survivors: list[tuple[str, str]] = []
    for place, reference in enumerate(references):
        rng = random.Random(f"{plan.seed}:{problem.id}:{place}")
        mutants = make_mutants(reference, entry_point=problem.entry_point, max_mutants=plan.max_mutants, rng=rng)
        if not mutants:
            report.notes["reference_without_mutants"] += 1
            continue
        sources = [mutant.source for mutant in mutants]
        try:
            killed = kill_matrix(problem, sources, problem.tests, judge=judge, cpu_time_s=cpu_time_s)
        except BadInputError:
            report.notes["mutants_bad_input"] += 1
            continue
        kills += killed
        survivors += [(reference, source) for source, by in zip(sources, killed, strict=True) if not by]
    if not kills:
        return report
    fates: Counter[str] = Counter()
    if plan.equal_budget_s > 0 and not problem.is_stdin:
        before = problem.tests[:num_before] or problem.tests
        examiner = Examiner(problem, before, judge=judge, guest=explorer, budget_s=plan.equal_budget_s)
        fates.update(examiner.fate(*pair, cpu_time_s=cpu_time_s) for pair in survivors[:MAX_EXAMINED])
        if len(survivors) > MAX_EXAMINED:
            report.notes["survivors_not_searched"] += len(survivors) - MAX_EXAMINED
    num_killed = sum(bool(one) for one in kills)
    num_killed_before = sum(any(index < num_before for index in one) for one in kills)
    known = {"num_mutants": len(kills), "num_equal": fates["equal"]}
    num_undecided = len(survivors) - fates["equal"] - fates["missed"]
    report.after = MutantCounts(num_killed=num_killed, num_missed=fates["missed"], num_undecided=num_undecided, **known)
    report.before = MutantCounts(
        num_killed=num_killed_before,
        num_missed=fates["missed"] + num_killed - num_killed_before,
        num_undecided=num_undecided,
        **known,
    )
    return report
