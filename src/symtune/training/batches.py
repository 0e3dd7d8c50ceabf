"""Which example comes when: one order for the whole run, drawn from the seed alone.

The order does not depend on the state of any random generator, so a resumed run sees the examples an unbroken one sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from symtune.training.settings import LoopConfig

Example = Mapping[str, Any]
"""Token lists ``input_ids`` and ``labels``, and what else the stage's loss needs."""

WINDOW_BATCHES = 50
"""Batches within which examples are sorted by length; more saves more padding and mixes less."""


class ExampleStream(torch.utils.data.Dataset[Example]):
    """The examples in the order they are trained on; index i is the i-th example of the run."""

    def __init__(self, examples: Sequence[Example], order: Sequence[int]) -> None:
        self.examples, self.order = examples, order

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> Example:
        return self.examples[self.order[index]]


def epochs_of(
    lengths: Sequence[int], *, batch_size: int, seed: int, is_grouped: bool
) -> Iterator[list[int]]:
    """Yield one order of all examples after another, each a fresh permutation.

    Args:
        lengths: tokens of each example.
        batch_size: examples per batch; only used to group.
        seed: the n-th order depends on this and n only.
        is_grouped: sort by length within windows of `WINDOW_BATCHES` batches, then shuffle the batches.
    """
    for epoch in _count():
        random = np.random.default_rng((seed, epoch))
        order = random.permutation(len(lengths)).tolist()
        if is_grouped and batch_size > 1:
            order = _grouped(order, lengths, batch_size=batch_size, random=random)
        yield order


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _grouped(order: list[int], lengths: Sequence[int], *, batch_size: int, random: np.random.Generator) -> list[int]:
    window = batch_size * WINDOW_BATCHES
    batches = []
    for start in range(0, len(order), window):
        part = sorted(order[start : start + window], key=lambda index: -lengths[index])
        batches += [part[first : first + batch_size] for first in range(0, len(part), batch_size)]
    whole = [batch for batch in batches if len(batch) == batch_size]
    short = [batch for batch in batches if len(batch) < batch_size]
    shuffled = [whole[position] for position in random.permutation(len(whole))]
    return [index for batch in (*shuffled, *short) for index in batch]


def training_order(lengths: Sequence[int], *, config: LoopConfig, num_processes: int = 1) -> list[int]:
    """Return the order of a whole run: ``num_epochs`` passes, or as many as fill ``max_steps``."""
    per_step = config.batch_size * config.gradient_accumulation_steps * num_processes
    wanted = len(lengths) * config.num_epochs if config.max_steps is None else config.max_steps * per_step
    order: list[int] = []
    for epoch in epochs_of(lengths, batch_size=config.batch_size, seed=config.seed, is_grouped=config.group_by_length):
        order += epoch
        if len(order) >= wanted:
            return order[:wanted]
    raise AssertionError("epochs_of never ends")


def alternating_order(
    reference_lengths: Sequence[int],
    sample_lengths: Sequence[int],
    *,
    config: LoopConfig,
    num_processes: int = 1,
    partners: Sequence[Sequence[int]] | None = None,
) -> list[int]:
    """Return CodeRL's order: a batch of references, a batch of samples, and so on (each per process).

    The run makes ``num_epochs`` passes over the samples (or ``max_steps`` steps), filled up to a whole optimizer step;
    the references are repeated, in a new order each time, as often as that takes. Samples are numbered after references.

    Args:
        reference_lengths, sample_lengths: tokens of each, for batches of like length.
        config: batch sizes, passes, seed.
        num_processes: processes that train together.
        partners: for each sample the references of its own problem. Then each batch of samples stands beside a batch of such
            references, one drawn for each sample, instead of references of any problem.
    """
    batch = config.batch_size * num_processes
    per_step = batch * config.gradient_accumulation_steps
    num_steps = config.max_steps or math.ceil(config.num_epochs * len(sample_lengths) / per_step)
    filled = config.model_copy(update={"max_steps": num_steps})
    references = training_order(reference_lengths, config=filled, num_processes=num_processes)
    samples = training_order(sample_lengths, config=filled, num_processes=num_processes)
    if partners is not None:
        random = np.random.default_rng([config.seed, len(partners)])
        references = [partners[sample][int(random.integers(len(partners[sample])))] for sample in samples]
    order: list[int] = []
    for start in range(0, num_steps * per_step, batch):
        order += references[start : start + batch]
        order += [len(reference_lengths) + index for index in samples[start : start + batch]]
    return order


def epoch_ends(num_examples: int, num_trained: int, *, per_step: int) -> dict[int, float]:
    """Return the optimizer steps after which a pass over the examples is complete, each with the passes done; and the last step.

    Args:
        num_examples: examples of one pass.
        num_trained: examples of the whole run.
        per_step: examples per optimizer step, over all processes.
    """
    ends = {math.ceil(number * num_examples / per_step): float(number) for number in range(1, num_trained // num_examples + 1)}
    last = math.ceil(num_trained / per_step)
    return ends | ({} if last in ends else {last: round(num_trained / num_examples, 3)})


def bundled(collate: Callable[[Sequence[Example]], dict[str, Tensor]], *, keys: Sequence[str]) -> Any:
    """Return a collator whose ``labels`` is the tuple of the labels and of these keys.

    The Trainer hands ``labels`` to the loss as it is and everything else to the model.
    """

    def collate_bundled(examples: Sequence[Example]) -> dict[str, Any]:
        batch: dict[str, Any] = collate(examples)
        extras = [batch.pop(key) for key in keys]
        batch["labels"] = (batch["labels"], *extras)
        return batch

    return collate_bundled
