"""Policy x Problem -> Programs, one reply each. Imports no torch; the policy may be any that keeps the protocol.

Every program has a seed of its own, made from the run's seed, the problem's id and the program's number, so it depends on no
other program. Programs are decoded in windows of ``batch_size``, always cut at the same places of the whole list: what is
already there is not decoded again, and a window that is partly there is decoded whole, so that a resumed run does the
same arithmetic as an unbroken one, to the last bit.

Source: Le et al. 2022 (CodeRL), section 4 for the settings; the seeding and windows are ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from symtune.domain import Problem, Program
from symtune.errors import BadInputError
from symtune.models import Policy, Request, SamplingSettings, build_prompt, extract_source
from symtune.store import Progress

GREEDY = "greedy"
"""Label of the likeliest program, and the end of its id."""


@dataclass(frozen=True)
class Draw:
    """One program to be drawn: number ``index`` of its problem, or the greedy one (None)."""

    problem: Problem
    index: int | None

    @property
    def program_id(self) -> str:
        """``problem#0``, ``problem#1``, ..., ``problem#greedy``."""
        return f"{self.problem.id}#{GREEDY if self.index is None else self.index}"

    def request(self, seed: int) -> Request:
        """Return what is asked of the policy."""
        own_seed = None if self.index is None else draw_seed(seed, self.problem.id, self.index)
        return Request(build_prompt(self.problem), own_seed)


def draw_seed(seed: int, problem_id: str, index: int) -> int:
    """Return the seed (64 bits) of one program's draws."""
    digest = hashlib.sha256(f"{seed}\n{index}\n{problem_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def plan_draws(problems: Sequence[Problem], *, num_samples: int, greedy: bool) -> list[Draw]:
    """Return every draw in order: problem by problem its samples, then its greedy program.

    Raises:
        BadInputError: two problems share an id, or nothing is asked for.
    """
    if num_samples < 1 and not greedy:
        raise BadInputError("nothing to sample: num_samples is 0 and greedy is off")
    seen: set[str] = set()
    for problem in problems:
        if problem.id in seen:
            raise BadInputError(f"two problems have the id {problem.id!r}; programs could not be told apart")
        seen.add(problem.id)
    indices: list[int | None] = [*range(num_samples), *([None] if greedy else [])]
    return [Draw(problem, index) for problem in problems for index in indices]


def sample(
    problems: Sequence[Problem],
    policy: Policy,
    *,
    num_samples: int = 20,
    temperature: float = 0.6,
    top_p: float = 0.95,
    top_k: int = 0,
    seed: int = 0,
    batch_size: int = 64,
    max_new_tokens: int = 512,
    greedy: bool = False,
    skip: Collection[str] = (),
    progress: Progress | None = None,
) -> Iterator[Program]:
    """Draw programs, problem by problem.

    The same arguments give the same programs. A blank reply gives a program with an empty source: the policy's
    answer was no program, and it is judged as such.

    Args:
        problems: what to solve; see `build_prompt` for what the policy sees.
        policy: who answers.
        num_samples: programs per problem, with the ids ``problem#0``, ``problem#1``, ...
        temperature, top_p, top_k, max_new_tokens: see `SamplingSettings`.
        seed: seed of all draws.
        batch_size: programs decoded at once.
        greedy: also the likeliest program of each problem: id ``problem#greedy``, label ``greedy``.
        skip: program ids that are not wanted (they are there already).
        progress: advanced by one for each program; None: a display of its own.

    Raises:
        BadInputError: a setting outside its range, or two problems with one id.
    """
    draws = plan_draws(problems, num_samples=num_samples, greedy=greedy)
    if batch_size < 1:
        raise BadInputError(f"batch_size must be 1 or more, got {batch_size}")
    settings = SamplingSettings(temperature, top_p, top_k, max_new_tokens)
    if progress is None:
        with Progress(len(draws) - sum(draw.program_id in skip for draw in draws), "sampling") as own:
            yield from _sample_windows(draws, policy, settings, seed=seed, batch_size=batch_size, skip=skip, progress=own)
    else:
        yield from _sample_windows(draws, policy, settings, seed=seed, batch_size=batch_size, skip=skip, progress=progress)


def _sample_windows(
    draws: Sequence[Draw],
    policy: Policy,
    settings: SamplingSettings,
    *,
    seed: int,
    batch_size: int,
    skip: Collection[str],
    progress: Progress,
) -> Iterator[Program]:
    for start in range(0, len(draws), batch_size):
        window = draws[start : start + batch_size]
        if all(draw.program_id in skip for draw in window):
            continue
        replies = policy.generate([draw.request(seed) for draw in window], settings)
        for draw, reply in zip(window, replies, strict=True):
            if draw.program_id in skip:
                continue
            progress.advance()
            yield Program(
                problem_id=draw.problem.id,
                source=extract_source(reply.text) or "",
                id=draw.program_id,
                label=GREEDY if draw.index is None else None,
            )
