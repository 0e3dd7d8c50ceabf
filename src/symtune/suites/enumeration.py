"""Enumeration: inputs of a contract by the thousand, on which programs are run beside the reference to see whether they differ.

    all      every input there is, where the contract has no more than `MAX_ALL`
    grid     every combination of the smallest values of each argument: integers up to a magnitude, collections up to a length, the
             longer ones of few different items
    dense    random inputs of small worlds, in which values meet (`suites.contracts.dense`)
    beyond   what other explorers that need no solver propose: ends of the contract, literals of both programs with their neighbours, chains
             of random steps, long collections
    long     lists of equal, rising and falling integers one step apart, up to some hundred, from both ends of what is promised: where sums
             grow large
    far      whole numbers near powers of 2, 3, 5, 6, 7 and 10 up to 10^18, where rounding and overflow show

Inputs come from the contract's promise, so they reach further than those of a suite, which stay in its reach. Source: ours, on bounded
exhaustive testing (Jackson 2006).
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain, Region
from symtune.suites.contracts.dense import draw_input
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.small import all_values, scope_of, small_values
from symtune.suites.explorers import EXPLORERS, Input, Target
from symtune.suites.explorers.target import with_values

MAX_ALL = 10_000
"""Inputs of a contract that is run in full."""

MAX_GRID = 4000
"""Inputs of a grid."""

NUM_DENSE = 3000
"""Inputs of small worlds, before those that come twice are left out."""

BEYOND = {"boundary": 4, "dictionary": 6, "mutation": 12, "large": 3}
"""Explorer -> turns it has, in the reach and in the promise each; the solver has none."""

COLLECTION_WEIGHT = 2
"""A collection has the square of the values that a number beside it has."""

LENGTHS, STEPS = (20, 60, 200), (0, 1, -1)
"""Items of long lists, and how far one is from the next."""

BASES, MAX_FAR = (2, 3, 5, 6, 7, 10), 10**18
"""Far numbers: powers of these up to this, and their neighbours."""

ANY_TEXT = "".join(map(chr, range(32, 127))) + "\t\n"
"""Characters of a text whose contract names none."""


@dataclasses.dataclass(frozen=True)
class Enumeration:
    """Inputs in groups.

    Attributes:
        groups: by name: ``all`` alone, or ``grid``, ``dense``, ``beyond``, ``long`` and ``far``.
    """

    groups: dict[str, list[Input]]

    @property
    def is_complete(self) -> bool:
        """Whether these are all inputs that the contract lets be."""
        return "all" in self.groups


def enumerate_inputs(target: Target) -> Enumeration:
    """Return the inputs to compare programs on, all inside the contract's promise.

    Args:
        target: the problem; its reach gives characters, types and values met, its constants are those of all programs compared.
    """
    slots: list[int | str] = [*range(len(target.promise.args)), *target.promise.kwargs]
    everything = _everything(target.promise, slots)
    if everything is not None:
        return Enumeration({"all": everything})
    wide = dataclasses.replace(target, contract=opened(target.contract, target.promise))
    inside = target.promise
    groups = {
        "grid": _grid(wide, slots),
        "dense": [one for one in (draw_input(wide.contract, target.rng, constants=target.constants) for _ in range(NUM_DENSE)) if one is not None],
        "beyond": [one for goal in (target, wide) for one in _beyond(goal)],
        "long": list(_long(wide, slots)),
        "far": list(_far(wide, slots)),
    }
    return Enumeration({name: [one for one in group if inside.fault(*one) is None] for name, group in groups.items()})


def opened(reach: Region, promise: Region) -> Region:
    """Return the region of a promise, with the characters, types and values that the reach knows of."""
    if len(reach.args) != len(promise.args) or set(reach.kwargs) != set(promise.kwargs):
        return reach
    args = tuple(map(_opened, reach.args, promise.args))
    kwargs = {key: _opened(domain, promise.kwargs[key]) for key, domain in reach.kwargs.items()}
    return Region(names=promise.names, args=args, kwargs=kwargs, relations=promise.relations)


def _opened(mine: Domain, theirs: Domain) -> Domain:
    if mine.kind != theirs.kind:
        return mine
    items = tuple(map(_opened, mine.items, theirs.items)) if len(mine.items) == len(theirs.items) else mine.items
    update: dict[str, Any] = {"items": items, "seen": mine.seen}
    if mine.kind == "text" and not theirs.alphabet and not theirs.pattern:
        update["alphabet"] = mine.alphabet + "".join(sign for sign in ANY_TEXT if sign not in mine.alphabet)
    return theirs.model_copy(update=update)


def _everything(region: Region, slots: list[int | str]) -> list[Input] | None:
    domains = [*region.args, *region.kwargs.values()]
    values = [all_values(domain, MAX_ALL) for domain in domains]
    if not values or any(one is None for one in values) or math.prod(len(one or ()) for one in values) > MAX_ALL:
        return None
    inputs = (_input(slots, chosen) for chosen in itertools.product(*(one or () for one in values)))
    return [one for one in inputs if region.fault(*one) is None]


def _input(slots: list[int | str], chosen: tuple[Any, ...]) -> Input:
    args = tuple(value for slot, value in zip(slots, chosen, strict=True) if isinstance(slot, int))
    return args, {slot: value for slot, value in zip(slots, chosen, strict=True) if isinstance(slot, str)}


def _grid(target: Target, slots: list[int | str]) -> list[Input]:
    """Return every combination of the smallest values; how many each argument has follows from how many there are."""
    domains = [*target.contract.args, *target.contract.kwargs.values()]
    weights = [COLLECTION_WEIGHT if domain.kind in ("text", "dict", *SEQUENCES) else 1 for domain in domains]
    values = []
    for domain, weight in zip(domains, weights, strict=True):
        num_values = max(2, int(MAX_GRID ** (weight / sum(weights))))
        values.append(small_values(domain, target.constants, scope=scope_of(num_values))[:num_values])
    return [_input(slots, chosen) for chosen in itertools.islice(itertools.product(*values), MAX_GRID)]


def _beyond(target: Target) -> Iterator[Input]:
    for name, num_turns in BEYOND.items():
        for batch in itertools.islice(EXPLORERS[name](target), num_turns):
            for args, kwargs in batch:
                inside = project_input(target.contract, args, kwargs=kwargs, rng=target.rng)
                if inside is not None:
                    yield inside


def _long(target: Target, slots: list[int | str]) -> Iterator[Input]:
    """Yield examples with one list of integers made long."""
    domains = dict(zip(slots, [*target.contract.args, *target.contract.kwargs.values()], strict=True))
    for slot, domain in domains.items():
        if domain.kind not in ("list", "tuple") or domain.items[0].kind != "int":
            continue
        item = domain.items[0]
        for length, step in itertools.product(LENGTHS, STEPS):
            size = min(length, domain.max_size)
            low = math.ceil(item.low) if item.low is not None else 1
            high = math.floor(item.high) if item.high is not None else 10 * length
            for start in dict.fromkeys((low, high - size * abs(step))):
                items = [start + step * place if step >= 0 else start - step * (size - place) for place in range(size)]
                args, kwargs = with_values(target.rng.choice(target.full_inputs()), {slot: BUILDERS[domain.kind](items)})
                inside = project_input(target.contract, args, kwargs=kwargs, rng=target.rng)
                if inside is not None:
                    yield inside


def _far(target: Target, slots: list[int | str]) -> Iterator[Input]:
    """Yield examples with one number far away: the powers first, which programs that search for divisors answer soonest, then their neighbours."""
    domains = dict(zip(slots, [*target.contract.args, *target.contract.kwargs.values()], strict=True))
    numbers = [slot for slot, domain in domains.items() if domain.kind == "int"]
    bases = target.full_inputs()
    powers = sorted({base**power for base in BASES for power in range(1, 64) if base**power <= MAX_FAR})
    for step in (0, 1, -1):
        for power in powers:
            for slot in numbers:
                yield with_values(target.rng.choice(bases), {slot: power + step})
