"""Hunt: find inputs that tell what survives a problem's suite from the references.

    survivors = mutants of the references and given programs that pass every case
    1. explorers that take milliseconds propose inputs, with the survivors' literals in their dictionary
    2. symbolic difference search for each survivor left
    3. of the inputs that hold up, the fewest that tell every survivor `WANTED_KILLS` times become cases, origin ``hardened``

Every input takes the usual road (`suites.trial`): contract, agreement of all references, a second run under another hash seed. So a
program that is right is told by no input that breaks a promise, and ends as equal or undecided. What is left runs beside the reference
on inputs by the thousand (`suites.agreement`) before it is called equal. Source: ours.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from symtune.domain import Case, Problem, Program, SuiteRecord, Survivors, encode_value
from symtune.errors import BadInputError
from symtune.judging import Checkers, Judge
from symtune.sandbox import Guest
from symtune.suites.agreement import Bench
from symtune.suites.budget import Budget
from symtune.suites.constants import constants_of
from symtune.suites.contracts.rules import Rules
from symtune.suites.explorers import EXPLORERS, Target, difference
from symtune.suites.grow import asked_contract, mutants_of, unusable
from symtune.suites.kills import survivors_of, time_allowance
from symtune.suites.oracle import Oracle, sound_references
from symtune.suites.portfolio import Portfolio
from symtune.suites.rivals import TIME_FACTOR, Rivals
from symtune.suites.trial import Kept, Trial
from symtune.suites.view import view_of

ORIGIN = "hardened"
"""Origin of the cases that hardening adds."""

JUDGED_FRACTION = 0.4
"""Share of the budget for finding out who survives; programs that are not run by then are undecided."""

EXPLORED_FRACTION = 0.4
"""Share of the budget for explorers; the rest is for the difference search."""

MIN_SEARCH_S = 0.3
"""CPU seconds below which a difference search finds nothing."""

WANTED_KILLS = 2
"""New cases that tell a survivor, where so many were found."""


@dataclass(frozen=True)
class HuntPlan:
    """How suites are hardened: see the arguments of `symtune.suites.harden`."""

    budget_s: float
    difference_s: float
    seed: int
    max_cases: int
    num_mutants: int
    rules: Rules
    explorers: tuple[str, ...]


@dataclass(frozen=True)
class Hunted:
    """A problem, and the programs to be told from its references."""

    problem: Problem
    programs: tuple[Program, ...]


def hunt(item: Hunted, plan: HuntPlan, *, guest: Guest, judge: Judge, checkers: Checkers | None = None) -> Problem:
    """Return the problem with cases added that tell survivors, and the survivors' fates in its suite record."""
    problem = item.problem
    given = problem.cases("all").cases
    if reason := unusable(problem, given):
        return left_as_it_was(item, plan, reason)
    budget = Budget(plan.budget_s, guest=guest, judge=judge)
    with budget.spent_by("references"):
        references, dropped = sound_references(problem, given, judge)
    if not references:
        return left_as_it_was(item, plan, max(dropped, key=lambda name: dropped[name]))
    rng = random.Random(f"harden:{plan.seed}:{problem.id}")
    original = [case for case in given if case.origin not in {*EXPLORERS, ORIGIN}] or list(given)
    with budget.spent_by("contract"):
        view = view_of(problem, judge=judge, references=references, given=original, rng=rng)
    if view is None:
        return left_as_it_was(item, plan, "no_format")
    try:
        contract = asked_contract(problem, view, references[0], rules=plan.rules, judge=judge)
    except BadInputError:
        return left_as_it_was(item, plan, "bad_contract")
    with budget.spent_by("rivals"):
        mutants = mutants_of(references, problem, plan.num_mutants, rng)
        sources = list(dict.fromkeys([*(program.source for program in item.programs), *mutants]))
        allowance_s = time_allowance(problem, references[0], given, judge=judge)
    begun_s = judge.inputs_cpu_s
    with budget.spent_by("rivals"):
        alive, not_run = survivors_of(
            problem, sources, given, judge=judge, cpu_time_s=TIME_FACTOR / 4 * allowance_s,
            is_spent=lambda: judge.inputs_cpu_s - begun_s > JUDGED_FRACTION * plan.budget_s,
        )
    fates = dict.fromkeys(sources, "killed") | {sources[number]: "undecided" for number in (*alive, *not_run)}
    survivors = [sources[number] for number in alive]
    dropped["programs_not_run"] += len(not_run)
    chosen: list[Case] = []
    if survivors:
        oracle = Oracle(problem, references, given=given, judge=judge, checkers=checkers)
        oracle.slowest_s = allowance_s / 4
        target = Target(
            problem=problem,
            view=view,
            contract=contract.reach,
            promise=contract,
            references=tuple(references),
            constants=constants_of([*references, *survivors]),
            guest=guest,
            rng=rng,
            pool=[(case.args, case.kwargs) for case in (view.cases if problem.is_stdin else given)],
            survivors=tuple(survivors),
        )
        trial = Trial(target, oracle, Rivals(problem, survivors, judge=judge), budget, given)
        _search(trial, plan)
        dropped += trial.dropped + oracle.dropped + Counter(target.notes)
        kept = [] if oracle.is_ambiguous or oracle.is_in_doubt else trial.kept
        chosen, told = _choose(kept, plan.max_cases)
        fates |= _untold(trial, told, killed=[one for one in mutants if fates[one] == "killed"], cpu_time_s=allowance_s)
        fates |= {survivors[number]: "hardened" for number in told}
    return _hardened(item, plan, chosen, fates=fates, mutants=mutants, budget=budget, dropped=dropped)


def _search(trial: Trial, plan: HuntPlan) -> None:
    """Look for inputs that tell survivors; what is found stands in the trial, what was proved equal in its target."""
    target, budget = trial.target, trial.budget
    until_s = budget.left_s * (1 - EXPLORED_FRACTION)

    def is_over() -> bool:
        return trial.is_over or not target.survivors or budget.left_s < until_s

    Portfolio(plan.explorers, target, budget).run(trial.worth, is_over=is_over)
    search = difference.explore(target)
    while budget.left_s > MIN_SEARCH_S and not trial.is_over:
        target.turn_s = min(plan.difference_s, budget.left_s)
        with budget.spent_by("difference"):
            batch = next(search, None)
        if batch is None:
            break
        trial.worth("difference", batch)


def _untold(trial: Trial, told: set[int], *, killed: Sequence[str], cpu_time_s: float) -> dict[str, str]:
    """Return the fates of survivors that no new case tells: equal where paths or runs say so, and no run says otherwise.

    Args:
        told: numbers of the survivors that are told; killed: mutants that the suite killed, by which runs show that they mean something.
    """
    target, budget, rivals = trial.target, trial.budget, trial.rivals
    left = [source for number, source in enumerate(rivals.sources) if number not in told]
    fates = {source: "equal" if source in target.proved_equal else "undecided" for source in left}
    if not left or target.problem.is_stdin or budget.is_spent or trial.is_over:
        return fates
    end_s = rivals.judge.inputs_cpu_s + budget.left_s

    def is_spent() -> bool:
        return rivals.judge.inputs_cpu_s > end_s

    with budget.spent_by("agreement"):
        bench = Bench(
            target.problem, target.references[0], target, given=trial.given, judge=rivals.judge, cpu_time_s=cpu_time_s, witnesses=killed,
            is_spent=is_spent,
        )  # fmt: skip
        for source in itertools.takewhile(lambda _: not is_spent(), left):
            verdict, _ = bench.verdict(source)
            fates[source] = "undecided" if verdict == "differs" else "equal" if verdict == "equal" else fates[source]
    return fates


def _choose(kept: Sequence[Kept], max_cases: int) -> tuple[list[Case], set[int]]:
    """Return the fewest cases that tell the most survivors, greedily, and the survivors they tell."""
    chosen: list[Case] = []
    left = [one for one in kept if one.kills]
    num_kills: Counter[int] = Counter()

    def gain(one: Kept) -> tuple[float, int]:
        worth = sum(0.0 if num_kills[rival] >= WANTED_KILLS else 0.5 ** num_kills[rival] for rival in one.kills)
        return worth, -len(str([encode_value(value) for value in one.given[0]]))

    while left and len(chosen) < max_cases:
        best = max(left, key=gain)
        if gain(best)[0] == 0:
            break
        left.remove(best)
        num_kills.update(best.kills)
        chosen.append(best.case.model_copy(update={"origin": ORIGIN}))
    return chosen, set(num_kills)


def _hardened(
    item: Hunted,
    plan: HuntPlan,
    chosen: Sequence[Case],
    *,
    fates: dict[str, str],
    mutants: Sequence[str],
    budget: Budget,
    dropped: Counter[str],
) -> Problem:
    by_program = {program.program_id: fates[program.source] for program in item.programs}
    survivors = Survivors(
        mutants=dict(sorted(Counter(fates[source] for source in mutants).items())),
        programs=dict(sorted(Counter(by_program.values()).items())),
        by_program={name: fate for name, fate in by_program.items() if fate != "killed"},
    )
    record = item.problem.suite or SuiteRecord(seed=plan.seed)
    seconds = Counter(record.seconds_by_explorer)
    seconds.update(budget.seconds_by_name)
    origins = Counter(record.num_by_origin)
    origins.update(case.origin for case in chosen)
    reasons = Counter(record.dropped) + dropped
    record = record.model_copy(
        update={
            "seconds_by_explorer": {name: round(value, 3) for name, value in seconds.items()},
            "num_by_origin": dict(origins),
            "dropped": {name: count for name, count in sorted(reasons.items()) if count},
            "skipped": None if chosen else record.skipped,
            "survivors": survivors,
        }
    )
    return item.problem.model_copy(update={"tests": (*item.problem.tests, *chosen), "suite": record})


def left_as_it_was(item: Hunted, plan: HuntPlan, reason: str) -> Problem:
    """Return the problem without new cases; its programs are undecided, and the reason is counted."""
    by_program = {program.program_id: "undecided" for program in item.programs}
    survivors = Survivors(programs={"undecided": len(by_program)} if by_program else {}, by_program=by_program)
    record = item.problem.suite or SuiteRecord(seed=plan.seed, skipped=reason)
    dropped = {**record.dropped, f"not_hardened_{reason}": 1}
    record = record.model_copy(update={"survivors": survivors, "dropped": dropped})
    return item.problem.model_copy(update={"suite": record})
