"""Explorer ``mutation``: chains of random type-aware steps away from the examples."""

from __future__ import annotations

from collections.abc import Iterator

from symtune.suites.contracts.vary import vary
from symtune.suites.explorers.target import Input, Target

NUM_INPUTS = 300
"""Inputs proposed per problem; the count at which the published measurement of type-aware mutation was taken."""

MAX_STEPS = 4
"""Longest chain of steps from an example or an earlier input."""


def explore(target: Target, _budget_s: float) -> Iterator[Input]:
    """Yield inputs a few steps away from the examples and from each other."""
    rng, domains = target.rng, target.contract.args
    pool: list[Input] = [(case.args, case.kwargs) for case in target.cases if len(case.args) == len(domains)]
    for _ in range(NUM_INPUTS if pool else 0):
        args, kwargs = rng.choice(pool)
        changed, named = list(args), dict(kwargs)
        for _ in range(rng.randint(1, MAX_STEPS)):
            slots = [*range(len(changed)), *named]
            slot = rng.choice(slots) if slots else None
            if isinstance(slot, int):
                changed[slot] = vary(domains[slot], changed[slot], rng=rng, constants=target.constants)
            elif slot is not None:
                domain = target.contract.kwargs[slot]
                named[slot] = vary(domain, named[slot], rng=rng, constants=target.constants)
        yield tuple(changed), named
