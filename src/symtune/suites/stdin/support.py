"""How well a structure agrees with what the statement declares, and the names its items get from there.

Structure and declarations are both sequences of scalars, lists and repeats. They are aligned for the largest sum of scores,
as sequences are in bioinformatics; what stands opposite each other shares a name, and then sizes that are written with names
can be compared. Source: ours, after Needleman and Wunsch 1970.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from symtune.suites.stdin.guide import read_size
from symtune.suites.stdin.parts import Item, Part, Size
from symtune.suites.stdin.statement import Declared

GAP_SLOT, GAP_DECLARED = -0.6, -0.4
"""Score of an item that no declaration speaks of, and of a declaration that has no item."""

NAMED = 0.0625
"""Added where a declaration has a name, so that of two that fit an item the one with a name is taken."""

ROUNDING = 1e-9
"""Scores this close are the same."""

SIZE_AGREES, SIZE_DIFFERS = 2.0, -2.5


class Slot(NamedTuple):
    """One item or block of a structure, in reading order."""

    role: str
    name: str
    size: Size | None
    is_int: bool
    is_count: bool


class Support(NamedTuple):
    """The score of a structure, and what each of its items is called and is said to be, by the item's own name."""

    score: float
    names: dict[str, str]
    kinds: dict[str, str]


def slots_of(parts: tuple[Part, ...], seen: dict[str, list[str]]) -> list[Slot]:
    """Return the slots of a structure."""
    slots: list[Slot] = []
    for part in parts:
        if part.is_block:
            slots.append(Slot("repeat", part.name, part.size, False, False))
            slots += slots_of(part.parts, seen)
        else:
            slots += [_slot(item, seen) for item in part.items]
    return slots


def _slot(item: Item, seen: dict[str, list[str]]) -> Slot:
    is_int = item.kind == "count" or all(re.fullmatch(r"-?\d+", token) for token in seen.get(item.name, ()))
    return Slot("list" if item.is_run else "scalar", item.name, item.size, is_int, item.kind == "count")


def support_of(slots: list[Slot], declared: list[Declared]) -> Support:
    """Align slots with declarations; return the score and what follows from it."""
    pairs, score = _align(slots, declared)
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for slot, one in pairs:
        if one.name and one.name not in names.values():
            names[slot.name] = one.name
        if one.kind in ("word", "char"):
            kinds[slot.name] = "word"
        elif one.kind == "float":
            kinds[slot.name] = "float"
    for slot, one in pairs:
        if one.size:
            score += _size_score(slot, one.size, names)
    return Support(score, names, kinds)


def _align(slots: list[Slot], declared: list[Declared]) -> tuple[list[tuple[Slot, Declared]], float]:
    width = len(declared) + 1
    best = [[0.0] * width for _ in range(len(slots) + 1)]
    for i in range(len(slots) + 1):
        for j in range(width):
            options = [0.0] if i == j == 0 else []
            if i:
                options.append(best[i - 1][j] + GAP_SLOT)
            if j:
                options.append(best[i][j - 1] + GAP_DECLARED)
            if i and j:
                options.append(best[i - 1][j - 1] + _match_score(slots[i - 1], declared[j - 1]) + NAMED * bool(declared[j - 1].name))
            best[i][j] = max(options)
    pairs = []
    i, j = len(slots), len(declared)
    while i or j:
        if i and j and _is_same(best[i][j], best[i - 1][j - 1] + _match_score(slots[i - 1], declared[j - 1]) + NAMED * bool(declared[j - 1].name)):
            pairs.append((slots[i - 1], declared[j - 1]))
            i, j = i - 1, j - 1
        elif i and _is_same(best[i][j], best[i - 1][j] + GAP_SLOT):
            i -= 1
        else:
            j -= 1
    return pairs[::-1], best[-1][-1]


def _is_same(one: float, other: float) -> bool:
    """Whether two scores are one but for rounding, which must not decide between two alignments."""
    return abs(one - other) < ROUNDING


def _match_score(slot: Slot, one: Declared) -> float:
    is_text = one.kind in ("word", "char")
    if slot.role == "repeat":
        return {"repeat": 1.5, "list": 0.9}.get(one.role, -2.0)
    if one.role == "repeat":
        return -2.0
    if slot.role == "list":
        return (1.5 if one.role == "list" and one.kind != "char" else -0.5) - (2.0 if one.kind == "char" and slot.is_int else 0.0)
    if one.role == "list":
        return 1.3 if one.kind == "char" and not slot.is_count else -0.8
    if is_text:
        return -1.0 if slot.is_count else 0.7 if slot.is_int and slot.size is None else 1.2
    is_number = one.kind in ("int", "number", "float")
    return 1.0 if slot.is_int or one.kind == "float" or not is_number else -0.5


def _size_score(slot: Slot, said: str, names: dict[str, str]) -> float:
    read = read_size(said)
    if read is None:
        return 0.0
    if slot.size is None:
        return -0.5
    if slot.size.count is None:
        return SIZE_DIFFERS
    called = names.get(slot.size.count)
    if called is None or read[1] not in names.values():
        return 0.0
    return SIZE_AGREES if (slot.size.factor, called, slot.size.offset) == read else SIZE_DIFFERS
