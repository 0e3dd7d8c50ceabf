"""Explorer ``exhaustive``: every small input, smallest first.

Most bugs show on some small input (the small scope hypothesis; Jackson 2006), and small inputs are cheap to run by the thousand.
Each domain has a list of values in order of size (`suites.contracts.small`); inputs come in order of the sum of their values' ranks. Source: ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from symtune.suites.contracts.contract import Domain
from symtune.suites.contracts.small import SMALL, ranks_of, small_values
from symtune.suites.explorers.target import Input, Target, with_values

MAX_INPUTS = 3000
"""Inputs proposed per problem."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs of small values, in order of the sum of their ranks."""
    yield from target.batches(itertools.islice(_inputs(target), MAX_INPUTS))


def _inputs(target: Target) -> Iterator[Input]:
    contract = target.contract
    base = target.full_inputs()[0]
    domains: dict[int | str, Domain] = dict(itertools.chain(enumerate(contract.args), contract.kwargs.items()))
    values = [small_values(domain, target.constants)[: SMALL.max_values] for domain in domains.values()]
    if not all(values):
        return
    for ranks in ranks_of([len(one) for one in values]):
        chosen = [one[rank] for one, rank in zip(values, ranks, strict=True)]
        yield with_values(base, dict(zip(domains, chosen, strict=True)))
