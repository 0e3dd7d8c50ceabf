"""Grow the suite of one problem: learn its contract, explore, ask the references, choose."""

from __future__ import annotations

import ast
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symtune.domain import Case, Problem, SuiteRecord, decode_value, encode_value
from symtune.errors import BadInputError, BadValueError
from symtune.judging import PRELUDE_KEY, Judge, compare
from symtune.sandbox import Guest, Limits
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.widen import widen
from symtune.suites.explorers import EXPLORERS, TIMED, Target
from symtune.suites.features import features_of
from symtune.suites.oracle import COMPARATORS, comparator_of, decide, sound_references
from symtune.suites.select import select_cases

EXPLORING_FRACTION = 0.7
"""Share of a problem's budget that timed explorers get; the rest is for the references and for coverage."""

MAX_INPUT_CHARACTERS = 4000
"""A longer input (as JSON) makes a case too large to keep."""


@dataclass(frozen=True)
class Plan:
    """How suites are grown: see the arguments of `symtune.suites.strengthen`."""

    budget_s: float
    seed: int
    max_cases: int
    rules: Rules
    explorers: tuple[str, ...]
    max_paths: int | None = None


def grow(problem: Problem, plan: Plan, *, guest: Guest, judge: Judge) -> Problem:
    """Return the problem with new tests and its suite record; never fewer cases than before."""
    record = SuiteRecord(seed=plan.seed)
    given = problem.cases("all").cases
    if reason := unusable(problem, given):
        return _skipped(problem, record, reason)
    dropped: Counter[str] = Counter()
    references, bad = sound_references(problem, given, judge)
    dropped.update(bad)
    if not references:
        reason = max(bad, key=lambda name: bad[name])
        return _skipped(problem, record.model_copy(update={"dropped": dict(dropped)}), reason)
    contract = contract_for(problem, given, rules=plan.rules)
    contract = widen(contract, given, problem=problem, source=references[0], run=lambda cases: judge.run_inputs(problem, references[0], cases))
    target = Target(
        problem=problem,
        contract=contract.reach,
        cases=given,
        source=references[0],
        prelude=str(problem.meta.get(PRELUDE_KEY, "")),
        constants=constants_of(references),
        guest=guest,
        rng=random.Random(f"{plan.seed}:{problem.id}"),
        max_paths=plan.max_paths,
    )
    candidates, seconds = _explore(target, plan, dropped)
    verdict = decide(problem, candidates, references=references, given=given, judge=judge)
    dropped.update(verdict.dropped)
    stable, features = _trace(target, verdict.cases, dropped)
    chosen = _choose(stable, features, given, plan.max_cases)
    dropped["nothing_new_or_over_cap"] += len(stable) - len(chosen)
    dropped.update(target.notes)
    record = SuiteRecord(
        seed=plan.seed,
        contract=contract.model_copy(update={"types": target.types}).to_json(),
        seconds_by_explorer={name: round(value, 3) for name, value in seconds.items()},
        num_by_origin=dict(Counter(case.origin for case in chosen)),
        dropped={name: count for name, count in sorted(dropped.items()) if count},
        skipped=None if chosen else "no_input_held_up",
    )
    return problem.model_copy(update={"tests": (*problem.tests, *chosen), "suite": record})


def unusable(problem: Problem, given: Sequence[Case]) -> str | None:
    """Return why no suite can be grown for a problem, or None."""
    if problem.is_stdin:
        return "stdin"
    if not problem.references:
        return "no_references"
    if not given:
        return "no_examples"
    if not any(case.args or case.kwargs for case in given):
        return "no_arguments"
    if comparator_of(given).partition(":")[0] not in COMPARATORS:
        return "comparator"
    return None


def constants_of(references: Sequence[str]) -> tuple[Any, ...]:
    """Return the number and text literals of the references, each once, docstrings left out."""
    found: dict[tuple[type, Any], None] = {}
    for source in references:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float, str) and id(node) not in prose:
                found[type(node.value), node.value] = None
    return tuple(value for _, value in found)


def _skipped(problem: Problem, record: SuiteRecord, reason: str) -> Problem:
    return problem.model_copy(update={"suite": record.model_copy(update={"skipped": reason})})


def _explore(target: Target, plan: Plan, dropped: Counter[str]) -> tuple[list[Case], dict[str, float]]:
    """Return the distinct inputs inside the contract, and the seconds each explorer took."""
    contract = target.contract
    known = {case.input_digest() for case in target.cases}
    found: list[Case] = []
    seconds: dict[str, float] = {}
    for name in plan.explorers:
        started = time.monotonic()
        share = TIMED.get(name, 0.0) * plan.budget_s * EXPLORING_FRACTION
        for args, kwargs in EXPLORERS[name](target, share):
            inside = project_input(contract, args, kwargs=kwargs, rng=target.rng)
            if inside is None:
                dropped[f"contract_{contract.fault(args, kwargs)}"] += 1
                continue
            case = Case(args=inside[0], kwargs=inside[1], origin=name)
            try:
                digest = case.input_digest()
            except BadValueError:
                dropped["input_not_plain"] += 1
                continue
            if digest in known:
                dropped["duplicate"] += 1
                continue
            known.add(digest)
            if len(str(case.args)) + len(str(case.kwargs)) > MAX_INPUT_CHARACTERS:
                dropped["input_too_long"] += 1
            else:
                found.append(case)
        seconds[name] = time.monotonic() - started
    return found, seconds


def _trace(target: Target, cases: list[Case], dropped: Counter[str]) -> tuple[list[Case], list[frozenset[int | str]]]:
    """Run the first reference once more, in the other guest, for branches and as a check that answers are stable."""
    if not cases:
        return [], []
    execution = target.guest.run(
        {
            "mode": "coverage",
            "source": target.source,
            "prelude": target.prelude,
            "entry_point": target.problem.entry_point,
            "inputs": [{"args": form["args"], "kwargs": form["kwargs"]} for form in (case.to_json() for case in cases)],
            "seconds_per_input": 2.0,
        },
        Limits(cpu_time_s=30.0),
    )
    answers = {frame["index"]: frame for frame in execution.frames if isinstance(frame, dict) and type(frame.get("index")) is int}
    stable: list[Case] = []
    features: list[frozenset[int | str]] = []
    num_unstable = 0
    for index, case in enumerate(cases):
        frame = answers.get(index, {})
        if "result" not in frame:
            dropped["untraced"] += 1
        elif not _agrees(case, frame["result"]):
            num_unstable += 1
        else:
            stable.append(case)
            features.append(frozenset({*frame["features"], *features_of(case.args, case.kwargs, case.expected)}))
    if num_unstable:
        dropped["answer_changes_between_runs"] += num_unstable
        dropped["other_answers_may_change"] += len(stable)
        return [], []
    return stable, features


def _agrees(case: Case, form: Any) -> bool:
    try:
        return compare(case.comparator, decode_value(form), case.expected)
    except (BadInputError, TypeError):
        return False


def _choose(
    cases: list[Case], features: list[frozenset[int | str]], given: Sequence[Case], max_cases: int
) -> list[Case]:
    covered = frozenset(fact for case in given for fact in features_of(case.args, case.kwargs, case.expected))
    order = select_cases(
        features,
        sizes=[len(str([encode_value(value) for value in case.args])) for case in cases],
        origins=[case.origin for case in cases],
        covered=covered,
        max_cases=max_cases,
    )
    return [cases[index] for index in order]
