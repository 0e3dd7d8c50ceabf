"""Comparison chains in a sentence: ``1 <= n, m <= 10^5`` -> ``1 <= n``, ``n <= 10^5``, ``1 <= m``, ``m <= 10^5``.

Grammar, over the tokens of `suites.contracts.notation`:

    chain      := group (sign group)+            sign := <= < >= > == != (and = where a definition may stand)
    group      := expression ("," expression)*    at either end of a chain whose signs point one way, or in its middle
    expression := sums, products and powers of numbers, quantities, min/max/floor/sum/len, brackets, bars

A chain starts at the first token from which one can be read, so words in front of it do no harm. Source: ours.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from symtune.suites.contracts.expressions import Expression, NotReadError, Reader, Ref, refs_of
from symtune.suites.contracts.notation import Number, Token

SIGNS = ("<=", "<", ">=", ">", "==", "!=")
FLIPPED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "==": "==", "!=": "!="}


@dataclass(frozen=True)
class Comparison:
    """``left sign right``, with the place of its chain in the sentence."""

    left: Expression
    sign: str
    right: Expression
    start: int
    end: int


def read_comparisons(tokens: list[Token]) -> list[Comparison]:
    """Return the comparisons of a sentence, chains taken apart, in order."""
    found: list[Comparison] = []
    place = 0
    while place < len(tokens):
        chain = _chain(tokens, place)
        if chain is None:
            place += 1
            continue
        groups, signs, end = chain
        found += _pairs(groups, signs, start=tokens[place].start, end=tokens[end - 1].end)
        place = end
    return found


def _chain(tokens: list[Token], start: int) -> tuple[list[list[Expression]], list[str], int] | None:
    reader = Reader(tokens, start)
    try:
        groups = [_group(reader, is_open=True)]
    except NotReadError:
        return None
    signs: list[str] = []
    while reader.peek() in SIGNS:
        before = reader.place
        sign = reader.peek()
        reader.place += 1
        may_list = len(signs) == 0 and len(groups[0]) == 1 and not refs_of(groups[0][0])
        try:
            group = _group(reader, is_open=may_list)
        except NotReadError:
            reader.place = before
            break
        signs.append(sign)
        groups.append(group)
    return (groups, signs, reader.place) if signs else None


def _group(reader: Reader, *, is_open: bool) -> list[Expression]:
    """Read expressions with commas between; a list must be followed by a sign that goes on the same way."""
    group = [reader.expression()]
    behind_first = reader.place
    sign_before = _sign_before(reader)
    while is_open and reader.peek() == ",":
        behind = reader.place
        reader.place += 1
        try:
            if reader.peek() == "and":
                reader.place += 1
            another = reader.expression()
        except NotReadError:
            reader.place = behind
            break
        if isinstance(another, Number):
            reader.place = behind
            break
        group.append(another)
    follows_on = reader.peek() in SIGNS and (not sign_before or sign_before[0] == reader.peek()[0])
    if len(group) > 1 and not follows_on:
        reader.place = behind_first
        return group[:1]
    return group


def _sign_before(reader: Reader) -> str:
    for place in range(reader.place - 1, -1, -1):
        text = reader.tokens[place].text
        if text in SIGNS:
            return text
        if text in (",", "(", ".", ";", ":"):
            return ""
    return ""


def _pairs(groups: list[list[Expression]], signs: list[str], *, start: int, end: int) -> list[Comparison]:
    pairs = []
    for place, sign in enumerate(signs):
        sides = itertools.product(groups[place], groups[place + 1])
        pairs += [Comparison(left=left, sign=sign, right=right, start=start, end=end) for left, right in sides]
    return pairs


def read_definition(tokens: list[Token]) -> dict[str, Ref]:
    """Return what ``queries[i] = [l_i, r_i]`` names: each name -> the item of the left side it stands for."""
    for place in range(len(tokens)):
        reader = Reader(tokens, place)
        try:
            left = reader.expression()
        except NotReadError:
            continue
        if not isinstance(left, Ref) or not left.path or reader.peek() not in ("=", "==") or reader.peek(1) not in ("[", "("):
            continue
        reader.place += 2
        names: list[str] = []
        while reader.place < len(tokens) and tokens[reader.place].kind == "name":
            names.append(tokens[reader.place].text.replace("_{", "_").replace("}", ""))
            reader.place += 1
            if not reader.take(","):
                break
        if names and reader.peek() in ("]", ")"):
            return {name: Ref(left.name, (*left.path, index)) for index, name in enumerate(names)}
    return {}
