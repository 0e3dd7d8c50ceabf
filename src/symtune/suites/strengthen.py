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
from contextlib import closing
from pathlib import Path

from symtune.domain import Problem, SuiteRecord, content_digest
from symtune.errors import BadInputError, GuestDiedError, IsolationError, MissingExtraError, SandboxError
from symtune.judging import Checkers, Judge
from symtune.judging.engines import EngineName, Lost, find_engine
from symtune.sandbox import Guest, Isolation
from symtune.store import Progress, ResumableFile
from symtune.suites.contracts.rules import Rules
from symtune.suites.explorers import EXPLORERS
from symtune.suites.grow import Plan, grow

_NUM_TRIES = 2
_OTHER_HASH_SEED = 1
"""The explorer's guest orders sets of text otherwise than the judge's, so that answers which hang on it are found."""


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
    run = functools.partial(_run, plan=plan, engine=engine, workers=workers, isolation=isolation, progress=progress)
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
    counts = {"max_cases": plan.max_cases, "num_mutants": plan.num_mutants, "num_public": plan.num_public, "workers": workers - 1}
    if plan.budget_s <= 0 or min(counts.values()) < 0:
        wrong = min(counts, key=lambda name: counts[name])
        raise BadInputError(
            f"budget_s must be above 0, max_cases, num_mutants and num_public 0 or more, workers 1 or more; got budget_s {plan.budget_s}, "
            f"{wrong} {counts[wrong] + (wrong == 'workers')}"
        )
    if unknown := [name for name in plan.explorers if name not in EXPLORERS]:
        raise BadInputError(f"unknown explorer {unknown[0]!r}; known: {', '.join(EXPLORERS)}")
    for module, package in (("crosshair", "crosshair-tool"), ("monkeytype", "monkeytype")):
        if {"symbolic", "difference"} & set(plan.explorers) and importlib.util.find_spec(module) is None:
            raise MissingExtraError(package, extra="symbolic")


def _run(
    problems: Sequence[Problem],
    *,
    plan: Plan,
    engine: EngineName,
    workers: int,
    isolation: Isolation,
    progress: Callable[[], object] | None,
    keep: Callable[[Problem], None],
) -> None:
    """Grow every problem and hand each to ``keep`` as it is done; an interruption ends the guests at once."""
    if not problems:
        return
    spread = find_engine(engine).spread(GrowerMaker(plan, isolation), problems, workers=workers, is_ordered=False)
    with Progress(len(problems), "suites") as shown, closing(spread) as results:
        for number, grown in results:
            keep(_left_as_it_was(problems[number], plan) if isinstance(grown, Lost) else grown)
            shown.advance()
            if progress is not None:
                progress()


@dataclasses.dataclass(frozen=True)
class GrowerMaker:
    """Makes the worker of an engine, where it runs."""

    plan: Plan
    isolation: Isolation

    def __call__(self) -> Grower:
        """Return the worker; its guests start when first needed."""
        return Grower(self)


class Grower:
    """Grows problems with a crew of guests of its own, started when first needed and anew after a death."""

    def __init__(self, made_by: GrowerMaker) -> None:
        self._plan = made_by.plan
        self._isolation: Isolation = made_by.isolation
        self._crew: _Crew | None = None
        self._is_closed = False

    def work(self, items: Sequence[Problem]) -> list[Problem]:
        """Grow problems one by one."""
        return [self._grow(problem) for problem in items]

    def _grow(self, problem: Problem) -> Problem:
        """Grow one problem; a guest that dies under it is replaced once, then the problem is left as it was."""
        for _ in range(_NUM_TRIES):
            try:
                if self._is_closed:
                    raise GuestDiedError("the work was stopped")
                self._crew = self._crew or _Crew(self._isolation)
                crew = self._crew
                return grow(problem, self._plan, guest=crew.guest, judge=crew.judge, checkers=crew.checkers)
            except IsolationError:
                raise
            except SandboxError:
                if self._is_closed:
                    raise
                self._drop()
        return _left_as_it_was(problem, self._plan)

    def _drop(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def close(self) -> None:
        """End the guests, also those at work."""
        self._is_closed = True
        if self._crew is not None:
            self._crew.close()


def _left_as_it_was(problem: Problem, plan: Plan) -> Problem:
    return problem.model_copy(update={"suite": SuiteRecord(seed=plan.seed, skipped="guest_died")})


class _Crew:
    """The guests of one worker."""

    def __init__(self, isolation: Isolation) -> None:
        self.guest = Guest("explore", isolation=isolation, hash_seed=_OTHER_HASH_SEED)
        self.judge = Judge(workers=1, isolation=isolation)
        self.checkers = Checkers(isolation=isolation)

    def close(self) -> None:
        """End all guests."""
        self.checkers.close()
        self.guest.close()
        self.judge.close()
