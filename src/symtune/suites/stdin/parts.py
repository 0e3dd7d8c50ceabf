"""What an input text is made of: lines of items, and blocks of lines that repeat.

A count is an item that says how large something else is; it is no value of its own. Example: ``n m``, then ``n`` lines with
``m`` integers each, is a line of two counts and a block of size ``n`` of one line with a run of size ``m``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from symtune.domain import Record

ItemKind = Literal["count", "int", "float", "word", "text", "raw"]
"""``word`` is text without blanks, ``text`` a whole line, ``raw`` a token whose kind is not known yet."""


class Size(Record):
    """How many: ``factor * count + offset``, or ``offset`` alone where ``count`` is None."""

    count: str | None = None
    factor: int = 1
    offset: int = 0

    def number(self, counts: dict[str, int]) -> int:
        """Return how many it is, given the counts.

        Raises:
            KeyError: the count is not known.
        """
        return self.offset if self.count is None else self.factor * counts[self.count] + self.offset

    def count_for(self, number: int) -> int:
        """Return the largest count, 0 or more, that asks for at most ``number``."""
        return max(0, (number - self.offset) // self.factor)


class Item(Record):
    """One token of a line, or a run of tokens.

    Attributes:
        kind: what each token is.
        name: what the statement calls it, or a letter with a number.
        is_run: several tokens, which make one list.
        size: number of tokens of a run (None: up to the end of the line), or of characters of a word (None: any).
        decimals: digits after the point of every float; None where each has as many as it needs.
    """

    kind: ItemKind
    name: str
    is_run: bool = False
    size: Size | None = None
    decimals: int | None = None


class Part(Record):
    """A line of ``items``, or, where it has ``parts``, a block in which these repeat.

    Attributes:
        size: how often a block repeats; None: until the text ends.
        name: what the statement calls the things of a block, or a letter with a number.
    """

    items: tuple[Item, ...] = ()
    parts: tuple[Part, ...] = ()
    size: Size | None = None
    name: str = ""

    @property
    def is_block(self) -> bool:
        """Whether this is a block."""
        return bool(self.parts)


def items_of(parts: tuple[Part, ...]) -> Iterator[Item]:
    """Yield every item of the parts, those of blocks included, in order."""
    for part in parts:
        yield from items_of(part.parts) if part.is_block else part.items


def num_values(parts: tuple[Part, ...]) -> int:
    """Return how many values the parts hold: a block is one, a count none."""
    return sum(1 if part.is_block else sum(item.kind != "count" for item in part.items) for part in parts)


def row_of(parts: tuple[Part, ...], values: list[Any]) -> Any:
    """Return what one round of a block stands for: its value, or a tuple of its values where they are not one."""
    return values[0] if num_values(parts) == 1 else tuple(values)


def values_of(parts: tuple[Part, ...], row: Any) -> list[Any]:
    """Return the values of one round of a block; undoes `row_of`."""
    return [row] if num_values(parts) == 1 else list(row)


def own_counts(parts: tuple[Part, ...]) -> list[str]:
    """Return the names of the counts on the lines of these parts, without those inside blocks."""
    return [item.name for part in parts for item in part.items if item.kind == "count"]
