"""Grow the suite of one problem: learn its contract, let explorers take turns, ask the references, choose."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from symtune.domain import Case, Problem, SuiteRecord
from symtune.errors import BadInputError
from symtune.judging import Checkers, Judge
from symtune.sandbox import Guest
from symtune.suites.arrange import arrange
from symtune.suites.budget import Budget
from symtune.suites.constants import constants_of
from symtune.suites.contracts.contract import Contract
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.widen import widen
from symtune.suites.explorers import Target
from symtune.suites.mutants import make_mutants
from symtune.suites.oracle import COMPARATORS, Oracle, comparator_of, sound_references
from symtune.suites.portfolio import Portfolio
from symtune.suites.rivals import Rivals
from symtune.suites.trial import Trial
from symtune.suites.view import View, view_of

STDIN_PRICE = 4
"""A mutant that reads stdin takes a fork for every case: there are so many times fewer of them."""

_SEVERAL_ANSWERS = re.compile(
    r"\b(?:several|multiple|many|more than one)\s+(?:\w+\s+){0,2}(?:answers?|solutions?)\b[^.]{0,60}\b(?:any|arbitrary)\b"
    r"|\b(?:print|output|report|return)\s+any\s+(?:of\s+(?:them|these|those)|(?:valid|correct|possible|suitable|such)\s+\w+)\b",
    re.IGNORECASE,
)
"""Words by which a statement takes more than one answer to an input; references then agree by chance."""

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
    oracle = Oracle(problem, references, given=given, judge=judge, checkers=checkers)
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
        rivals = Rivals(problem, [*suspects, *mutants_of(references, problem, num_mutants, target.rng)], judge=judge)
    trial = Trial(target, oracle, rivals, budget, given)
    Portfolio(plan.explorers, target, budget).run(trial.worth, is_over=lambda: trial.is_over)
    dropped += trial.dropped + oracle.dropped + Counter(target.notes)
    if oracle.is_ambiguous:
        return _skipped(problem, plan, dropped, "several_answers")
    sizes = {"max_cases": plan.max_cases, "num_public": plan.num_public}
    arranged = arrange(problem, trial.kept, view=view, slowest_s=oracle.slowest_s, **sizes)
    chosen = [*arranged.public, *arranged.private]
    dropped["nothing_new_or_over_cap"] += len(trial.kept) - len(chosen)
    record = SuiteRecord(
        seed=plan.seed,
        contract=target.promise.model_copy(update={"types": target.types}).to_json(),
        seconds_by_explorer={name: round(value, 3) for name, value in budget.seconds_by_name.items()},
        num_by_origin=dict(Counter(case.origin for case in chosen)),
        dropped=_counts(dropped),
        rivals=_fates(rivals, target),
        skipped=None if chosen else "no_input_held_up",
    )
    return problem.model_copy(
        update={
            "examples": (*problem.examples, *arranged.public),
            "tests": (*problem.tests, *arranged.private),
            "time_limit_s": arranged.time_limit_s,
            "suite": record,
        }
    )


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
    if problem.is_stdin and problem.checker is None and _SEVERAL_ANSWERS.search(problem.statement):
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
