"""Which continuation of a structure the statement speaks of next, so that the search looks at that one first.

Declarations are met in order; a few may be passed over. What agrees costs a quarter, what does not costs more. The guide
changes the order of the search only: every structure is weighed again as a whole (`support`). Source: ours.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symtune.suites.stdin.parts import Item, Size
from symtune.suites.stdin.statement import Declared

MAX_PASSED_OVER = 2
AGREES_FACTOR, DIFFERS = 0.25, 0.8
SAID_SIZE = 1.0
_USUAL_SIZES = {(1, 0), (1, -1), (1, 1)}
PASSED_OVER, WRONG_SIZE = 0.3, 2.0

_SIZE = re.compile(r"(?:(\d+)\*?)?([A-Za-z]\w*?)(?:_\w+|\d+|(?<=[a-z])[ij])?(?:([-+])(\d+))?")


class Met(NamedTuple):
    """How far the declarations have been met, and the names that items got from them."""

    cursor: int = 0
    names: tuple[tuple[str, str], ...] = ()

    def name_of(self, item: str | None) -> str | None:
        """Return what the statement calls an item, or None."""
        return next((called for own, called in self.names if own == item), None)


class Guide:
    """The declarations of one statement; ``linear`` are factor, offset and cost of the sizes it speaks of, beyond the usual ones."""

    def __init__(self, declared: list[Declared]) -> None:
        self.declared = declared
        sizes = {(read[0], read[2]) for one in declared if (read := read_size(one.size)) is not None}
        self.linear = tuple((factor, offset, SAID_SIZE) for factor, offset in sorted(sizes - _USUAL_SIZES))

    def line(self, items: tuple[Item, ...], tokens: tuple[str, ...], met: Met) -> tuple[float, float, Met]:
        """Return the factor and the surcharge for a line with these items, and what is then met."""
        if not self.declared or not items:
            return 1.0, 0.0, met
        before, surcharge, num_met = met, 0.0, 0
        for index, item in enumerate(items):
            token = tokens[index] if index < len(tokens) else ""
            place = self._find(met.cursor, "list" if item.is_run else "scalar", item, token)
            if place is None:
                continue
            one = self.declared[place]
            num_met += 1
            surcharge += PASSED_OVER * (place - met.cursor)
            named = ((item.name, one.name),) if one.name else ()
            if one.size and item.kind != "count":
                surcharge += wrong_size(item.size, one.size, met)
            met = Met(place + 1, (*met.names, *named))
        if num_met == len(items):
            return AGREES_FACTOR, surcharge, met
        return 1.0, DIFFERS, before

    def block(self, size: Size | None, met: Met) -> tuple[bool, float, Met]:
        """Return whether a block of this size is spoken of, the surcharge for it, and what is then met."""
        for place in range(met.cursor, min(met.cursor + MAX_PASSED_OVER + 1, len(self.declared))):
            one = self.declared[place]
            is_repeat = one.role == "repeat" or (one.role == "list" and one.kind in ("word", "char", ""))
            if is_repeat and wrong_size(size, one.size, met) < WRONG_SIZE:
                cursor = place + 1 if one.role == "repeat" else place
                return True, PASSED_OVER * (place - met.cursor), met._replace(cursor=cursor)
        return False, DIFFERS if self.declared else 0.0, met

    @property
    def speaks_of_texts(self) -> bool:
        """Whether words or characters are declared, or nothing is."""
        return not self.declared or any(one.kind in ("word", "char") for one in self.declared)

    def _find(self, cursor: int, role: str, item: Item, token: str) -> int | None:
        for place in range(cursor, min(cursor + MAX_PASSED_OVER + 1, len(self.declared))):
            one = self.declared[place]
            if one.role == role or (role == "scalar" and one.role == "list" and one.kind in ("char", "word")):
                is_number = re.fullmatch(r"-?\d+(?:\.\d+)?", token) is not None
                if one.kind in ("int", "number", "float") and token and not is_number:
                    continue
                if one.kind in ("word", "char") and item.kind == "count":
                    continue
                return place
            if one.role == "repeat":
                return None
        return None


def read_size(text: str) -> tuple[int, str, int] | None:
    """Return factor, name and offset of a size in words, such as ``n``, ``2n`` or ``n - 1``; None for anything else."""
    match = _SIZE.fullmatch(re.sub(r"\s", "", text).replace("−", "-"))
    if match is None:
        return None
    return int(match[1] or 1), match[2], int(f"{match[3]}{match[4]}") if match[3] else 0


def wrong_size(size: Size | None, said: str, met: Met) -> float:
    """Return the surcharge for a size that is not the one said."""
    read = read_size(said)
    if read is None:
        return 0.0
    if size is None or size.count is None:
        return WRONG_SIZE / 2
    called = met.name_of(size.count)
    if called is None:
        return 0.0
    return 0.0 if (size.factor, called, size.offset) == read else WRONG_SIZE
