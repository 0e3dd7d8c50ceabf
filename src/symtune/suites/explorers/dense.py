"""Explorer ``dense``: random inputs of a small world, in which values meet; see `suites.contracts.dense`."""

from __future__ import annotations

from collections.abc import Iterator

from symtune.suites.contracts.dense import draw_input
from symtune.suites.explorers.target import Input, Target

MAX_TRIES = 4
"""Draws per wanted input; those that cannot be brought inside the contract are lost."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs of many small worlds; there is no end of them, unless none can be brought inside."""
    while True:
        draws = (draw_input(target.contract, target.rng) for _ in range(MAX_TRIES * target.batch_size))
        batch: list[Input] = []
        for one in draws:
            if one is not None and one not in batch:
                batch.append(one)
            if len(batch) >= target.batch_size:
                break
        if not batch:
            return
        yield batch
