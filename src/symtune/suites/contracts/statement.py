"""Phrases of a statement that narrow the reach: what its words suggest of valid inputs without promising it.

    positive, natural                                                   numbers are above zero
    non-negative, whole number, prime, divisor, bits                    numbers are not below zero
    non-zero, sign, prime, divisor                                      numbers are not zero
    nth, kth, first n, every nth, divisible by, divisors, primes ...    number arguments are above zero
    number of, of n, digits, bits, factorial, age, up to, times ...  number arguments are not below zero
    volume, area, perimeter, radius, side of a triangle ...             numbers are above zero
    price, height, weight, age, salary ...                              numbers are not below zero
    position                                                            number arguments are above zero
    month number                                                        number arguments are 1 to 12
    sorted array, sorted list, sorted order, ascending order            sequences that were sorted stay sorted
    distinct, unique, no duplicates                                     sequences that never repeated never do
    index, indices, position, nth                                       a number inside a sequence stays inside
    occurrence of                                                       an item that was always a member stays one
    range, interval                                                     two numbers that were always in order stay so
    first even, last odd, ...                                           sequences hold an even (odd) item if they always did
    last element, largest item, maximum of                              collections keep an item
    whitespace                                                          texts with blanks may have tabs and line ends
    word, letter                                                        texts without blanks stay so

A statement that speaks of "negative" numbers suggests nothing about signs, one that says "unsorted" nothing about order. What a
statement promises outright is read by `suites.contracts.constraints`. Source: ours.
"""

from __future__ import annotations

import re

from symtune.domain import Record

_SHAPES = (
    "volume", "surface area", "area", "perimeter", "circumference", "radius", "diameter", "hypotenuse", "diagonal", "side length", "base edge",
    "cubes?", "spheres?", "cylinders?", "cones?", "rectangles?", "prisms?", "pyramids?", "tetrahedron", "right[- ]angled",
)  # fmt: skip


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)


_PATTERNS: dict[str, re.Pattern[str]] = {
    "is_positive": _words("positive", "natural"),
    "not_negative": _words("non-?negative", "whole numbers?", "primes?", "factors? of", "divisors?", "bits?"),
    "not_zero": _words("positive", "natural", "non-?zero", "primes?", "factors? of", "divisors?", "signs?"),
    "is_measure": _words(*_SHAPES),
    "is_ordinal": _words(
        "nth", "n-th", "n'th", "kth", "k-th", "k'th", "first n", "last n", "n (?:largest|smallest|most|least)", r"\w+ divisors?", "divisors?", "factors",
        "divisible by", "primes?", "non-?primes?", "armstrong", "amicable", "perfect number", "1-based", "greatest common", "least common",
        "difference of two squares", "n digits?",
    ),
    "is_count": _words(
        "number of", "of n", "with n", "factorials?", "last digit", "bits?", "ages?", "years?",
        "up ?to", "from 1 to", "eulerian", "times", "dice", "months?", r"f\(n\)",
    ),
    "is_position": _words("positions?"),
    "has_measures": _words("prices?", "heights?", "weights?", "ages?", "salary", "salaries", "distances?", "costs?", "expensive"),
    "is_month": _words("month numbers?", "monthnum"),
    "is_sorted": re.compile(
        r"\bsorted (?:\w+ ){0,2}?(?:array|list|tuple|sequence)s?\b|\b(?:ascending|increasing|descending|non-?decreasing|sorted) order\b|\bsorted in\b",
        re.IGNORECASE,
    ),
    "is_unique": _words("distinct", "unique", "no duplicates", "without duplicates"),
    "is_range": _words("range", "interval"),
    "is_index": _words("index", "indices", "indexes", "position", "positions", "nth", "n-th", "n'th"),
    "is_member": _words("occurrences? of (?:a|the) (?:given|specified) (?:number|element|item|value|integer)"),
    "has_items": re.compile(
        r"\b(?:first|last|smallest|largest|maximum|minimum|max|min|greatest|rear|biggest|longest|shortest)\s+(?:and \w+ )?(?:element|item|number|value|character|list|tuple|string|word|integer)s?\b",
        re.IGNORECASE,
    ),
    "has_whitespace": re.compile(r"\bwhite-?\s?spaces?\b", re.IGNORECASE),
    "is_word": re.compile(r"\b(?:the|a|given|each|single)\s+(?:given\s+)?word\b|\benglish alphabet\b", re.IGNORECASE),
}
_SIGNS = re.compile(r"(?<!non-)(?<!non)\bnegative\b", re.IGNORECASE)
_UNSORTED = re.compile(r"\bunsorted\b", re.IGNORECASE)
_PARITY = re.compile(r"\b(?:first|last|smallest|largest)\s+(even|odd)\b(?:\s+and\s+(?:first\s+)?(even|odd)\b)?", re.IGNORECASE)
_ABOUT_SIGNS = ("is_positive", "not_negative", "is_measure", "is_ordinal", "is_count", "has_measures", "is_position")


class Promises(Record):
    """What a statement's words suggest of its inputs: for each, the phrase it was read from, or None.

    Attributes:
        is_positive: numbers are above zero.
        not_negative: numbers are not below zero.
        not_zero: numbers are not zero, whatever their sign.
        is_measure: numbers measure a shape, and are above zero.
        is_ordinal: number arguments are above zero.
        is_count: number arguments are not below zero.
        is_position: number arguments are places, counted from 1 unless 0 was seen.
        has_measures: numbers measure something, and are not below zero.
        is_month: number arguments are months.
        is_sorted: sequences come sorted.
        is_unique: items do not repeat.
        is_range: two numbers bound a range.
        is_index: a number argument is an index.
        is_member: an argument is an item of another.
        has_items: collections are not empty.
        is_word: texts hold no blanks.
        has_whitespace: texts hold whitespace.
        parities: ``even``, ``odd``, where an item of that kind is spoken of as being there.
    """

    is_positive: str | None = None
    not_negative: str | None = None
    not_zero: str | None = None
    is_measure: str | None = None
    is_ordinal: str | None = None
    is_count: str | None = None
    is_position: str | None = None
    has_measures: str | None = None
    is_month: str | None = None
    is_sorted: str | None = None
    is_unique: str | None = None
    is_range: str | None = None
    is_index: str | None = None
    is_member: str | None = None
    has_items: str | None = None
    is_word: str | None = None
    has_whitespace: str | None = None
    parities: tuple[str, ...] = ()


def read_promises(statement: str) -> Promises:
    """Return what the words of a statement suggest, each with the words it was read from; lines of code are left out."""
    lines = [line for line in statement.splitlines() if not line.lstrip().startswith((">>>", "assert "))]
    prose = "\n".join(lines)
    found: dict[str, str | None] = {}
    for name, pattern in _PATTERNS.items():
        match = pattern.search(prose)
        found[name] = match.group(0) if match else None
    if _SIGNS.search(prose):
        found |= dict.fromkeys(_ABOUT_SIGNS)
    if _UNSORTED.search(prose):
        found["is_sorted"] = None
    parities = {one.lower() for match in _PARITY.finditer(prose) for one in match.groups() if one}
    return Promises(**found, parities=tuple(sorted(parities)))  # type: ignore[arg-type]
