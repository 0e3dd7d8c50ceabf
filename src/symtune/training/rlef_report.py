"""Report: the figures of an iteration, its episodes as records, and the validation that chooses the policy to keep."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from symtune.domain import Episode, Problem
from symtune.models import save_policy
from symtune.objectives import ppo_metrics
from symtune.store import AppendLog, Progress, RunDirectory
from symtune.training.loop import write_folder
from symtune.training.rlef_checkpoint import Place
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_credit import Credit, Memory
from symtune.training.rlef_learn import Learnt
from symtune.training.rlef_networks import Networks
from symtune.training.rlef_play import Played, Table, play_shared


def figures_of(played: Played, memory: Memory, credit: Credit, learnt: Learnt, *, config: RlefConfig) -> dict[str, Any]:
    """Return the figures of an iteration.

    ``reward`` (the environment's) and ``return`` (less the KL penalty) are means per episode; ``kl`` per reply, of per-token means, in nats;
    ``entropy`` per reply token; losses, gradient norms and ``clip_fraction`` per update. Fractions are of turns, or of episodes where they say
    solved or unjudged.
    """
    turns = [turn for episode in played.kept for turn in episode.turns]
    num_episodes, num_turns = len(played.kept), len(turns)
    figures: dict[str, Any] = {
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
        "generation_s": round(played.generation_s, 3),
        "judging_s": round(played.judging_s, 3),
    }
    if config.value != "group":
        figures["explained_variance"] = ppo_metrics.explained_variance(memory.values_NK, credit.returns, credit.mask)
    return figures


def solve_rates(episodes: Sequence[Episode], *, max_turns: int) -> dict[str, float]:
    """Return the share of episodes solved, and that solved within 1, 2, ... turns."""
    count = max(len(episodes), 1)
    rates = {"solve_rate": sum(episode.is_solved for episode in episodes) / count}
    for limit in range(1, max_turns + 1):
        solved = sum(episode.is_solved and len(episode.turns) <= limit for episode in episodes)
        rates[f"solve_rate_turn_{limit}"] = solved / count
    return rates


class Watch:
    """Writes each iteration's episodes and figures, tells the trackers, and shows progress."""

    def __init__(self, run: RunDirectory, networks: Networks, place: Place, *, config: RlefConfig) -> None:
        self._run, self._networks, self._place, self._config = run, networks, place, config
        self._progress = Progress(config.num_iterations, "training (rlef)")
        self._update_began_s = time.monotonic()
        self._has_warned = False

    def __enter__(self) -> Self:
        self._networks.accelerator.init_trackers("symtune-rlef", config=_flat(self._config.model_dump(mode="json")))
        self._progress.__enter__()
        self._progress.advance(self._place.iteration)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.__exit__(kind, error, trace)
        for tracker in self._networks.accelerator.trackers:
            tracker.finish()

    def starts_update(self) -> None:
        """Take the time at which playing ended."""
        self._update_began_s = time.monotonic()

    def report(self, played: Played, figures: dict[str, Any]) -> None:
        """Write and show an iteration that has just been learnt from."""
        place = self._place
        line = {"step": place.iteration, "num_updates": place.num_updates, **figures}
        line["learning_rate"] = self._networks.actor.schedule.get_last_lr()[0]
        line["update_s"] = round(time.monotonic() - self._update_began_s, 3)
        if self._networks.accelerator.is_main_process:
            self._record(played.episodes)
            self._run.log_metrics(line)
        self._networks.accelerator.log({name: value for name, value in line.items() if name != "step"}, step=place.iteration)
        self._progress.advance()
        if figures["no_code_fraction"] == 1 and not self._has_warned:
            self._has_warned = True
            warnings.warn(
                f"iteration {place.iteration}: no reply holds code, so every episode fails alike and there is little to learn from; look at "
                "records/episodes.jsonl: the policy may need a warm-up on the dialogue's format, or more max_new_tokens",
                stacklevel=2,
            )

    def _record(self, episodes: Sequence[Episode]) -> None:
        log = self._run.records("episodes")
        with log:
            for episode in episodes:
                log.append(episode if self._config.record_tokens else without_tokens(episode))
        self._place.episodes_bytes = log.path.stat().st_size


def without_tokens(episode: Episode) -> Episode:
    """Return an episode as text only."""
    bare = {"prompt_token_ids": (), "reply_token_ids": (), "reply_log_probs": ()}
    return episode.model_copy(update={"turns": tuple(turn.model_copy(update=bare) for turn in episode.turns)})


def _flat(form: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings with dotted keys and plain values, as trackers take them."""
    flat: dict[str, Any] = {}
    for key, value in form.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value if isinstance(value, int | float | str | bool) else str(value)
    return flat


class Chooser:
    """Plays the validation problems now and then and keeps the policy that solves the most of them in ``model``.

    The draws are the same each time, so that two policies are compared on the same luck. ``records/validation.jsonl`` holds one line per
    validation; without validation problems the last policy is kept.

    Args:
        problems: to be solved; empty: none.
        table: where they are played.
    """

    def __init__(self, run: RunDirectory, problems: Sequence[Problem], networks: Networks, *, config: RlefConfig, table: Table) -> None:
        self._run, self._problems, self._networks, self._config, self._table = run, problems, networks, config, table
        self._log: AppendLog = run.records("validation")
        self.curve: list[dict[str, Any]] = self._log.read()
        networks.accelerator.wait_for_everyone()

    def after(self, place: Place) -> bool:
        """Validate where it is due, and return whether it was; at the end of a run without validation problems keep the last policy."""
        is_last = place.iteration == self._config.num_iterations
        is_due = bool(self._problems) and (is_last or place.iteration % self._config.validate_every_iterations == 0)
        if is_due:
            self._validate(place.iteration)
        elif is_last:
            self.keep()
        return is_due

    def _validate(self, iteration: int) -> None:
        told = play_shared(self._problems, self._networks, self._table, round=0)
        played = [episode for episodes, _, _ in told for episode in episodes]
        judged = [episode for episode in played if episode.is_judged]
        rates = solve_rates(judged, max_turns=self._table.config.max_turns)
        line = {"step": iteration, **rates, "num_episodes": len(judged), "num_unjudged": len(played) - len(judged)}
        best = self.best()
        if best is None or line["solve_rate"] > best["solve_rate"]:
            self.keep()
        self.curve.append(line)
        if self._networks.accelerator.is_main_process:
            with self._log as log:
                log.append(line)
        self._networks.accelerator.log({f"validation/{key}": value for key, value in rates.items()}, step=iteration)

    def best(self) -> dict[str, Any] | None:
        """Return the line of the best validation so far, the first of equals; None before the first."""
        return max(self.curve, key=lambda line: line["solve_rate"], default=None)

    def keep(self) -> None:
        """Write the policy to ``model``."""
        with self._networks.saving() as policy:
            write_folder(self._run.path / "model", lambda folder: save_policy(policy, folder))


def summary_of(run: RunDirectory, chooser: Chooser, place: Place) -> dict[str, Any]:
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
