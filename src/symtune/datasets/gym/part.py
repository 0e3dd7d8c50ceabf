"""Part: one small step of a gym problem, said in English, written in Python, and done by the interpreter.

A part takes one value and gives one value, each of a fixed `Kind`. Parts chain where the kinds meet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

Kind = Literal["ints", "int", "text", "words", "bool"]
"""What flows between parts: list[int], int, str, list[str], bool."""

ANNOTATIONS: dict[Kind, str] = {
    "ints": "list[int]",
    "int": "int",
    "text": "str",
    "words": "list[str]",
    "bool": "bool",
}
"""The Python type of each kind, as it stands in a signature."""

Parameter = int | str | None


@dataclasses.dataclass(frozen=True)
class Part:
    """One step.

    Attributes:
        name: unique name; a composition is a sequence of names with parameters.
        takes, gives: kinds of the value before and after.
        run: the meaning, as ``run(value, parameter)``; trusted code of ours.
        code: a Python expression over ``{a}`` (the value) and ``{k}`` (the parameter).
        other_code: the same meaning written differently.
        phrasings: imperative clauses in English; ``{k}`` stands for the parameter.
        parameters: the values ``{k}`` may take; empty for a part without one.
    """

    name: str
    takes: Kind
    gives: Kind
    run: Callable[[Any, Any], Any]
    code: str
    other_code: str
    phrasings: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()

    def write(self, value: str, parameter: Parameter, *, is_other: bool = False) -> str:
        """Return the Python expression of this part over the expression ``value``."""
        return (self.other_code if is_other else self.code).format(a=value, k=_literal(parameter))

    def say(self, parameter: Parameter, phrasing_index: int) -> str:
        """Return the English clause of one phrasing."""
        return self.phrasings[phrasing_index].format(k=_literal(parameter))


def _literal(parameter: Parameter) -> str:
    return f'"{parameter}"' if isinstance(parameter, str) else str(parameter)
