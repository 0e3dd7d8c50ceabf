"""Composition: a chain of parts, what it means, how it is written in Python and in English, and which split it is in."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any, Literal, Self

from symtune.datasets.gym.filters_and_maps import FILTERS, MAPS
from symtune.datasets.gym.folds import FINISHES, FOLDS, STARTS
from symtune.datasets.gym.orders_and_windows import CUTS, ORDERS, WINDOWS
from symtune.datasets.gym.part import ANNOTATIONS, Kind, Parameter, Part
from symtune.datasets.gym.texts import TEXTS, WORDS
from symtune.errors import BadInputError

GymSplit = Literal["train", "validation", "test"]

PARTS: dict[str, Part] = {
    part.name: part
    for group in (FILTERS, MAPS, ORDERS, CUTS, WINDOWS, FOLDS, STARTS, FINISHES, TEXTS, WORDS)
    for part in group
}
"""Every part by its name."""

NUM_BUCKETS = 10
"""Compositions are dealt into this many buckets by the digest of their part names."""

BUCKETS: dict[GymSplit, range] = {"train": range(6), "validation": range(6, 8), "test": range(8, 10)}
"""The buckets of each split; they cover all and do not overlap."""

OPENINGS: dict[Kind, tuple[str, ...]] = {
    "ints": ("Given a list of integers", "From a list of numbers", "Take a list of integers"),
    "int": ("Given a positive integer", "From a number above zero", "Take a positive integer"),
    "text": ("Given a text", "From a string", "Take a text"),
    "words": ("Given a list of words", "From some words", "Take a list of words"),
}
"""How a statement begins, by the kind of its input."""

NUM_LAYOUTS = 3
"""Ways to line up the clauses: in order with commas, in order with semicolons, and the last step first."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One part with its parameter."""

    part: Part
    parameter: Parameter


@dataclasses.dataclass(frozen=True)
class Composition:
    """A chain of steps. `run` is its meaning: the interpreter behind every expected value of the gym."""

    steps: tuple[Step, ...]

    @classmethod
    def from_json(cls, form: Any) -> Self:
        """Read the form that `to_json` writes.

        Raises:
            BadInputError: it is not a list of known part names with parameters.
        """
        try:
            return cls(tuple(Step(PARTS[name], parameter) for name, parameter in form))
        except (TypeError, ValueError, KeyError) as error:
            raise BadInputError(f"not a gym composition: {form!r} ({error!r})") from error

    def to_json(self) -> list[list[Parameter]]:
        """Return the steps as ``[name, parameter]`` pairs."""
        return [[step.part.name, step.parameter] for step in self.steps]

    @property
    def takes(self) -> Kind:
        """Kind of the input."""
        return self.steps[0].part.takes

    @property
    def gives(self) -> Kind:
        """Kind of the answer."""
        return self.steps[-1].part.gives

    def run(self, value: Any) -> Any:
        """Return the answer for one input."""
        for step in self.steps:
            value = step.part.run(value, step.parameter)
        return value

    def split(self) -> GymSplit:
        """Return the split this composition belongs to.

        The bag of part names decides, without order and parameters: what one split asks for, no other split asks
        for with other thresholds or in another order.
        """
        names = " ".join(sorted(step.part.name for step in self.steps))
        bucket = int.from_bytes(hashlib.sha256(names.encode()).digest()[:4], "big") % NUM_BUCKETS
        return next(split for split, buckets in BUCKETS.items() if bucket in buckets)

    def signature(self) -> str:
        """Return the typed ``def`` line."""
        return f"def solve(a: {ANNOTATIONS[self.takes]}) -> {ANNOTATIONS[self.gives]}:"

    def source(self, *, is_other: bool = False) -> str:
        """Return a program that solves it: one statement per step; ``is_other`` writes each step its other way."""
        expressions = [step.part.write("a", step.parameter, is_other=is_other) for step in self.steps]
        lines = [*(f"    a = {expression}" for expression in expressions[:-1]), f"    return {expressions[-1]}"]
        return "\n".join([self.signature(), *lines]) + "\n"

    def statement(self, phrasing_indices: tuple[int, ...], *, opening_index: int, layout_index: int) -> str:
        """Return the English text, given one phrasing per step, an opening and a layout."""
        clauses = [step.part.say(step.parameter, i) for step, i in zip(self.steps, phrasing_indices, strict=True)]
        opening = OPENINGS[self.takes][opening_index]
        if layout_index == 0:
            return f"{opening}, {', '.join(clauses)}."
        if layout_index == 1:
            return f"{opening}; {'; '.join(clauses)}."
        return f"{opening}, last step first: {', '.join(reversed(clauses))}."
