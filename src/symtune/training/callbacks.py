"""What happens around the Trainer's steps: metrics, checkpoints with DONE, epoch ends, and a stop at a number that is not finite."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from torch import Tensor
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from symtune.errors import TrainingError
from symtune.store import Progress, RunDirectory

AfterStep = Callable[[int], bool]
"""Called with the number of finished optimizer steps; True ends the training."""

TRL_FIGURES = {"rewards/margins": "reward_margin", "rewards/accuracies": "accuracy"}
"""What TRL's `DPOTrainer` reports -> its name in metrics.jsonl, the same as in our own DPO."""


class Watch:
    """Knows the step under way, collects the stage's own figures between two reports, and refuses a loss that is not finite.

    With several processes the figures are those of the first one; the loss is the mean of all.
    """

    def __init__(self) -> None:
        self.step = 0
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}

    def note(self, **figures: Tensor) -> None:
        """Add one value to the mean of each figure."""
        for name, value in figures.items():
            value = value.detach().float()
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1

    def drain(self) -> dict[str, float]:
        """Return the mean of each figure since the last call."""
        means = {name: total.item() / self._counts[name] for name, total in sorted(self._sums.items())}
        self._sums, self._counts = {}, {}
        return means

    def check(self, loss: Tensor) -> Tensor:
        """Return the loss as it is.

        Raises:
            TrainingError: it is not finite; the weights have not been touched by it.
        """
        if not torch.isfinite(loss.detach()):
            raise self.error(f"the loss is {loss.item()}")
        return loss

    def error(self, what: str) -> TrainingError:
        """Return the error for the step under way."""
        return TrainingError(
            f"step {self.step}: {what}; the checkpoints before it are kept. Try a lower learning_rate or max_grad_norm, or "
            "mixed_precision = 'no', and look at the examples around this step"
        )


class RunCallback(TrainerCallback):
    """Writes a training to its run directory.

    Args:
        run: where metrics and checkpoints go.
        watch: shared with the loss.
        save_every_steps, keep_checkpoints: as in `LoopConfig`.
        steps_per_epoch: for the ``epoch`` of the metrics.
        stops: steps after which ``after_step`` is called.
        after_step: what to do there, on every process.
        progress: advanced by one per step.
    """

    def __init__(
        self,
        run: RunDirectory,
        watch: Watch,
        *,
        save_every_steps: int,
        keep_checkpoints: int,
        steps_per_epoch: float,
        progress: Progress,
        stops: Collection[int] = (),
        after_step: AfterStep | None = None,
    ) -> None:
        self.run, self.watch, self.progress = run, watch, progress
        self.save_every_steps, self.keep_checkpoints = save_every_steps, keep_checkpoints
        self.steps_per_epoch = steps_per_epoch
        self.stops, self.after_step = frozenset(stops), after_step

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Note the step under way."""
        self.watch.step = state.global_step + 1

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Refuse a gradient that is not finite before it reaches the weights (fp16 skips such steps by itself)."""
        gradients = [weight.grad for weight in kwargs["model"].parameters() if weight.grad is not None]
        if gradients and not args.fp16:
            norms = torch.stack([norm.float() for norm in torch._foreach_norm(gradients)])
            if not torch.isfinite(norms.sum()):
                raise self.watch.error("the gradient is not finite")

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Call ``after_step`` where it is due, and ask for a checkpoint (and a report, so that a resumed run reports alike)."""
        step = state.global_step
        if step in self.stops and self.after_step is not None and self.after_step(step):
            control.should_training_stop = True
        if step % self.save_every_steps == 0:
            control.should_save = control.should_log = True
        if step == state.max_steps:
            control.should_log = True
        self.progress.advance()
        return control

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Write one line of metrics; the Trainer's closing line, which holds times only, is left out."""
        logs = kwargs.get("logs") or {}
        if "loss" not in logs:
            return
        line = {"step": state.global_step, "epoch": round(state.global_step / self.steps_per_epoch, 4)}
        line |= {key: float(logs[key]) for key in ("loss", "grad_norm", "learning_rate") if key in logs}
        line |= {ours: float(logs[theirs]) for theirs, ours in TRL_FIGURES.items() if theirs in logs}
        line |= self.watch.drain()
        if state.is_world_process_zero:
            self.run.log_metrics(line)

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Give a checkpoint that every process has finished its name and its DONE file, and drop old ones."""
        processes = PartialState()
        processes.wait_for_everyone()
        if state.is_world_process_zero:
            written = Path(args.output_dir or "") / f"checkpoint-{state.global_step}"
            folder = self.run.checkpoint_dir(state.global_step)
            if folder.exists():
                shutil.rmtree(folder)
            written.rename(folder)
            self.run.mark_checkpoint(state.global_step)
            for old in sorted(folder.parent.glob("step_*"))[: -self.keep_checkpoints]:
                shutil.rmtree(old)
        processes.wait_for_everyone()
