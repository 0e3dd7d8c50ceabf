"""Explorer ``dense``: random inputs of a small world, in which values meet; see `suites.contracts.dense`.

A turn brings more of them while some program is not told from the references: what is rare takes many. Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from symtune.suites.contracts.dense import draw_input
from symtune.suites.explorers.target import Input, Target

SURVIVORS_FACTOR = 5
"""How many times as many inputs a turn brings while a program survives."""

MAX_TRIES = 4
"""Draws per wanted input; those that cannot be brought inside the contract are lost."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs of many small worlds; there is no end of them, unless none can be brought inside."""
    while True:
        size = target.batch_size * (SURVIVORS_FACTOR if target.survivors else 1)
        draws = (draw_input(target.contract, target.rng, constants=target.constants) for _ in range(MAX_TRIES * size))
        batch: list[Input] = []
        for one in draws:
            if one is not None and one not in batch:
                batch.append(one)
            if len(batch) >= size:
                break
        if not batch:
            return
        yield batch
