"""Explorer ``mutation``: chains of random type-aware steps away from the examples and from inputs that gained."""

from __future__ import annotations

from collections.abc import Iterator

from symtune.suites.contracts.vary import vary
from symtune.suites.explorers.target import Input, Target

MAX_STEPS = 4
"""Longest chain of steps from an example or an earlier input."""

RECENT_FRACTION = 0.5
"""How often a chain starts from one of the inputs that gained lately, and not from any of the pool."""

NUM_RECENT = 12
"""How many inputs of the pool count as recent."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs a few steps away from the examples and from inputs that gained; there is no end of them."""
    rng, domains = target.rng, target.contract.args
    while pool := target.full_inputs():
        batch: list[Input] = []
        for _ in range(target.batch_size):
            args, kwargs = rng.choice(pool[-NUM_RECENT:] if rng.random() < RECENT_FRACTION else pool)
            changed, named = list(args), dict(kwargs)
            for _ in range(rng.randint(1, MAX_STEPS)):
                slots = [*range(len(changed)), *named]
                slot = rng.choice(slots) if slots else None
                if isinstance(slot, int):
                    changed[slot] = vary(domains[slot], changed[slot], rng=rng, constants=target.constants)
                elif slot is not None:
                    domain = target.contract.kwargs[slot]
                    named[slot] = vary(domain, named[slot], rng=rng, constants=target.constants)
            batch.append((tuple(changed), named))
        yield batch
