"""Warm-up dialogues: they teach a model the format of an episode and how a test names a program, not to heed feedback.

Played by `BlindGuesses` on problems with one thing open, once as they are and once settled: on the open ones every reply is a fresh
guess that owes nothing to the feedback before it; on a settled one the first reply is right. A model that learns these can read a
test in a statement, writes programs that run, and goes on after feedback as if none had been given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from symtune.datasets.gym import settled
from symtune.domain import Episode, Problem
from symtune.models import ModelConfig
from symtune.rollout.blind_guesses import BlindGuesses
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.episodes_to_file import episodes_to_file
from symtune.store import as_records, load_records, save_records


class WarmUpConfig(EpisodeConfig):
    """How warm-up dialogues are played; ``num_episodes`` of each problem as it is."""

    settle: bool = Field(True, description="Also play each problem settled (its public test in the statement), once: more would be the same.")


def warm_up_dialogues(
    problems: Sequence[Problem] | Path | str, *, out: Path | str, config: WarmUpConfig | None = None
) -> tuple[list[Problem], int]:
    """Play warm-up dialogues into a JSON Lines file; return the problems they are on, settled ones included, and how many there are.

    Args:
        problems: records or a file, made by `symtune.datasets.gym.generate_open_choice`.
        out: episodes.jsonl; what was finished before a kill is kept in files beside it.
        config: how; None: the defaults.

    Raises:
        BadInputError: a problem without an open choice.
        RunMismatchError, TooManyUnjudgedError: as `episodes_to_file`.
    """
    config, out = config or WarmUpConfig(), Path(out)
    open_ones = as_records(problems, Problem)
    settled_ones = [settled(problem) for problem in open_ones] if config.settle else []
    episodes: list[Episode] = []
    parts = []
    for name, asked, num_episodes in (("open", open_ones, config.num_episodes), ("settled", settled_ones, 1)):
        if not asked:
            continue
        parts.append(out.with_suffix(f".{name}.jsonl"))
        played = config.model_dump(exclude={"settle", "num_episodes"})
        episodes_to_file(
            asked, model=ModelConfig(model="blind-guesses"), policy=BlindGuesses(asked, code=config.code), out=parts[-1],
            config=EpisodeConfig(**played, num_episodes=num_episodes),
        )  # fmt: skip
        episodes += load_records(parts[-1], Episode)
    num_episodes = save_records(out, episodes)
    for part in parts:
        part.unlink()
    return [*open_ones, *settled_ones], num_episodes
