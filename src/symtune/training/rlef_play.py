"""Play: which problems an iteration draws, the episodes on them, and which of these can be learnt from."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accelerate.utils import gather_object

from symtune.domain import Episode, Problem
from symtune.errors import BadConfigError, TooManyUnjudgedError, TrainingError
from symtune.rollout.config import EpisodeConfig
from symtune.store import Progress
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_networks import Networks

Play = Callable[..., Any]
"""`symtune.rollout.multi_turn.play`, or a stand-in with its signature."""


@dataclass(frozen=True)
class Table:
    """Where episodes are played: how, judged by whom, by which function."""

    config: EpisodeConfig
    judge: Any
    play: Play


@contextlib.contextmanager
def opened_tables(config: RlefConfig, play: Play | None) -> Iterator[tuple[Table, Table]]:
    """Open the judges of training and validation; they are one where the settings are."""
    from symtune.rollout.multi_turn import play as play_episodes

    settings = config.played_for_validation
    with config.episodes.make_judge() as judge, contextlib.ExitStack() as stack:
        other = judge if config.validation_episodes is None else stack.enter_context(settings.make_judge())
        yield Table(config.episodes, judge, play or play_episodes), Table(settings, other, play or play_episodes)


def playable(problems: Sequence[Problem], config: EpisodeConfig) -> list[Problem]:
    """Return the problems that can be played, as they were given.

    Raises:
        BadInputError: there is none, two share an id, or one cannot be played and such are not to be set aside.
    """
    from symtune.rollout.public_cases import ready_problems

    names = {problem.id for problem in ready_problems(problems, config).problems}
    return [problem for problem in problems if problem.id in names]


@dataclass(frozen=True)
class Played:
    """The episodes of one iteration, over all processes.

    Attributes:
        episodes: all, problem by problem.
        kept: those that can be learnt from.
        generation_s: wall seconds in the policy, of the slowest process.
        judging_s: wall seconds that nothing was generated because verdicts were missing or feedback was being written, of the slowest.
    """

    episodes: tuple[Episode, ...]
    kept: tuple[Episode, ...]
    generation_s: float
    judging_s: float

    @property
    def num_unjudged(self) -> int:
        """Episodes without a verdict."""
        return sum(not episode.is_judged for episode in self.episodes)


def draw_problems(problems: Sequence[Problem], *, iteration: int, config: RlefConfig) -> list[Problem]:
    """Return the problems of an iteration, all different.

    The seed shuffles the problems anew for every pass through them; what is left over at its end is left out of this pass. The place in the data is
    a function of the iteration alone.

    Raises:
        BadConfigError: there are fewer problems than an iteration needs.
    """
    count = config.problems_per_iteration
    if len(problems) < count:
        raise BadConfigError(
            f"an iteration needs {count} problems (episodes_per_iteration / episodes.num_episodes), and {len(problems)} can be played; raise "
            "episodes.num_episodes or lower episodes_per_iteration"
        )
    pass_number, place = divmod(iteration, len(problems) // count)
    order = list(range(len(problems)))
    random.Random(f"{config.seed}/{pass_number}").shuffle(order)
    return [problems[number] for number in order[place * count : (place + 1) * count]]


def play_iteration(
    problems: Sequence[Problem], networks: Networks, table: Table, *, iteration: int, config: RlefConfig
) -> Played:
    """Play an iteration's episodes, each process its share, and give every process all of them.

    Raises:
        TooManyUnjudgedError: more episodes than ``config.max_unjudged_fraction`` ended without a verdict.
        TrainingError: no episode can be learnt from.
    """
    drawn = draw_problems(problems, iteration=iteration, config=config)
    told = play_shared(drawn, networks, table, round=iteration)
    everything = [episode for episodes, _, _ in told for episode in episodes]
    kept = choose_kept(everything, iteration=iteration, config=config)
    return Played(tuple(everything), tuple(kept), max(part[1] for part in told), max(part[2] for part in told))


def play_shared(problems: Sequence[Problem], networks: Networks, table: Table, *, round: int) -> list[tuple[list[Episode], float, float]]:
    """Play on all processes; return from each its episodes, the seconds it generated and those it waited for verdicts."""
    accelerator = networks.accelerator
    index, count = accelerator.process_index, accelerator.num_processes
    own = problems[index * len(problems) // count : (index + 1) * len(problems) // count]
    part: tuple[list[Episode], float, float] = ([], 0.0, 0.0)
    with networks.playing() as policy:
        if own:
            unseen = Progress(len(own) * table.config.num_episodes, "playing")  # never entered: the iterations are what is shown
            rollout = table.play(own, policy, config=table.config, judge=table.judge, round=round, progress=unseen)
            part = (rollout.episodes, rollout.stats.seconds_generation, rollout.stats.seconds_judging_waited + rollout.stats.seconds_feedback)
    return gather_object([part])


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
