"""Choosing the epoch: score the policy after each one, keep the best one's weights."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from symtune.models import IGNORED, PairCollator, save_policy, sequence_log_probs
from symtune.store import RunDirectory
from symtune.training.batches import Example
from symtune.training.encoding import example_length
from symtune.training.loop import cut_after, step_of, write_folder


class EpochChooser:
    """Called after each epoch: scores the policy, writes ``records/epochs.jsonl``, and saves the best so far to ``model``.

    A resumed run drops what was recorded after its checkpoint and scores those epochs again.

    Args:
        run: the run.
        policy: as it is being trained.
        held_out: validation examples; empty: the last epoch is kept.
        config: an `SftConfig`.
        stops: the steps at which epochs end, each with the epochs done.
        score: replaces minus the validation loss; higher is better.
    """

    def __init__(
        self,
        run: RunDirectory,
        policy: Any,
        held_out: Sequence[Example],
        *,
        config: Any,
        stops: Mapping[int, float],
        score: Callable[[Any], float] | None = None,
    ) -> None:
        self.run, self.policy, self.config, self.score = run, policy, config, score
        self.held_out = sorted(held_out, key=lambda example: -example_length(dict(example)))
        self.epoch_of = stops
        self.log = run.records("epochs")
        cut_after(self.log.path, step=step_of(run.latest_checkpoint()))
        self.curve = self.log.read()

    def __call__(self, step: int) -> bool:
        """Score the epoch that ends at this step; True where patience has run out."""
        line: dict[str, Any] = {"epoch": self.epoch_of[step], "step": step, "validation_loss": None, "score": None}
        if self.held_out:
            line["validation_loss"] = validation_loss(self.policy, self.held_out, batch_size=2 * self.config.batch_size)
            line["score"] = -line["validation_loss"]
        if self.score is not None:
            with kept_random_state():
                line["score"] = float(self.score(self.policy))
        best = self.best()
        is_better = best is None or line["score"] is None or line["score"] > best["score"]
        if is_better:
            write_folder(self.run.path / "model", lambda folder: save_policy(self.policy, folder))
        self.curve.append(line)
        if is_main_process():
            with self.log as log:
                log.append(line)
        return self.is_over

    @property
    def is_over(self) -> bool:
        """Whether patience has run out; a run that was killed right then must not go on."""
        best, patience = self.best(), self.config.patience_epochs
        return patience is not None and best is not None and self.curve[-1]["epoch"] - best["epoch"] >= patience

    def best(self) -> dict[str, Any] | None:
        """Return the entry of the best epoch so far: the first of the highest score, or the last where none has a score."""
        if not self.curve:
            return None
        scored = [line for line in self.curve if line["score"] is not None]
        return max(scored, key=lambda line: line["score"]) if scored else self.curve[-1]

    def summary(self) -> dict[str, Any]:
        """Return the chosen epoch and the curve."""
        best = self.best()
        return {"chosen_epoch": best["epoch"] if best else None, "curve": self.curve}


def is_main_process() -> bool:
    """Whether this process writes."""
    from accelerate import PartialState

    return PartialState().is_main_process


@torch.no_grad()
def validation_loss(policy: Any, examples: Sequence[Example], *, batch_size: int) -> float:
    """Return the mean negative log-probability (nats per token) of the examples' labels, without dropout."""
    collate = PairCollator.of(policy)
    was_training = policy.model.training
    policy.model.eval()
    total, num_tokens = 0.0, 0
    for start in range(0, len(examples), batch_size):
        batch = {key: value.to(policy.device) for key, value in collate(examples[start : start + batch_size]).items()}
        total -= sequence_log_probs(policy, batch).double().sum().item()
        num_tokens += int((batch["labels"] != IGNORED).sum())
    policy.model.train(was_training)
    return total / max(num_tokens, 1)


@contextlib.contextmanager
def kept_random_state() -> Iterator[None]:
    """Put the random generators back where they were, so that a score that samples leaves the training as it was."""
    python, numbers = random.getstate(), np.random.get_state()
    with torch.random.fork_rng():
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numbers)
