"""Strengthen: problems in, the same problems out, in order, with tests that catch more wrong programs.

For every problem: infer types and learn the contract from its cases, let a portfolio of explorers propose inputs, bring each inside
the contract, run it through all references, keep it only when they agree, and choose by the mutants it kills and by coverage. The
original tests stay, first and in order.

Source: Sakharova et al. 2025, section 3 (types by MonkeyType, paths by CrossHair, expected values by the reference).
Differs: the contract, the other explorers, agreement of all references, and the choice by kills and coverage.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

from symtune.domain import Problem, SuiteRecord, content_digest
from symtune.errors import BadInputError, MissingExtraError
from symtune.judging.engines import EngineName, find_engine
from symtune.sandbox import Isolation
from symtune.store import ResumableFile
from symtune.suites.contracts.rules import Rules
from symtune.suites.crews import Crew, run_task
from symtune.suites.explorers import EXPLORERS
from symtune.suites.grow import Plan, grow


def strengthen(
    problems: Sequence[Problem],
    *,
    budget_s: float = 10.0,
    workers: int = 2,
    seed: int = 0,
    max_cases: int = 60,
    max_paths: int | None = None,
    num_mutants: int = 40,
    num_public: int = 0,
    out: Path | None = None,
    rules: Rules | None = None,
    explorers: Sequence[str] = tuple(EXPLORERS),
    isolation: Isolation = "namespaces",
    engine: EngineName = "local",
    progress: Callable[[], object] | None = None,
) -> list[Problem]:
    """Return the problems with their suites grown; none is lost, and ``suite.skipped`` says why one got nothing.

    Args:
        problems: with references, and examples or tests to learn from.
        budget_s: CPU seconds per problem in all, measured (`suites.budget`); less is spent where nothing new is found for long.
        workers: problems at a time, each with guests of its own.
        seed: seed of every random choice; it and the problem's id alone decide what is mutated.
        max_cases: new cases per problem at most.
        max_paths: symbolic paths followed per problem at most. Time alone ends the search when this is None, and then two runs may find
            different paths; where the budget is ample, a number makes the suite depend on the seed alone.
        num_mutants: mutants of a problem's references that its suite is grown against.
        num_public: how many of the new cases become examples, simple ones that the tests can do without.
        out: written as problems.jsonl; finished problems are kept beside it and taken up again after a kill.
        rules: how far inputs may go beyond the examples.
        explorers: origins to use, of `EXPLORERS`.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        engine: where the workers run, of `ENGINES`; the suites do not depend on it.
        progress: called after each problem.

    Raises:
        BadInputError: an id used twice, an unknown explorer, a budget or count that is not positive.
        MissingExtraError: CrossHair or MonkeyType is not installed and the symbolic explorer is asked for.
        IsolationError: this machine does not isolate as asked.
        RunMismatchError: ``out`` was begun with other settings.
    """
    plan = Plan(
        budget_s=budget_s,
        seed=seed,
        max_cases=max_cases,
        rules=rules or Rules(),
        explorers=tuple(explorers),
        max_paths=max_paths,
        num_mutants=num_mutants,
        num_public=num_public,
    )
    _check(problems, plan, workers)
    find_engine(engine)
    run = functools.partial(
        run_task, GrowTask(plan), engine=engine, workers=workers, isolation=isolation, progress=progress
    )
    if out is None:
        done: dict[str, Problem] = {}
        run(problems, keep=lambda one: done.update({one.id: one}))
        return [done[problem.id] for problem in problems]
    settings = {
        "problems": content_digest([problem.to_json() for problem in problems]),
        "budget_s": budget_s,
        "seed": seed,
        "max_cases": max_cases,
        "max_paths": max_paths,
        "num_mutants": num_mutants,
        "num_public": num_public,
        "rules": plan.rules.to_json(),
        "explorers": list(plan.explorers),
    }
    with ResumableFile(out, settings=settings) as file:
        done = {one.id: one for one in map(Problem.from_json, file.done)}
        owed = [problem for problem in problems if problem.id not in done]

        def keep(one: Problem) -> None:
            file.append(one)
            done[one.id] = one

        run(owed, keep=keep)
        grown = [done[problem.id] for problem in problems]
        file.finish(problem.to_json() for problem in grown)
    return grown


def _check(problems: Sequence[Problem], plan: Plan, workers: int) -> None:
    """Refuse bad arguments before work starts."""
    seen: set[str] = set()
    for problem in problems:
        if problem.id in seen:
            raise BadInputError(f"the problem id {problem.id!r} is used twice; ids must be unique")
        seen.add(problem.id)
    wrong = [f"{name} {getattr(plan, name)}" for name in ("max_cases", "num_mutants", "num_public") if getattr(plan, name) < 0]
    wrong += [f"workers {workers}"] if workers < 1 else []
    wrong += [f"budget_s {plan.budget_s}"] if plan.budget_s <= 0 else []
    if wrong:
        raise BadInputError(
            f"budget_s must be above 0, max_cases, num_mutants and num_public 0 or more, workers 1 or more; got {', '.join(wrong)}"
        )
    if unknown := [name for name in plan.explorers if name not in EXPLORERS]:
        raise BadInputError(f"unknown explorer {unknown[0]!r}; known: {', '.join(EXPLORERS)}")
    for module, package in (("crosshair", "crosshair-tool"), ("monkeytype", "monkeytype")):
        if {"symbolic", "difference"} & set(plan.explorers) and importlib.util.find_spec(module) is None:
            raise MissingExtraError(package, extra="symbolic")


@dataclasses.dataclass(frozen=True)
class GrowTask:
    """Growing the suite of a problem, as a task for a crew."""

    plan: Plan

    def do(self, item: Problem, crew: Crew) -> Problem:
        """Return the problem with its suite grown."""
        return grow(item, self.plan, guest=crew.guest, judge=crew.judge, checkers=crew.checkers)

    def give_up(self, item: Problem) -> Problem:
        """Return the problem as it was, with the reason."""
        return item.model_copy(update={"suite": SuiteRecord(seed=self.plan.seed, skipped="guest_died")})
