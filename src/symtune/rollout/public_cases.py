"""Problems made ready for episodes: what is public is decided once, and no private test has a public input.

Source: Gehring et al. 2024 (RLEF): every problem has public tests, and base tests are the public ones of HumanEval+ and MBPP+;
what is done with a problem that has none, or whose private tests are all public too, is ours (decision 0103).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from symtune.domain import Case, Problem
from symtune.errors import BadInputError
from symtune.rollout.config import EpisodeConfig


@dataclasses.dataclass(frozen=True)
class ReadyProblems:
    """Problems to be played.

    Attributes:
        problems: in the order given.
        num_private_dropped: private tests left out because a public one has the same input, over all problems.
        set_aside: why a problem is not played, by its id.
    """

    problems: list[Problem]
    num_private_dropped: int = 0
    set_aside: dict[str, str] = dataclasses.field(default_factory=dict)


def ready_problems(problems: Sequence[Problem], config: EpisodeConfig) -> ReadyProblems:
    """Return the problems as they are played.

    Raises:
        BadInputError: two problems with one id; a problem that cannot be played, unless such are to be set aside; none left.
    """
    ready: list[Problem] = []
    set_aside: dict[str, str] = {}
    seen: set[str] = set()
    num_dropped = 0
    for given in problems:
        if given.id in seen:
            raise BadInputError(f"two problems have the id {given.id!r}; their episodes could not be told apart")
        seen.add(given.id)
        problem, num_shared = _parted(given, config.public_origin)
        num_dropped += num_shared
        reason = _why_unfit(problem, config, num_shared)
        if reason is None:
            ready.append(problem)
        elif config.unfit_problems == "refuse":
            raise BadInputError(f"problem {problem.id!r}: {reason}; or set unfit_problems = 'set_aside' to play the others")
        else:
            set_aside[problem.id] = reason
    if not ready:
        raise BadInputError("there is no problem to play" + (f": {next(iter(set_aside.values()))}" if set_aside else ""))
    return ReadyProblems(ready, num_dropped, set_aside)


def _parted(problem: Problem, public_origin: str | None) -> tuple[Problem, int]:
    """Return the problem with public and private tests apart, and how many private ones were dropped."""
    moved = tuple(case for case in problem.tests if public_origin is not None and case.origin == public_origin)
    public: dict[str, Case] = {}
    for case in (*problem.examples, *moved):
        public.setdefault(case.input_digest(), case)
    others = [case for case in problem.tests if case.origin != public_origin or public_origin is None]
    private = tuple(case for case in others if case.input_digest() not in public)
    if not moved and len(private) == len(problem.tests):
        return problem, 0
    return problem.model_copy(update={"examples": tuple(public.values()), "tests": private}), len(others) - len(private)


def _why_unfit(problem: Problem, config: EpisodeConfig, num_shared: int) -> str | None:
    if not problem.tests:
        shared = f" ({num_shared} have the input of a public one)" if num_shared else ""
        return f"it has no private tests of its own{shared}, so a program that copies the public ones would count as right; add tests"
    if not problem.examples and not config.single_turn_without_public:
        return "it has no public tests to give feedback by; add examples, or set single_turn_without_public"
    return None
