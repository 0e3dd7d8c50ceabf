"""What an explorer is given: one problem and everything learnt about its inputs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symtune.domain import Case, Problem
from symtune.suites.contracts.contract import Region

Input = tuple[tuple[Any, ...], dict[str, Any]]
"""Positional and keyword arguments of one call."""


@dataclass(frozen=True)
class Target:
    """One problem under exploration.

    Attributes:
        contract: the reach of the problem's contract, in which explorers stay.
        cases: the cases its contract was learnt from.
        source: the reference to explore.
        prelude: code that runs before it.
        constants: literals found in the references.
        guest: the warm guest that runs ``explore``.
        rng: random numbers seeded by seed and problem, so that order and workers do not matter.
        max_paths: symbolic paths followed at most; None: as many as the time allows.
        notes: counts an explorer wants kept in the suite record, by name.
        types: argument types an explorer inferred, by parameter.
    """

    problem: Problem
    contract: Region
    cases: Sequence[Case]
    source: str
    prelude: str
    constants: tuple[Any, ...]
    guest: Any
    rng: random.Random
    max_paths: int | None = None
    notes: dict[str, int] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, count: int = 1) -> None:
        """Add to a count of the suite record."""
        self.notes[name] = self.notes.get(name, 0) + count
