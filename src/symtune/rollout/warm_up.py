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
from symtune.domain import Problem
from symtune.models import ModelConfig
from symtune.rollout.blind_guesses import BlindGuesses
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.episodes_to_file import PlayedToFile, episodes_to_file
from symtune.store import as_records


class WarmUpConfig(EpisodeConfig):
    """How warm-up dialogues are played; ``num_episodes`` of each problem as it is."""

    settle: bool = Field(True, description="Also play each problem settled (its public test in the statement), as often.")


def warm_up_dialogues(
    problems: Sequence[Problem] | Path | str, *, out: Path | str, config: WarmUpConfig | None = None
) -> tuple[list[Problem], PlayedToFile]:
    """Play warm-up dialogues into a JSON Lines file; return the problems they are on, settled ones included.

    Args:
        problems: records or a file, made by `symtune.datasets.gym.generate_open_choice`.
        out: episodes.jsonl; what was finished before a kill is kept.
        config: how; None: the defaults.

    Raises:
        BadInputError: a problem without an open choice.
        RunMismatchError, TooManyUnjudgedError: as `episodes_to_file`.
    """
    config = config or WarmUpConfig()
    open_ones = as_records(problems, Problem)
    asked = [*open_ones, *(settled(problem) for problem in open_ones if config.settle)]
    played = episodes_to_file(
        asked, model=ModelConfig(model="blind-guesses"), policy=BlindGuesses(asked, code=config.code), out=out,
        config=EpisodeConfig(**config.model_dump(exclude={"settle"})),
    )  # fmt: skip
    return asked, played
