"""Strengthen: problems in, the same problems out, in order, with tests that catch more wrong programs.

For every problem: infer types and learn the contract from its cases, explore (symbolic paths, boundary values, mutation),
bring each input inside the contract, run it through all references, keep it only when they agree, and choose by coverage. The
original tests stay, first and in order.

Source: Sakharova et al. 2025, section 3 (types by MonkeyType, paths by CrossHair, expected values by the reference).
Differs: the contract, the boundary and mutation explorers, agreement of all references, and the choice by coverage.
"""

from __future__ import annotations

import concurrent.futures
import importlib.util
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from symtune.domain import Problem, SuiteRecord, content_digest
from symtune.errors import BadInputError, GuestDiedError, IsolationError, MissingExtraError, SandboxError
from symtune.judging import Judge
from symtune.sandbox import Guest, Isolation
from symtune.store import Progress, ResumableFile
from symtune.suites.explorers import EXPLORERS
from symtune.suites.grow import Plan, grow
from symtune.suites.rules import Rules

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
    out: Path | None = None,
    rules: Rules | None = None,
    explorers: Sequence[str] = tuple(EXPLORERS),
    isolation: Isolation = "namespaces",
    progress: Callable[[], object] | None = None,
) -> list[Problem]:
    """Return the problems with their suites grown; none is lost, and ``suite.skipped`` says why one got nothing.

    Args:
        problems: with references, and examples or tests to learn from.
        budget_s: CPU seconds per problem, of which timed explorers get `grow.EXPLORING_FRACTION`; what they found is kept.
        workers: problems at a time, each with guests of its own.
        seed: seed of every random choice; it and the problem's id alone decide what is mutated.
        max_cases: new cases per problem at most.
        max_paths: symbolic paths followed per problem at most. Time alone ends the search when this is None, and then two runs may find
            different paths; where the budget is ample, a number makes the suite depend on the seed alone.
        out: written as problems.jsonl; finished problems are kept beside it and taken up again after a kill.
        rules: how far inputs may go beyond the examples.
        explorers: origins to use, of `EXPLORERS`.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        progress: called after each problem.

    Raises:
        BadInputError: an id used twice, an unknown explorer, a budget or count that is not positive.
        MissingExtraError: CrossHair or MonkeyType is not installed and the symbolic explorer is asked for.
        IsolationError: this machine does not isolate as asked.
        RunMismatchError: ``out`` was begun with other settings.
    """
    plan = Plan(
        budget_s=budget_s, seed=seed, max_cases=max_cases, rules=rules or Rules(), explorers=tuple(explorers), max_paths=max_paths
    )
    _check(problems, plan, workers)
    if out is None:
        done: dict[str, Problem] = {}
        _run(problems, plan, workers=workers, isolation=isolation, progress=progress, keep=lambda one: done.update({one.id: one}))
        return [done[problem.id] for problem in problems]
    settings = {
        "problems": content_digest([problem.to_json() for problem in problems]),
        "budget_s": budget_s,
        "seed": seed,
        "max_cases": max_cases,
        "max_paths": max_paths,
        "rules": plan.rules.to_json(),
        "explorers": list(plan.explorers),
    }
    with ResumableFile(out, settings=settings) as file:
        done = {one.id: one for one in map(Problem.from_json, file.done)}
        owed = [problem for problem in problems if problem.id not in done]

        def keep(one: Problem) -> None:
            file.append(one)
            done[one.id] = one

        _run(owed, plan, workers=workers, isolation=isolation, progress=progress, keep=keep)
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
    if plan.budget_s <= 0 or plan.max_cases < 0 or workers < 1:
        raise BadInputError(
            f"budget_s must be above 0, max_cases 0 or more, workers 1 or more; got {plan.budget_s}, {plan.max_cases}, {workers}"
        )
    if unknown := [name for name in plan.explorers if name not in EXPLORERS]:
        raise BadInputError(f"unknown explorer {unknown[0]!r}; known: {', '.join(EXPLORERS)}")
    for module, package in (("crosshair", "crosshair-tool"), ("monkeytype", "monkeytype")):
        if "symbolic" in plan.explorers and importlib.util.find_spec(module) is None:
            raise MissingExtraError(package, extra="symbolic")


def _run(
    problems: Sequence[Problem],
    plan: Plan,
    *,
    workers: int,
    isolation: Isolation,
    progress: Callable[[], object] | None,
    keep: Callable[[Problem], None],
) -> None:
    """Grow every problem and hand each to ``keep`` as it is done; an interruption ends the guests at once."""
    if not problems:
        return
    with ExitStack() as stack:
        shown = stack.enter_context(Progress(len(problems), "suites"))
        pool = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="suites")
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        crews = _Crews(isolation)
        stack.callback(crews.close)
        futures = [pool.submit(crews.grow, problem, plan) for problem in problems]
        for future in concurrent.futures.as_completed(futures):
            keep(future.result())
            shown.advance()
            if progress is not None:
                progress()


class _Crews:
    """One crew (an explorer guest and a judge) per worker thread, started when first needed."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation: Isolation = isolation
        self._local = threading.local()
        self._all: list[_Crew] = []
        self._is_closed = False

    def grow(self, problem: Problem, plan: Plan) -> Problem:
        """Grow one problem; a guest that dies under it is replaced once, then the problem is left as it was."""
        for _ in range(_NUM_TRIES):
            try:
                crew = self._crew()
                return grow(problem, plan, guest=crew.guest, judge=crew.judge)
            except IsolationError:
                raise
            except SandboxError:
                if self._is_closed:
                    raise
                self._drop()
        return problem.model_copy(update={"suite": SuiteRecord(seed=plan.seed, skipped="guest_died")})

    def _crew(self) -> _Crew:
        if self._is_closed:
            raise GuestDiedError("the work was stopped")
        if not hasattr(self._local, "crew"):
            self._local.crew = _Crew(self._isolation)
            self._all.append(self._local.crew)
        crew: _Crew = self._local.crew
        return crew

    def _drop(self) -> None:
        if hasattr(self._local, "crew"):
            self._local.crew.close()
            del self._local.crew

    def close(self) -> None:
        """End all guests, also those at work."""
        self._is_closed = True
        for crew in self._all:
            crew.close()


class _Crew:
    """The guests of one worker."""

    def __init__(self, isolation: Isolation) -> None:
        self.guest = Guest("explore", isolation=isolation, hash_seed=_OTHER_HASH_SEED)
        self.judge = Judge(workers=1, isolation=isolation)

    def close(self) -> None:
        """End both guests."""
        self.guest.close()
        self.judge.close()
