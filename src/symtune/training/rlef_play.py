"""Play: which problems an iteration draws, the episodes on them, and which of these can be learnt from."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accelerate.utils import gather_object

from symtune.domain import Episode, Problem
from symtune.errors import TooManyUnjudgedError, TrainingError
from symtune.models.protocols import ChatRequest, Message, Reply, SamplingSettings
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_networks import Networks

Play = Callable[..., list[Episode]]
"""`symtune.rollout.multi_turn.play`, or a stand-in with its signature."""


@dataclass(frozen=True)
class Seat:
    """One episode to be played: number ``index`` on its problem."""

    problem: Problem
    index: int


@dataclass(frozen=True)
class Played:
    """The episodes of one iteration, over all processes.

    Attributes:
        episodes: all, in the order of their seats.
        kept: those that can be learnt from.
        generation_s: wall seconds in the policy, of the slowest process.
        judging_s: the rest of the play's wall seconds: verdicts waited for, and feedback written.
    """

    episodes: tuple[Episode, ...]
    kept: tuple[Episode, ...]
    generation_s: float
    judging_s: float

    @property
    def num_unjudged(self) -> int:
        """Episodes without a verdict."""
        return sum(not episode.is_judged for episode in self.episodes)


def draw_seats(problems: Sequence[Problem], *, iteration: int, config: RlefConfig) -> list[Seat]:
    """Return the episodes of an iteration, those of a problem side by side.

    Problems are gone through in an order that the seed shuffles anew for every pass, so the place in the data is a function of the iteration alone.
    """
    start = iteration * config.problems_per_iteration
    orders: dict[int, list[int]] = {}
    times: Counter[str] = Counter()
    seats = []
    for place in range(start, start + config.problems_per_iteration):
        number, position = divmod(place, len(problems))
        if number not in orders:
            orders[number] = list(range(len(problems)))
            random.Random(f"{config.seed}/{number}").shuffle(orders[number])
        problem = problems[orders[number][position]]
        first = times[problem.id] * config.episodes_per_problem
        times[problem.id] += 1
        seats += [Seat(problem, first + offset) for offset in range(config.episodes_per_problem)]
    return seats


def play_iteration(
    problems: Sequence[Problem], networks: Networks, *, iteration: int, config: RlefConfig, judge: Any, play: Play
) -> Played:
    """Play an iteration's episodes, each process its share, and give every process all of them.

    Raises:
        TooManyUnjudgedError: more episodes than ``config.max_unjudged_fraction`` ended without a verdict.
        TrainingError: no episode can be learnt from.
    """
    seats = draw_seats(problems, iteration=iteration, config=config)
    accelerator = networks.accelerator
    own = share(seats, index=accelerator.process_index, count=accelerator.num_processes)
    with networks.playing() as policy:
        timed, started_s = TimedPolicy(policy), time.monotonic()
        episodes = play(
            [seat.problem for seat in own], timed, config=config.episodes, judge=judge, indices=[seat.index for seat in own], round=iteration
        )
        elapsed_s = time.monotonic() - started_s
    told = gather_object([(accelerator.process_index, episodes, timed.busy_s, elapsed_s - timed.busy_s)])
    told.sort(key=lambda part: part[0])
    everything = [episode for part in told for episode in part[1]]
    return Played(
        tuple(everything), tuple(choose_kept(everything, iteration=iteration, config=config)),
        generation_s=max(part[2] for part in told), judging_s=max(part[3] for part in told),
    )  # fmt: skip


def share(seats: Sequence[Seat], *, index: int, count: int) -> Sequence[Seat]:
    """Return the seats of one process: neighbours, so that episodes of one problem share its prompt's cache."""
    return seats[index * len(seats) // count : (index + 1) * len(seats) // count]


def choose_kept(episodes: Sequence[Episode], *, iteration: int, config: RlefConfig) -> list[Episode]:
    """Return the episodes that can be learnt from, in order.

    An episode without a verdict has no reward and is left out; where returns are held against the problem's other episodes, all of these are
    left out with it. So is an episode without a turn, whose first prompt did not fit.

    Raises:
        TooManyUnjudgedError: see `play_iteration`.
        TrainingError: none is left.
    """
    lost = [episode for episode in episodes if not episode.is_judged]
    if len(lost) > config.max_unjudged_fraction * len(episodes):
        raise TooManyUnjudgedError(
            f"iteration {iteration + 1}: {len(lost)} of {len(episodes)} episodes could not be judged (allowed: {config.max_unjudged_fraction:.0%}); "
            f"the last one, {lost[-1].id}: {lost[-1].unjudged_reason}. The checkpoints before are kept: mend the judge and start again"
        )
    spoilt = {episode.problem_id for episode in lost} if config.value == "group" else set()
    kept = [episode for episode in episodes if episode.is_judged and episode.turns and episode.problem_id not in spoilt]
    if not kept:
        raise TrainingError(
            f"iteration {iteration + 1}: none of {len(episodes)} episodes can be learnt from: {len(lost)} have no verdict, "
            f"{sum(not episode.turns for episode in episodes)} have no turn because the first prompt does not fit into the model's context"
        )
    return kept


class TimedPolicy:
    """A policy that counts the wall seconds spent in it."""

    def __init__(self, policy: Any) -> None:
        self._policy, self.busy_s = policy, 0.0

    @property
    def context_tokens(self) -> int | None:
        """The policy's."""
        return self._policy.context_tokens

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int | None:
        """Return the policy's count."""
        return self._policy.num_prompt_tokens(messages)

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return the policy's replies."""
        started_s = time.monotonic()
        try:
            return self._policy.chat(requests, settings)
        finally:
            self.busy_s += time.monotonic() - started_s
