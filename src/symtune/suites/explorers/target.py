"""What an explorer is given: one problem, everything learnt about its inputs, and what earlier turns have found."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from symtune.domain import Problem
from symtune.sandbox import Guest
from symtune.suites.contracts.contract import Contract, Region
from symtune.suites.view import View

Input = tuple[tuple[Any, ...], dict[str, Any]]
"""Positional and keyword arguments of one call."""


@dataclass
class Target:
    """One problem under exploration.

    Attributes:
        view: how its inputs look; its cases are those the contract was learnt from.
        contract: the reach of the problem's contract, in which explorers stay.
        promise: the contract itself, which inputs that are to be large are held to.
        references: the sound ones; the first is explored.
        constants: literals of the references, then those of the programs that no input tells from them yet.
        guest: the warm guest that runs ``explore``.
        rng: random numbers seeded by seed and problem, so that order and workers do not matter.
        pool: inputs worth starting from: those of the given cases, then those that gained something.
        survivors: programs that no input tells from the references yet, and that may differ from them.
        proved_equal: programs found equal to the first reference within the bounds of the symbolic search.
        turn_s: CPU seconds that an explorer which uses up its time may take for the turn.
        batch_size: inputs that the others propose in a turn.
        max_paths: symbolic paths followed in all; None: as many as the time allows.
        notes: counts an explorer wants kept in the suite record, by name.
        types: argument types an explorer inferred, by parameter.
    """

    problem: Problem
    view: View
    contract: Region
    promise: Contract
    references: tuple[str, ...]
    constants: tuple[Any, ...]
    guest: Guest
    rng: random.Random
    pool: list[Input] = field(default_factory=list)
    survivors: tuple[str, ...] = ()
    proved_equal: set[str] = field(default_factory=set)
    turn_s: float = 1.0
    batch_size: int = 60
    max_paths: int | None = None
    notes: dict[str, int] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, count: int = 1) -> None:
        """Add to a count of the suite record."""
        self.notes[name] = self.notes.get(name, 0) + count

    def batches(self, inputs: Iterable[Input]) -> Iterator[list[Input]]:
        """Yield the inputs in batches of the size asked for at the time."""
        batch: list[Input] = []
        for one in inputs:
            batch.append(one)
            if len(batch) >= self.batch_size:
                yield batch
                batch = []
        if batch:
            yield batch

    def full_inputs(self) -> list[Input]:
        """Return the inputs of the pool that fill every positional argument, in order."""
        return [one for one in self.pool if len(one[0]) == len(self.contract.args)]


def with_values(base: Input, values: dict[int | str, Any]) -> Input:
    """Return an input with some slots filled anew: a number is a positional argument, a name a keyword argument."""
    args, kwargs = base
    named = {slot: value for slot, value in values.items() if isinstance(slot, str)}
    return tuple(values.get(place, value) for place, value in enumerate(args)), kwargs | named
