"""Expected values changed for showing, so that a program that copies them fails. Nothing that is judged changes.

A public test is shown with a value of the same kind that its comparator does not accept: a neighbouring number, another word,
a list with an item changed, left out or added. The change follows from the seed, the problem and the test alone, so that the first
prompt and every feedback of an episode agree; only where the program gave that very value another one is shown, since
``expected 5, got 5`` would be a riddle. Nothing is shown as expected where no such value is left (of two truth values the program gave the
wrong one), and where a checker decides, which may take another value for as right as the stated one.

Source: Cobalt (2602.03806): perturbed public tests counter policies that copy what they were shown; the changes are ours
(decision 0104).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Any

from symtune.domain import Case, Problem
from symtune.judging import ByCase, compare
from symtune.rollout.feedback import Shown

NUM_TRIES = 50
"""Changes tried before no value is shown: a comparator may accept everything of a kind."""

_OPPOSITES = (
    ("yes", "no"), ("true", "false"), ("possible", "impossible"), ("alice", "bob"), ("first", "second"), ("win", "lose"), ("even", "odd"),
)  # fmt: skip
_OTHER_WORD = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}


def perturbed_expected(
    problem: Problem, key: str, *, fraction: float = 1.0, found: ByCase | None = None
) -> list[Shown]:
    """Return what to show as expected, one per public test.

    Args:
        problem: its ``examples`` are the public tests.
        key: what the changes depend on beside problem and test: seed, round, episode.
        fraction: share of the values that are changed.
        found: what the program gave; None where there is none yet.
    """
    got: Sequence[Shown] = [(case.got,) for case in found.cases] if found is not None else []
    if problem.checker is not None:
        return [()] * len(problem.examples)
    return [
        _shown(case, f"{key}\n{problem.id}\n{index}", fraction, got[index] if index < len(got) else ())
        for index, case in enumerate(problem.examples)
    ]


def _shown(case: Case, key: str, fraction: float, avoid: Shown) -> Shown:
    draw = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    if draw.random() >= fraction:
        return (case.expected,)
    for _ in range(NUM_TRIES):
        other = _changed(case.expected, draw)
        is_accepted = compare(case.comparator, other, case.expected) or other == case.expected
        if not is_accepted and all(other != value for value in avoid):
            return (other,)
    return ()


def _changed(value: Any, draw: random.Random) -> Any:
    """Return a value of the same kind, most likely another one."""
    if value is None:
        return draw.choice((0, False, ""))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return _changed_int(value, draw)
    if isinstance(value, float):
        return value + draw.choice((-1, 1)) * max(abs(value) * 0.25, 0.5) if abs(value) < 1e300 else 0.0
    if isinstance(value, complex):
        return complex(_changed(value.real, draw), value.imag)
    if isinstance(value, str):
        return _changed_text(value, draw)
    if isinstance(value, bytes):
        return value[:-1] if value and draw.random() < 0.5 else value + b"0"
    if isinstance(value, dict):
        items = _changed_items(list(value.items()), draw, lambda pair: (pair[0], _changed(pair[1], draw))) if value else [("0", 0)]
        return dict(items)
    if isinstance(value, set | frozenset):
        items = sorted(value, key=repr)
        return type(value)(_changed_items(items, draw, lambda item: _changed(item, draw)))
    items = _changed_items(list(value), draw, lambda item: _changed(item, draw))
    return tuple(items) if isinstance(value, tuple) else items


def _changed_int(value: int, draw: random.Random) -> int:
    step = draw.randint(1, max(3, min(abs(value) // 4, 1 << 30)))
    return value + step if value == 0 or draw.random() < 0.5 else value - step


def _changed_items(items: list[Any], draw: random.Random, change: Any) -> list[Any]:
    """Return items with one changed, or, now and then, the last left out or said twice."""
    if not items:
        return [0]
    if len(items) > 1 and draw.random() < 0.2:
        return items[:-1] if draw.random() < 0.5 else [*items, items[-1]]
    at = draw.randrange(len(items))
    return [*items[:at], change(items[at]), *items[at + 1 :]]


def _changed_text(text: str, draw: random.Random) -> str:
    """Return a text with one of its words changed; white space stays as it is."""
    words = text.split()
    if not words:
        return "0"
    number = draw.randrange(len(words))
    start = 0
    for word in words[:number]:
        start = text.index(word, start) + len(word)
    start = text.index(words[number], start)
    return text[:start] + _changed_word(words[number], draw) + text[start + len(words[number]) :]


def _changed_word(word: str, draw: random.Random) -> str:
    if other := _OTHER_WORD.get(word.lower()):
        return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other
    digits = word.lstrip("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 4000:
        return str(_changed_int(int(word), draw)) if word.count("-") <= 1 else word + "0"
    at = draw.randrange(len(word))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if word[at].isupper() else "0123456789" if word[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return word[:at] + draw.choice(letters) + word[at + 1 :]
