"""Report: the figures of an iteration, its episodes as records, and the validation that chooses the policy to keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import gather_object

from symtune.domain import Episode, Problem
from symtune.models import save_policy
from symtune.objectives import ppo_metrics
from symtune.store import AppendLog, RunDirectory
from symtune.training.loop import write_folder
from symtune.training.rlef_checkpoint import Place
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_credit import Credit, Memory
from symtune.training.rlef_learn import Learnt
from symtune.training.rlef_networks import Networks
from symtune.training.rlef_play import Play, Played, Seat, TimedPolicy, share


def figures_of(
    played: Played, memory: Memory, credit: Credit, learnt: Learnt, *, place: Place, networks: Networks, update_s: float, config: RlefConfig
) -> dict[str, Any]:
    """Return one line of metrics.jsonl; ``reward`` and ``return`` are means per episode, ``kl`` per reply, ``entropy`` per token."""
    turns = [turn for episode in played.kept for turn in episode.turns]
    num_episodes, num_turns = len(played.kept), len(turns)
    line: dict[str, Any] = {
        "step": place.iteration,
        "num_updates": place.num_updates,
        "reward": float(credit.rewards.sum()) / num_episodes,
        "return": float(credit.returns[:, 0].mean()),
        "kl": float(memory.kl_NK.sum()) / num_turns,
        "entropy": memory.entropy,
        "sampling_gap": memory.sampling_gap,
        **learnt.means(),
        **solve_rates(played.kept, max_turns=config.episodes.max_turns),
        "turns": num_turns / num_episodes,
        "reply_tokens": sum(len(turn.reply_token_ids) for turn in turns) / num_turns,
        "no_code_fraction": sum(turn.source is None for turn in turns) / num_turns,
        "truncated_fraction": sum(turn.stop_reason == "length" for turn in turns) / num_turns,
        "unjudged_fraction": played.num_unjudged / len(played.episodes),
        "num_episodes": num_episodes,
        "learning_rate": networks.actor.schedule.get_last_lr()[0],
        "generation_s": round(played.generation_s, 3),
        "judging_s": round(played.judging_s, 3),
        "update_s": round(update_s, 3),
    }
    if networks.value is not None:
        line["explained_variance"] = ppo_metrics.explained_variance(memory.values_NK, credit.returns, credit.mask)
    return line


def solve_rates(episodes: Sequence[Episode], *, max_turns: int) -> dict[str, float]:
    """Return the share of episodes solved, and that solved within 1, 2, ... turns."""
    count = max(len(episodes), 1)
    rates = {"solve_rate": sum(episode.is_solved for episode in episodes) / count}
    for limit in range(1, max_turns + 1):
        solved = sum(episode.is_solved and len(episode.turns) <= limit for episode in episodes)
        rates[f"solve_rate_turn_{limit}"] = solved / count
    return rates


def record(run: RunDirectory, played: Played, line: dict[str, Any], *, place: Place, networks: Networks, config: RlefConfig) -> None:
    """Write the iteration's episodes and figures, and tell the trackers."""
    if networks.accelerator.is_main_process:
        log = run.records("episodes")
        with log:
            for episode in played.episodes:
                log.append(episode if config.record_tokens else without_tokens(episode))
        place.episodes_bytes = log.path.stat().st_size
        run.log_metrics(line)
    networks.accelerator.log({key: value for key, value in line.items() if key != "step"}, step=place.iteration)


def without_tokens(episode: Episode) -> Episode:
    """Return an episode as text only."""
    bare = {"prompt_token_ids": (), "reply_token_ids": (), "reply_log_probs": ()}
    return episode.model_copy(update={"turns": tuple(turn.model_copy(update=bare) for turn in episode.turns)})


class Validation:
    """Plays the validation problems now and then and keeps the policy that solves the most of them in ``model``.

    The draws are the same each time, so that two policies are compared on the same luck. ``records/validation.jsonl`` holds one line per
    validation; without validation problems the last policy is kept.

    Args:
        problems: to be solved; empty: none.
    """

    def __init__(self, run: RunDirectory, problems: Sequence[Problem], networks: Networks, *, config: RlefConfig, judge: Any, play: Play) -> None:
        self._run, self._networks, self._config, self._judge, self._play = run, networks, config, judge, play
        self._seats = [Seat(problem, index) for problem in problems for index in range(config.validation_episodes_per_problem)]
        self._log: AppendLog = run.records("validation")
        self.curve: list[dict[str, Any]] = self._log.read()
        self.has_just_run = False
        networks.accelerator.wait_for_everyone()

    def after(self, place: Place) -> None:
        """Validate where it is due; at the end of a run without validation problems keep the last policy."""
        is_last = place.iteration == self._config.num_iterations
        self.has_just_run = bool(self._seats) and (is_last or place.iteration % self._config.validate_every_iterations == 0)
        if self.has_just_run:
            self._validate(place.iteration)
        elif is_last:
            self.keep()

    def _validate(self, iteration: int) -> None:
        episodes = [episode for episode in self._played() if episode.is_judged]
        rates = solve_rates(episodes, max_turns=self._config.played_for_validation.max_turns)
        line = {"step": iteration, **rates, "num_episodes": len(episodes), "num_unjudged": len(self._seats) - len(episodes)}
        best = self.best()
        if best is None or line["solve_rate"] > best["solve_rate"]:
            self.keep()
        self.curve.append(line)
        if self._networks.accelerator.is_main_process:
            with self._log as log:
                log.append(line)
        self._networks.accelerator.log({f"validation/{key}": value for key, value in rates.items()}, step=iteration)

    def _played(self) -> list[Episode]:
        accelerator = self._networks.accelerator
        own = share(self._seats, index=accelerator.process_index, count=accelerator.num_processes)
        with self._networks.playing() as policy:
            episodes = self._play(
                [seat.problem for seat in own], TimedPolicy(policy), config=self._config.played_for_validation, judge=self._judge,
                indices=[seat.index for seat in own],
            )  # fmt: skip
        return gather_object(episodes)

    def best(self) -> dict[str, Any] | None:
        """Return the line of the best validation so far; None before the first."""
        return max(self.curve, key=lambda line: line["solve_rate"], default=None)

    def keep(self) -> None:
        """Write the policy to ``model``."""
        write_folder(self._run.path / "model", self._save)

    def _save(self, folder: Path) -> None:
        with torch.no_grad():
            save_policy(self._networks.policy, folder)


def summary_of(run: RunDirectory, chooser: Validation, place: Place) -> dict[str, Any]:
    """Return the summary of a finished run."""
    best, metrics = chooser.best(), AppendLog(run.path / "metrics.jsonl").read()
    return {
        "model": "model",
        "chosen_iteration": place.iteration if best is None else best["step"],
        "num_iterations": place.iteration,
        "num_updates": place.num_updates,
        **{name: value for name, value in metrics[-1].items() if name == "reward" or name.startswith("solve_rate")},
        "validation_curve": chooser.curve,
    }
