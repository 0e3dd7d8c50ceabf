"""What an input looks like: small facts by which a suite is kept diverse where coverage alone says nothing.

A one-line reference has one path; that its inputs should include zeros, repeats, unsorted and long lists, equal arguments
and each kind of answer is told by these features. Source: ours.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import has_repeat, is_rising

MAX_ITEMS_READ = 50
"""Collections are described by their first items only."""

MAX_DEPTH = 3
"""Values nested deeper are described by their type."""


def features_of(args: tuple[Any, ...], kwargs: dict[str, Any], answer: Any) -> set[str]:
    """Return the features of one input and its expected value, and each input feature paired with the answer's kind."""
    found: set[str] = set()
    for name, value in [*((str(index), value) for index, value in enumerate(args)), *kwargs.items()]:
        found |= {f"{name}:{fact}" for fact in _facts(value, 0)}
    found |= {f"pair:{fact}" for fact in _pair_facts((*args, *kwargs.values()))}
    answers = set(_facts(answer, 1))
    outcome = _outcome(answer)
    found |= {f"answer:{fact}" for fact in answers} | {f"{fact}>{outcome}" for fact in found}
    return set(map(sys.intern, found))  # the same few thousand facts come again with every input


def _outcome(answer: Any) -> str:
    if isinstance(answer, (bool, type(None))):
        return str(answer)
    if isinstance(answer, (int, float)):
        return _sign(answer)
    return "empty" if hasattr(answer, "__len__") and not len(answer) else type(answer).__name__


def _sign(value: float) -> str:
    return "zero" if value == 0 else "negative" if value < 0 else "positive"


def _facts(value: Any, depth: int) -> Iterator[str]:
    yield type(value).__name__
    if value is None or isinstance(value, bool):
        yield str(value)
    elif isinstance(value, (int, float)):
        yield from _number_facts(value)
    elif isinstance(value, str):
        yield from _text_facts(value)
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from _collection_facts(list(value), depth)
    elif isinstance(value, dict):
        yield f"size{min(len(value), 3)}"
        if depth < MAX_DEPTH:
            yield from (f"value.{fact}" for fact in _collection_facts(list(value.values()), depth))


def _number_facts(value: float) -> Iterator[str]:
    yield _sign(value)
    if abs(value) <= 3:
        yield f"={value:.1f}"
    if isinstance(value, int):
        yield f"bits{min(value.bit_length(), 40)}"
        yield "even" if value % 2 == 0 else "odd"
    elif value != int(value):
        yield "fraction"


def _text_facts(value: str) -> Iterator[str]:
    yield f"size{min(len(value), 4)}"
    tests = {
        "lower": str.islower, "upper": str.isupper, "digit": str.isdigit, "space": str.isspace, "alnum": str.isalnum,
    }  # fmt: skip
    for name, test in tests.items():
        if any(test(sign) for sign in value):
            yield f"has_{name}"
        if value and test(value[0]):
            yield f"starts_{name}"
        if value and test(value[-1]):
            yield f"ends_{name}"
    yield from (f"has={sign}" for sign in set(value) if not sign.isalnum())
    yield from (f"{name}={sign}" for name, sign in (("starts", value[:1]), ("ends", value[-1:])) if sign and not sign.isalnum())
    yield from (f"doubles={left}" for left, right in itertools.pairwise(value) if left == right and not left.isalnum())
    if len(set(value)) < len(value):
        yield "repeats"
    if any(left == right for left, right in itertools.pairwise(value)):
        yield "doubles"
    if len(value) > 1:
        yield "ends_equal" if value[0] == value[-1] else "ends_differ"
        if value == value[::-1]:
            yield "palindrome"


def _collection_facts(items: list[Any], depth: int) -> Iterator[str]:
    yield f"size{min(len(items), 4)}"
    items = items[:MAX_ITEMS_READ]
    if len(items) > 1:
        if has_repeat(items):
            yield "repeats"
        if all(item == items[0] for item in items):
            yield "all_equal"
        elif items[0] == items[-1]:
            yield "ends_equal"
        if is_rising(items):
            yield "rising"
        if is_rising(items[::-1]):
            yield "falling"
    if depth < MAX_DEPTH and items:
        by_item = [set(_facts(item, depth + 1)) for item in items]
        yield from (f"item.{fact}" for fact in set.union(*by_item))
        yield from (f"every.{fact}" for fact in set.intersection(*by_item))


def _pair_facts(args: tuple[Any, ...]) -> Iterator[str]:
    for left in range(len(args)):
        for right in range(left + 1, len(args)):
            one, other = args[left], args[right]
            if isinstance(one, (int, float)) and isinstance(other, (int, float)):
                order = "<" if one < other else ">" if one > other else "="
                yield f"{left}{order}{right}"
            elif hasattr(one, "__len__") and hasattr(other, "__len__"):
                order = "<" if len(one) < len(other) else ">" if len(one) > len(other) else "="
                yield f"len{left}{order}{right}"
                if one == other:
                    yield f"{left}same{right}"
                if isinstance(one, str) and isinstance(other, str):
                    yield from _occurrence_facts(f"{right}in{left}", one, other)
                    yield from _occurrence_facts(f"{left}in{right}", other, one)
            else:
                yield from _member_facts(left, right, one, other)


def _occurrence_facts(names: str, holder: str, part: str) -> Iterator[str]:
    if 0 < len(part) < len(holder):
        found = [place for place in range(min(len(holder), MAX_ITEMS_READ)) if holder.startswith(part, place)]
        yield from (f"{names}:{fact}" for fact in _place_facts(found, len(holder), len(part)))


def _place_facts(places: list[int], size: int, width: int) -> Iterator[str]:
    """Describe where something occurs: how often, at which ends, and whether the first two and the last two touch."""
    if not places:
        return
    times = f"times{min(len(places), 3)}"
    yield times
    if places[0] == 0:
        yield f"{times}.starts"
    if places[-1] + width == size:
        yield f"{times}.ends"
    if len(places) > 1:
        ends = ((places[0], places[1]), (places[-2], places[-1]))
        yield times + "".join(".touch" if later - earlier <= width else ".apart" for earlier, later in ends)


def _member_facts(left: int, right: int, one: Any, other: Any) -> Iterator[str]:
    holder, item, names = (one, other, f"{right}in{left}") if hasattr(one, "__len__") else (other, one, f"{left}in{right}")
    if not hasattr(holder, "__len__"):
        return
    if isinstance(holder, (list, tuple)):
        yield names if item in holder else f"{names}:no"
        found = [place for place, held in enumerate(holder[:MAX_ITEMS_READ]) if held == item]
        yield from (f"{names}:{fact}" for fact in _place_facts(found, len(holder), 1))
    if isinstance(item, int):
        size = len(holder)
        yield f"{names}:" + ("inside" if 0 <= item < size else "end" if item == size else "beyond")
