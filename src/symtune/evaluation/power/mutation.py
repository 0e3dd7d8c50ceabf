"""The mutation score of a suite: which mutants of the references it kills, and what is known of those that survive."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symtune.domain import Problem, content_digest
from symtune.domain.power import Fate, MutantCounts, SurvivingMutant
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
    """Counts before and now, None where there are no mutants; the survivors of now; and reasons, by name."""

    before: MutantCounts | None = None
    after: MutantCounts | None = None
    survivors: list[SurvivingMutant] = field(default_factory=list)
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
    examiner = None
    if plan.equal_budget_s > 0 and not problem.is_stdin:
        before = problem.tests[:num_before] or problem.tests
        examiner = Examiner(problem, before, judge=judge, guest=explorer, budget_s=plan.equal_budget_s)
    kills: list[frozenset[int]] = []
    for place, reference in enumerate(references):
        rng = random.Random(f"{plan.seed}:{problem.id}:{place}")
        mutants = make_mutants(reference, entry_point=problem.entry_point, max_mutants=plan.max_mutants, rng=rng)
        if not mutants:
            report.notes["reference_without_mutants"] += 1
            continue
        sources = [mutant.source for mutant in mutants]
        try:
            found = kill_matrix(problem, sources, problem.tests, judge=judge, cpu_time_s=cpu_time_s)
        except BadInputError:
            report.notes["mutants_bad_input"] += 1
            continue
        kills += found
        alive = [mutant for mutant, by in zip(mutants, found, strict=True) if not by]
        killed = [source for source, by in zip(sources, found, strict=True) if by]
        room = MAX_EXAMINED - len(report.survivors)
        searched = [mutant.source for mutant in alive[: max(0, room)]] if examiner is not None else []
        fates: list[Fate] = [] if examiner is None else examiner.fates(reference, searched, killed=killed, cpu_time_s=cpu_time_s)
        fates += ["undecided"] * (len(alive) - len(fates))
        if examiner is not None and len(alive) > len(searched):
            report.notes["survivors_not_searched"] += len(alive) - len(searched)
        report.survivors += [
            SurvivingMutant(operator=one.operator, line=one.line, fate=fate, digest=content_digest(one.source))
            for one, fate in zip(alive, fates, strict=True)
        ]
    if kills:
        report.before, report.after = _counts(kills, report.survivors, num_before)
    return report


def _counts(
    kills: Sequence[frozenset[int]], survivors: Sequence[SurvivingMutant], num_before: int
) -> tuple[MutantCounts, MutantCounts]:
    """Return the counts before and now; equal and undecided ones hold for both."""
    fates = Counter(one.fate for one in survivors)
    num_killed = sum(bool(one) for one in kills)
    num_killed_before = sum(any(index < num_before for index in one) for one in kills)
    after = MutantCounts(
        num_mutants=len(kills),
        num_killed=num_killed,
        num_equal=fates["equal"] + fates["equal_by_runs"],
        num_equal_by_runs=fates["equal_by_runs"],
        num_missed=fates["missed"],
        num_undecided=fates["undecided"],
    )
    told = {"num_killed": num_killed_before, "num_missed": fates["missed"] + num_killed - num_killed_before}
    return after.model_copy(update=told), after
