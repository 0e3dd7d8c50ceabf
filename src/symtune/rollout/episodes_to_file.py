"""Episodes into a file that a killed run takes up again.

Episodes are played in blocks, cut at the same places of the whole list: a block that is there is not played again, and one that is
partly there is played whole, so that a resumed run puts the same rows into the same batches as an unbroken one. The files
then differ in nothing but the seconds that programs took.

Source: ours (decision 0103).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symtune.domain import Json, Problem, content_digest
from symtune.errors import TooManyUnjudgedError
from symtune.judging import Judge
from symtune.models import ChatPolicy, ModelConfig, tokenizer_corpus, with_saved_limits
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.multi_turn import RolloutStats, play_starts
from symtune.rollout.public_cases import ready_problems
from symtune.rollout.table_row import Start
from symtune.rollout.to_file import folder_digest
from symtune.store import Progress, ResumableFile, load_records

BATCHES_IN_BLOCK = 8
"""Episodes of one block, in batches."""

MIN_EPISODES_FOR_STOP = 20
"""Episodes after which the share of unjudged ones may stop the run before its end."""

_WITHOUT_EFFECT = {"workers", "judge_pauses_s"}
"""Settings that change no episode."""


@dataclass(frozen=True)
class PlayedToFile:
    """What was played into a file.

    Attributes:
        num_episodes: in the file.
        stats: by block that was played now.
        set_aside: why a problem was not played, by its id.
    """

    num_episodes: int
    stats: list[RolloutStats] = field(default_factory=list)
    set_aside: dict[str, str] = field(default_factory=dict)


def episodes_to_file(
    problems: Sequence[Problem] | Path | str,
    *,
    model: ModelConfig,
    out: Path | str,
    config: EpisodeConfig | None = None,
    round: int = 0,
    policy: ChatPolicy | None = None,
    judge: Judge | None = None,
    device: str = "auto",
    max_unjudged_fraction: float = 0.02,
) -> PlayedToFile:
    """Play ``config.num_episodes`` episodes of each problem into a JSON Lines file.

    Args:
        problems: records, or the file that holds them.
        model: the policy; a preset is built anew and knows nothing (its tokenizer is trained on these problems).
        out: the file to write.
        config: how; None: the defaults.
        round: part of every seed.
        policy: an already loaded policy for ``model``; None: it is loaded.
        judge: who judges; None: one made by ``config``.
        device: ``auto``, ``cpu``, ``cuda``, ...
        max_unjudged_fraction: stop when more than this share of the episodes has no verdict; the block at fault is owed again.

    Raises:
        MissingInputError, BadRecordError: the problems cannot be read.
        BadInputError: see `symtune.rollout.play`.
        BadModelError: the model does not load, or is not made for dialogues.
        RunMismatchError: ``out.partial`` was made with another model, other problems or other settings.
        TooManyUnjudgedError: the judge failed on more episodes than allowed.
    """
    config, model = config or EpisodeConfig(), with_saved_limits(model)
    records = load_records(problems, Problem) if isinstance(problems, Path | str) else list(problems)
    ready = ready_problems(records, config)
    starts = [Start(problem, index) for problem in ready.problems for index in range(config.num_episodes)]
    with ResumableFile(out, settings=_settings(records, model, config, round)) as file:
        if policy is None:
            from symtune.models import load_chat_policy

            policy = load_chat_policy(model, corpus=tokenizer_corpus(records), device=device)
        own = config.make_judge() if judge is None else None
        try:
            stats = _play_blocks(
                file, starts, policy, problems=ready.problems, config=config, judge=judge or own, round=round,
                max_unjudged_fraction=max_unjudged_fraction,
            )  # fmt: skip
        finally:
            if own is not None:
                own.close()
        return PlayedToFile(file.finish(), stats, ready.set_aside)


def _play_blocks(
    file: ResumableFile,
    starts: Sequence[Start],
    policy: ChatPolicy,
    *,
    problems: Sequence[Problem],
    config: EpisodeConfig,
    judge: Judge | None,
    round: int,
    max_unjudged_fraction: float,
) -> list[RolloutStats]:
    assert judge is not None
    done = {form["id"] for form in file.done}
    stats = []
    size = BATCHES_IN_BLOCK * config.batch_size
    with Progress(len(starts), "playing") as progress:
        for first in range(0, len(starts), size):
            block = starts[first : first + size]
            if all(start.episode_id in done for start in block):
                progress.advance(len(block))
                continue
            rollout = play_starts(block, policy, problems=problems, config=config, judge=judge, round=round, progress=progress)
            reasons = [form["unjudged_reason"] for form in file.done[:first]] + [one.unjudged_reason for one in rollout.episodes]
            _refuse_too_many_unjudged(reasons, max_unjudged_fraction, is_end=first + size >= len(starts))
            for episode in rollout.episodes:
                if episode.id not in done:
                    file.append(episode)
            stats.append(rollout.stats)
    return stats


def _refuse_too_many_unjudged(unjudged_reasons: Sequence[str | None], most: float, *, is_end: bool) -> None:
    num_episodes, reasons = len(unjudged_reasons), [reason for reason in unjudged_reasons if reason is not None]
    if len(reasons) > most * num_episodes and (is_end or num_episodes >= MIN_EPISODES_FOR_STOP):
        raise TooManyUnjudgedError(
            f"{len(reasons)} of {num_episodes} episodes have no verdict (allowed: {most:.0%}); the last one: {reasons[-1]}. "
            "What was finished is kept; the same command goes on from there."
        )


def _settings(problems: Sequence[Problem], model: ModelConfig, config: EpisodeConfig, round: int) -> dict[str, Json]:
    return {
        "episodes": config.model_dump(mode="json", exclude=_WITHOUT_EFFECT),
        "round": round,
        "model": model.model_dump(mode="json"),
        "model_files": folder_digest(model.model),
        "problems": content_digest([problem.to_json() for problem in problems]),
    }
