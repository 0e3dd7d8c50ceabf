"""Relation: a promise between arguments, by their places or as a formula over their names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from symtune.domain import Record
from symtune.errors import BadInputError
from symtune.suites.contracts.formula import holds, parse_formula

RELATIONS: dict[str, Any] = {
    "length_of": lambda left, right: left == len(right),
    "index_in": lambda left, right: 0 <= left < len(right),
    "up_to_length": lambda left, right: 0 <= left <= len(right),
    "same_length": lambda left, right: len(left) == len(right),
    "same_inner_sizes": lambda left, right: len(left) == len(right) and all(
        len(one) == len(other) for one, other in zip(left, right, strict=True)
    ),
    "below": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "member_of": lambda left, right: left in right,
}  # fmt: skip
"""Kind -> whether two arguments stand in it."""


class Relation(Record):
    """A promise between arguments.

    Kinds, by the places ``left`` and ``right``: ``length_of`` (left == len(right)), ``index_in`` (0 <= left < len(right)),
    ``up_to_length`` (0 <= left <= len(right)), ``same_length``, ``same_inner_sizes``, ``at_most`` (left <= right), ``below`` (left < right),
    ``member_of`` (left in right). Places count the positional arguments, then the keyword arguments in the contract's order.
    ``formula`` stands for itself: its ``text`` is an expression over the parameters' names (`suites.contracts.formula`).
    """

    kind: Literal[
        "length_of", "index_in", "up_to_length", "same_length", "same_inner_sizes", "at_most", "below", "member_of", "formula"
    ]
    left: int = 0
    right: int = 0
    text: str = ""

    @model_validator(mode="after")
    def _has_a_formula(self) -> Relation:
        if self.kind == "formula":
            try:
                parse_formula(self.text)
            except BadInputError as error:
                raise ValueError(str(error)) from error
        return self

    def holds(self, values: dict[str, Any]) -> bool:
        """Whether the arguments, by name and in order, keep the promise; False when they cannot be compared."""
        return holds(self.text, values) if self.kind == "formula" else self.relates(list(values.values()))

    def relates(self, ordered: list[Any]) -> bool:
        """Whether arguments in order keep a promise that is no formula; False when they cannot be compared."""
        try:
            return bool(RELATIONS[self.kind](ordered[self.left], ordered[self.right]))
        except (TypeError, IndexError, RecursionError):
            return False
