"""`symtune rollout`: a policy plays episodes of several turns on problems."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.domain import Episode
from symtune.models import BackendConfig, ModelConfig
from symtune.rollout import EpisodeConfig, WarmUpConfig, episodes_to_file, warm_up_dialogues
from symtune.store import load_records, save_records

NUM_REASONS_SHOWN = 5


class Episodes(list[Episode]):
    """Episodes that were played; ``set_aside`` holds why a problem was not, by its id."""

    def __init__(self, episodes: list[Episode], *, set_aside: dict[str, str]) -> None:
        super().__init__(episodes)
        self.set_aside = set_aside


def rollout(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    policy: str,
    out: Path,
    episodes: Annotated[EpisodeConfig, tyro.conf.arg(name="")] = EpisodeConfig(),  # noqa: B008 (frozen)
    backend: BackendConfig = BackendConfig(),  # noqa: B008 (frozen)
    round: int = 0,
    device: str = "auto",
    max_unjudged_fraction: float = 0.02,
) -> Episodes:
    """Play episodes: replies, feedback on the public tests, and the last program judged on all tests.

    The same seed gives the same episodes, however the work is cut or resumed.

    Args:
        problems: problems.jsonl.
        policy: hub id or local folder of a decoder-only model; for a server, the name it knows the model by.
        out: episodes.jsonl; what was finished before a kill is kept.
        episodes: how they are played.
        backend: what runs the model: transformers, vllm, or a server that speaks OpenAI's protocol.
        round: part of every seed; another round of the same problems draws anew.
        device: cpu, cuda, or auto.
        max_unjudged_fraction: stop when the judge gave no verdict on more than this share.
    """
    played = episodes_to_file(
        load_problems(problems), model=ModelConfig(model=policy, backend=backend), out=out, config=episodes, round=round, device=device,
        max_unjudged_fraction=max_unjudged_fraction,
    )  # fmt: skip
    return Episodes(load_records(out, Episode), set_aside=played.set_aside)


def warm_up(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    out: Path,
    problems_out: Path | None = None,
    episodes: Annotated[WarmUpConfig, tyro.conf.arg(name="")] = WarmUpConfig(),  # noqa: B008 (frozen)
) -> Episodes:
    """Play warm-up dialogues on problems with one thing open: blind guesses, and right programs where the statement settles it.

    Args:
        problems: problems.jsonl of symtune gym --open-choice.
        out: episodes.jsonl, for symtune train sft --episodes; what was finished before a kill is kept.
        problems_out: the problems they are on, settled ones included.
        episodes: how they are played.
    """
    asked, _num_episodes = warm_up_dialogues(load_problems(problems), out=out, config=episodes)
    if problems_out is not None:
        save_records(problems_out, asked)
    return Episodes(load_records(out, Episode), set_aside={})


def summarise_rollout(episodes: Episodes) -> list[str]:
    """Return the lines the command line prints."""
    judged = [episode for episode in episodes if episode.is_judged]
    num_solved = sum(episode.is_solved for episode in judged)
    num_problems = len({episode.problem_id for episode in episodes})
    lines = [f"{len(episodes)} episodes of {num_problems} problems, {num_solved} of {len(judged)} judged ones solved"]
    by_turn = Counter(len(episode.turns) for episode in judged if episode.is_solved)
    lines += [f"  solved at turn {turn}: {count}" for turn, count in sorted(by_turn.items())]
    lines += [f"  ended by {reason}: {count}" for reason, count in Counter(episode.end_reason for episode in episodes).most_common()]
    shown = list(episodes.set_aside.items())[:NUM_REASONS_SHOWN]
    lines += [f"  problem set aside: {name}: {reason}" for name, reason in shown]
    if len(episodes.set_aside) > len(shown):
        lines.append(f"  ... and {len(episodes.set_aside) - len(shown)} more set aside")
    return lines
