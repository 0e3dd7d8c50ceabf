"""Promises that a statement makes of its inputs and no parser has read: sentences of the Input section that sound like one and gave nothing.

    It's guaranteed that the given sequence is not nice.
    String s has exactly n/2 zeroes and n/2 ones.

Which inputs keep such a promise, only the references can say, and it takes several to say it (`suites.dissent`). Source: ours.
"""

from __future__ import annotations

import re

from symtune.suites.contracts.constraints import input_sentences
from symtune.suites.contracts.contract import Contract
from symtune.suites.contracts.notation import plain

_THING = r"(?:space|white\s?space|blank|line|row|integer|number|character|char|token|word|string|element|value|digit|letter|quer\w+|test|pair|item|real|argument|symbol)s?"
_COUNTED = re.compile(rf"\bexactly\s+(?:(?:a|one|two|three|four|five|single|\d+|[a-z](?:\s*[-+]\s*\d)?|2\s*\*?\s*[a-z])\s+)+(?:\w+\s+){{0,3}}?{_THING}\b", re.IGNORECASE)
_PROMISE = re.compile(
    r"\b(?:guarant\w+|exactly|no two|such that|satisf\w+|balanced|valid|correct|coprime|convex|acyclic|non-?degenerate|"
    r"(?:is|are)\s+either|(?:pairwise\s+|all\s+)(?:different|distinct)|(?:are|is)\s+(?:different|distinct|unique))\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:sums?|total|answers?|solutions?|result|test ?cases?|quer(?:y|ies) of|specifier|streams?|judges?|hacks?|points for|subtasks?|problem)\b", re.IGNORECASE)
"""Words of sentences that promise nothing of one input: sums over test cases, and that there is an answer."""

_NO_PROMISE = re.compile(r"\bnot\s+(?:\w+\s+)?guarant\w+[^.;]*|\b(?:for|of|in)\s+(?:each|every|any)\s+(?:of\s+(?:the\s+)?)?(?:test\s?cases?|tests?|quer\w+)", re.IGNORECASE)
"""What is not guaranteed, and words that speak of each test case as of the one."""

_NAMED = {r"\bconvex\b": "is_convex", r"\bpalindrom": "is_palindrome", r"\b(?:balanced|correct bracket|regular bracket)\b": "is_balanced"}
"""Promises that are read as one formula or not at all: what else was read of their sentence does not stand for them."""

KEY_CHARACTERS = 60
"""Two texts that agree so far, blanks and marks left out, are one sentence."""


def unread_promises(statement: str, contract: Contract) -> list[str]:
    """Return the sentences of the Input section that promise something of which nothing stands in the contract."""
    read = {_key(one.text) for one in contract.evidence if one.source == "statement"}
    kept = " ".join(one.promise for one in contract.evidence) + " ".join(one.text for one in contract.relations)
    found = []
    for sentence in input_sentences(statement):
        bare = _COUNTED.sub(" ", _NO_PROMISE.sub(" ", plain(sentence)))
        is_half_read = any(re.search(word, bare, re.IGNORECASE) and name not in kept for word, name in _NAMED.items())
        is_read = any(_is_same(_key(sentence), one) for one in read) and not is_half_read
        if _PROMISE.search(bare) and not _OTHER.search(bare) and not is_read:
            found.append(sentence)
    return found


def _key(text: str) -> str:
    return re.sub(r"\W", "", plain(text))


def _is_same(one: str, other: str) -> bool:
    return one[:KEY_CHARACTERS] == other[:KEY_CHARACTERS] or (other[:KEY_CHARACTERS] in one and len(other) > KEY_CHARACTERS / 2) or (one[:KEY_CHARACTERS] in other and len(one) > KEY_CHARACTERS / 2)
