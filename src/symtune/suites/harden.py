"""Harden: problems and programs in, the same problems out, in order, with cases for what their suites let through.

For every problem: the given programs and mutants of the references that pass its suite are hunted (`suites.hunt`). A survivor ends as
hardened (a new case tells it), equal within bounds, or undecided; the suite record says which. Source: ours.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from symtune.domain import Problem, Program, content_digest
from symtune.errors import BadInputError, MissingExtraError
from symtune.judging.engines import EngineName, find_engine
from symtune.sandbox import Isolation
from symtune.store import ResumableFile
from symtune.suites.contracts.rules import Rules
from symtune.suites.crews import Crew, run_task
from symtune.suites.hunt import Hunted, HuntPlan, hunt, left_as_it_was

HUNTING_EXPLORERS = ("boundary", "dictionary", "exhaustive", "mutation", "dense")
"""Explorers that propose inputs within milliseconds; the difference search stands in for the symbolic one."""


def harden(
    problems: Sequence[Problem],
    programs: Sequence[Program] = (),
    *,
    budget_s: float = 10.0,
    difference_s: float = 1.0,
    num_mutants: int = 20,
    workers: int = 2,
    seed: int = 0,
    max_cases: int = 20,
    out: Path | None = None,
    rules: Rules | None = None,
    isolation: Isolation = "namespaces",
    engine: EngineName = "local",
    progress: Callable[[], object] | None = None,
) -> list[Problem]:
    """Return the problems with cases added for what survives their suites; none is lost.

    A problem under which nothing survives costs milliseconds, so this is at home between rounds of training.

    Args:
        problems: with references and suites, as `strengthen` returns them.
        programs: known wrong, suspected, or written by a policy; those of other problems are left out. A right one is no harm: no
            case is made that breaks the contract or on which the references disagree.
        budget_s: CPU seconds per problem in all.
        difference_s: CPU seconds of the symbolic search for one survivor.
        num_mutants: mutants of the references per problem at most.
        workers: problems at a time, each with guests of its own.
        seed: seed of every random choice.
        max_cases: new cases per problem at most.
        out: written as problems.jsonl; finished problems are kept beside it and taken up again after a kill.
        rules: how far inputs may go beyond the examples, where the suite record holds no contract.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        engine: where the workers run, of `ENGINES`.
        progress: called after each problem.

    Raises:
        BadInputError: a problem id used twice, a budget or count that is not positive.
        MissingExtraError: CrossHair or MonkeyType is not installed.
        IsolationError: this machine does not isolate as asked.
        RunMismatchError: ``out`` was begun with other settings.
    """
    plan = HuntPlan(
        budget_s=budget_s,
        difference_s=difference_s,
        seed=seed,
        max_cases=max_cases,
        num_mutants=num_mutants,
        rules=rules or Rules(),
        explorers=HUNTING_EXPLORERS,
    )
    _check(problems, plan, workers)
    find_engine(engine)
    by_problem: dict[str, list[Program]] = {problem.id: [] for problem in problems}
    for program in programs:
        if program.problem_id in by_problem:
            by_problem[program.problem_id].append(program)
    items = [Hunted(problem, tuple(by_problem[problem.id])) for problem in problems]
    run = functools.partial(run_task, HuntTask(plan), engine=engine, workers=workers, isolation=isolation, progress=progress)
    if out is None:
        done: dict[str, Problem] = {}
        run(items, keep=lambda one: done.update({one.id: one}))
        return [done[problem.id] for problem in problems]
    settings = {
        "problems": content_digest([problem.to_json() for problem in problems]),
        "programs": content_digest([program.to_json() for program in programs]),
        "budget_s": budget_s,
        "difference_s": difference_s,
        "num_mutants": num_mutants,
        "seed": seed,
        "max_cases": max_cases,
        "rules": plan.rules.to_json(),
    }
    with ResumableFile(out, settings=settings) as file:
        done = {one.id: one for one in map(Problem.from_json, file.done)}

        def keep(one: Problem) -> None:
            file.append(one)
            done[one.id] = one

        run([item for item in items if item.problem.id not in done], keep=keep)
        hardened = [done[problem.id] for problem in problems]
        file.finish(problem.to_json() for problem in hardened)
    return hardened


def _check(problems: Sequence[Problem], plan: HuntPlan, workers: int) -> None:
    """Refuse bad arguments before work starts."""
    seen: set[str] = set()
    for problem in problems:
        if problem.id in seen:
            raise BadInputError(f"the problem id {problem.id!r} is used twice; ids must be unique")
        seen.add(problem.id)
    if min(plan.budget_s, plan.difference_s) <= 0 or min(plan.max_cases, plan.num_mutants) < 0 or workers < 1:
        raise BadInputError(
            "budget_s and difference_s must be above 0, max_cases and num_mutants 0 or more, workers 1 or more; got "
            f"{plan.budget_s}, {plan.difference_s}, {plan.max_cases}, {plan.num_mutants}, {workers}"
        )
    for module, package in (("crosshair", "crosshair-tool"), ("monkeytype", "monkeytype")):
        if importlib.util.find_spec(module) is None:
            raise MissingExtraError(package, extra="symbolic")


@dataclass(frozen=True)
class HuntTask:
    """Hardening the suite of a problem, as a task for a crew."""

    plan: HuntPlan

    def do(self, item: Hunted, crew: Crew) -> Problem:
        """Return the problem with its suite hardened."""
        return hunt(item, self.plan, guest=crew.guest, judge=crew.judge, checkers=crew.checkers)

    def give_up(self, item: Hunted) -> Problem:
        """Return the problem as it was, with the reason."""
        return left_as_it_was(item, self.plan, "guest_died")
