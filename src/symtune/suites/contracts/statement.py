"""Promises about the inputs that a statement makes in its own words.

Only a few phrases are read. All but the last narrow the contract:

    positive, natural, non-negative, whole number                       numbers are not negative
    nth, n'th, first n, number of                                       number arguments are not negative
    sorted array, sorted list, ascending order, increasing order        sequences that were sorted stay sorted
    distinct, unique, no duplicates                                     sequences that never repeated never do
    index, indices, position, nth                                       a number inside a sequence stays inside
    range, interval                                                     two numbers that were always in order stay so
    first even, last odd, ...                                           sequences hold an even (odd) item if they always did
    whitespace                                                          texts with blanks may have tabs and line ends

A statement that speaks of "negative" numbers promises nothing about signs, one that says "unsorted" nothing about order.
Source: ours.
"""

from __future__ import annotations

import re

from symtune.domain import Record

_NOT_NEGATIVE = re.compile(r"\b(positive|natural|non-?negative|whole numbers?|primes?|factors? of|divisors?|bits?)\b", re.IGNORECASE)
_COUNT = re.compile(r"\b(nth|n-th|n'th|first n|number of)\b", re.IGNORECASE)
_NOT_ZERO = re.compile(r"\b(positive|natural|non-?zero|primes?|factors? of|divisors?|signs?)\b", re.IGNORECASE)
_SIGNS = re.compile(r"(?<!non-)(?<!non)\bnegative\b", re.IGNORECASE)
_SORTED = re.compile(
    r"\bsorted (?:\w+ ){0,2}?(?:array|list|tuple|sequence)s?\b|\b(?:ascending|increasing|descending|non-?decreasing) order\b"
    r"|\bsorted in\b",
    re.IGNORECASE,
)
_UNIQUE = re.compile(r"\b(distinct|unique|no duplicates|without duplicates)\b", re.IGNORECASE)
_RANGE = re.compile(r"\b(range|interval)\b", re.IGNORECASE)
_INDEX = re.compile(r"\b(index|indices|indexes|position|positions|nth|n-th|n'th)\b", re.IGNORECASE)
_PARITY = re.compile(r"\b(?:first|last|smallest|largest)\s+(even|odd)\b(?:\s+and\s+(?:first\s+)?(even|odd)\b)?", re.IGNORECASE)
_WHITESPACE = re.compile(r"\bwhite-?\s?spaces?\b", re.IGNORECASE)


class Promises(Record):
    """What a statement says of its inputs.

    Attributes:
        not_negative: the phrase that says numbers are not negative, or None.
        not_zero: the phrase that says that numbers are not zero, or None.
        is_count: the phrase that says a number argument counts or numbers something, or None.
        is_sorted: the phrase that says sequences come sorted, or None.
        is_unique: the phrase that says items do not repeat, or None.
        is_range: the phrase that says two numbers bound a range, or None.
        is_index: the phrase that says a number argument is an index, or None.
        parities: ``even``, ``odd``, where an item of that kind is spoken of as being there.
        has_whitespace: the phrase that says texts hold whitespace, or None.
    """

    not_negative: str | None = None
    not_zero: str | None = None
    is_count: str | None = None
    is_sorted: str | None = None
    is_unique: str | None = None
    is_range: str | None = None
    is_index: str | None = None
    parities: tuple[str, ...] = ()
    has_whitespace: str | None = None


def read_promises(statement: str) -> Promises:
    """Return the promises found in a statement, each with the words it was read from."""
    has_signs = _SIGNS.search(statement)
    signs = None if has_signs else _NOT_NEGATIVE.search(statement)
    count = None if has_signs else _COUNT.search(statement)
    not_zero = _NOT_ZERO.search(statement)
    order = None if re.search(r"\bunsorted\b", statement, re.IGNORECASE) else _SORTED.search(statement)
    unique = _UNIQUE.search(statement)
    bounds = _RANGE.search(statement)
    index = _INDEX.search(statement)
    parities = {one.lower() for match in _PARITY.finditer(statement) for one in match.groups() if one}
    blanks = _WHITESPACE.search(statement)
    return Promises(
        not_negative=signs and signs.group(0),
        not_zero=not_zero and not_zero.group(0),
        is_count=count and count.group(0),
        is_sorted=order and order.group(0),
        is_unique=unique and unique.group(0),
        is_range=bounds and bounds.group(0),
        is_index=index and index.group(0),
        parities=tuple(sorted(parities)),
        has_whitespace=blanks and blanks.group(0),
    )
