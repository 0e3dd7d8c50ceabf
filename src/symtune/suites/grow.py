"""Grow the suite of one problem: learn its contract, let explorers take turns, ask the references, choose."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symtune.domain import Case, Problem, SuiteRecord
from symtune.errors import BadInputError
from symtune.judging import Checkers, Judge
from symtune.sandbox import Guest
from symtune.suites.arrange import Arranged, arrange
from symtune.suites.budget import Budget
from symtune.suites.constants import constants_of
from symtune.suites.contracts.contract import Contract
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.shown import narrower
from symtune.suites.contracts.unread import unread_promises
from symtune.suites.contracts.widen import widen
from symtune.suites.dissent import MIN_WITNESSES
from symtune.suites.explorers import Target
from symtune.suites.mutants import make_mutants
from symtune.suites.oracle import COMPARATORS, Oracle, comparator_of, sound_references
from symtune.suites.portfolio import Portfolio
from symtune.suites.rivals import Rivals
from symtune.suites.several import may_have_none, takes_several_answers
from symtune.suites.trial import Trial
from symtune.suites.view import View, view_of

STDIN_PRICE = 4
"""A mutant that reads stdin takes a fork for every case: there are so many times fewer of them."""

FAR = ("large",)
"""Explorers that go far from the examples on purpose; they have no turns where the contract is in doubt."""

MAX_MUTATED = 3
"""References that mutants are made of."""


@dataclass(frozen=True)
class Plan:
    """How suites are grown: see the arguments of `symtune.suites.strengthen`."""

    budget_s: float
    seed: int
    max_cases: int
    rules: Rules
    explorers: tuple[str, ...]
    max_paths: int | None = None
    num_mutants: int = 40
    num_public: int = 0


def grow(
    problem: Problem,
    plan: Plan,
    *,
    guest: Guest,
    judge: Judge,
    checkers: Checkers | None = None,
    suspects: Sequence[str] = (),
) -> Problem:
    """Return the problem with new tests and its suite record; never fewer cases than before.

    Args:
        checkers: guests for a problem that has a checker.
        suspects: programs known or thought to be wrong; the suite is to tell them from the references.
    """
    given = problem.cases("all").cases
    if reason := unusable(problem, given):
        return _skipped(problem, plan, Counter(), reason)
    budget = Budget(plan.budget_s, guest=guest, judge=judge)
    with budget.spent_by("references"):
        references, dropped = sound_references(problem, given, judge)
    if not references:
        return _skipped(problem, plan, dropped, max(dropped, key=lambda name: dropped[name]))
    rng = random.Random(f"{plan.seed}:{problem.id}")
    with budget.spent_by("format"):
        view = view_of(problem, judge=judge, references=references, given=given, rng=rng)
    if view is None or not any(case.args or case.kwargs for case in view.cases):
        return _skipped(problem, plan, dropped, "no_format" if problem.is_stdin else "no_arguments")
    try:
        with budget.spent_by("contract"):
            contract = asked_contract(problem, view, references[0], rules=plan.rules, judge=judge)
    except BadInputError:
        return _skipped(problem, plan, dropped, "bad_contract")
    target = _target(
        problem, view, plan=plan, contract=contract, references=references, suspects=suspects, guest=guest, rng=rng
    )
    with budget.spent_by("rivals"):
        num_mutants = plan.num_mutants // STDIN_PRICE if problem.is_stdin else plan.num_mutants
        rivals = [*suspects, *mutants_of(references, problem, num_mutants, target.rng)]
    trial = _tried(target, given, plan=plan, rivals=rivals, budget=budget, judge=judge, checkers=checkers)
    oracle = trial.oracle
    dropped += trial.dropped + Counter(trial.target.notes)
    if oracle.is_ambiguous:
        return _skipped(problem, plan, dropped + oracle.dropped, "several_answers")
    sizes = {"max_cases": plan.max_cases, "num_public": plan.num_public}
    arranged = arrange(problem, trial.kept, view=view, slowest_s=oracle.slowest_s, **sizes)
    dropped["nothing_new_or_over_cap"] += len(trial.kept) - len(arranged.public) - len(arranged.private)
    with budget.spent_by("references"):
        refused = oracle.unconfirmed([*arranged.public, *arranged.private])
    dropped += oracle.dropped + Counter({"references_disagree": len(refused)})
    return _with_suite(trial, plan, arranged.without(refused), budget=budget, dropped=dropped)


def _with_suite(trial: Trial, plan: Plan, arranged: Arranged, *, budget: Budget, dropped: Counter[str]) -> Problem:
    """Return the problem with the cases that were chosen, and the record of how they came about."""
    problem, target = trial.target.problem, trial.target
    chosen = [*arranged.public, *arranged.private]
    record = SuiteRecord(
        seed=plan.seed,
        contract=target.promise.model_copy(update={"types": target.types}).to_json(),
        seconds_by_explorer={name: round(value, 3) for name, value in budget.seconds_by_name.items()},
        num_by_origin=dict(Counter(case.origin for case in chosen)),
        dropped=_counts(dropped),
        rivals=_fates(trial.rivals, target),
        skipped=None if chosen else _why_none(trial),
    )
    return problem.model_copy(
        update={
            "examples": (*problem.examples, *arranged.public),
            "tests": (*problem.tests, *arranged.private),
            "time_limit_s": arranged.time_limit_s,
            "suite": record,
        }
    )


def _tried(
    target: Target,
    given: Sequence[Case],
    *,
    plan: Plan,
    rivals: Sequence[str],
    budget: Budget,
    judge: Judge,
    checkers: Checkers | None,
) -> Trial:
    """Let explorers take turns; where the contract is in doubt, by its references or by words that too few of them can speak for, within a narrower reach."""
    problem, contract = target.problem, target.promise

    def trial_in(target: Target, doubts: bool, before: Trial | None = None) -> Trial:
        oracle = Oracle(problem, target.references, given=given, judge=judge, checkers=checkers, doubts=doubts)
        return Trial(target, oracle, before.rivals.anew() if before else Rivals(problem, rivals, judge=judge), budget, given, before)

    def explore(trial: Trial, names: Sequence[str]) -> None:
        Portfolio(names, trial.target, budget).run(trial.worth, is_over=lambda: trial.is_over, has_any=lambda: bool(trial.kept))

    narrowed = list(narrower(contract, target.view.cases)) if problem.is_stdin and problem.checker is None else []
    trial = trial_in(target, True)
    if narrowed and len(target.references) < MIN_WITNESSES and unread_promises(problem.statement, contract):
        trial.oracle.is_in_doubt = True
    explore(trial, plan.explorers)
    narrowed = narrowed if trial.oracle.is_in_doubt else []
    for number, one in enumerate(narrowed, 1):
        is_last = number == len(narrowed)
        inputs = [(case.args, case.kwargs) for case in target.view.cases]
        target = replace(target, contract=one.reach, promise=one, pool=list(inputs), notes={"contract_narrowed": number})
        trial = trial_in(target, not is_last, trial)
        trial.worth("exhaustive", inputs)
        if not is_last:
            explore(trial, [name for name in plan.explorers if name not in FAR])
        if not trial.oracle.is_in_doubt:
            break
    if trial.oracle.is_in_doubt:
        trial.kept.clear()
    return trial


def _why_none(trial: Trial) -> str:
    """Return why nothing was kept, in a word."""
    if trial.dropped["several_answers"]:
        return "several_answers"
    return "contract_in_doubt" if trial.target.contract.is_shown else "no_input_held_up"


def _target(
    problem: Problem,
    view: View,
    *,
    plan: Plan,
    contract: Contract,
    references: Sequence[str],
    suspects: Sequence[str],
    guest: Guest,
    rng: random.Random,
) -> Target:
    """Return what explorers are given: the contract learnt, the literals found, the given inputs to start from."""
    return Target(
        problem=problem,
        view=view,
        contract=contract.reach,
        promise=contract,
        references=tuple(references),
        constants=constants_of([*references, *suspects]),
        guest=guest,
        rng=rng,
        pool=[(case.args, case.kwargs) for case in view.cases],
        max_paths=plan.max_paths,
    )


def asked_contract(problem: Problem, view: View, reference: str, *, rules: Rules, judge: Judge) -> Contract:
    """Return the contract that stands in the problem's record, or learn it; of a function, the reference is asked what examples cannot tell.

    Raises:
        BadInputError: the contract in the record was edited into something that is none.
    """
    if problem.suite is not None and problem.suite.contract is not None:
        return contract_for(problem, view.cases, rules=rules, is_kept=True)
    rules = rules.of_contests() if problem.is_stdin else rules
    contract = contract_for(problem, view.cases, names=view.names, rules=rules, meanings=view.meanings)
    if problem.is_stdin:
        return contract
    return widen(contract, view.cases, problem=problem, source=reference, run=lambda asked: judge.run_inputs(problem, reference, asked))


def unusable(problem: Problem, given: Sequence[Case]) -> str | None:
    """Return why no suite can be grown for a problem, or None."""
    if not problem.references:
        return "no_references"
    if not given:
        return "no_examples"
    if not problem.is_stdin and not any(case.args or case.kwargs for case in given):
        return "no_arguments"
    if problem.is_stdin and problem.checker is None and takes_several_answers(problem.statement) and not may_have_none(problem.statement):
        return "several_answers"
    if comparator_of(given).partition(":")[0] not in COMPARATORS:
        return "comparator"
    return None


def mutants_of(references: Sequence[str], problem: Problem, num_mutants: int, rng: random.Random) -> list[str]:
    """Return the sources of as many mutants, spread evenly over the first references."""
    sources = references[:MAX_MUTATED]
    shares = [num_mutants // len(sources) + (place < num_mutants % len(sources)) for place in range(len(sources))]
    return [
        mutant.source
        for source, share in zip(sources, shares, strict=True)
        for mutant in make_mutants(source, entry_point=problem.entry_point, max_mutants=share, rng=rng)
    ]


def _fates(rivals: Rivals, target: Target) -> dict[str, int]:
    """Return how many rivals ended as killed, equal within the bounds of the symbolic search, or undecided."""
    num_equal = sum(one in target.proved_equal for one in rivals.survivors)
    num_undecided = len(rivals.survivors) - num_equal
    return {"killed": rivals.num_killed, "equal_within_bounds": num_equal, "undecided": num_undecided} if rivals.sources else {}


def _skipped(problem: Problem, plan: Plan, dropped: Counter[str], reason: str) -> Problem:
    kept = problem.suite.contract if problem.suite is not None else None  # it may have been edited by hand
    return problem.model_copy(update={"suite": SuiteRecord(seed=plan.seed, contract=kept, dropped=_counts(dropped), skipped=reason)})


def _counts(dropped: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(dropped.items()) if count}
