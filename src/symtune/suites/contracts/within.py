"""Cut the reach of explorers to what is promised, and widen it to what is promised where that is said outright."""

from __future__ import annotations

from typing import Any

from symtune.suites.contracts.contract import SEQUENCES, UNLIMITED, Domain, Region, Relation
from symtune.suites.contracts.rules import Rules


def within(reach: Region, promise: Region, rules: Rules) -> Region:
    """Return the part of the reach that keeps the promise.

    A bound that the promise states takes the place of a guessed one, whichever is wider: up to a stated bound everything is valid. Sizes stay
    as the examples show them, since long inputs belong to the search for slow programs.
    """
    args = tuple(_within(mine, theirs, rules, True) for mine, theirs in zip(reach.args, promise.args, strict=True))
    kwargs = {key: _within(mine, promise.kwargs[key], rules, True) for key, mine in reach.kwargs.items()}
    relations = tuple(dict.fromkeys((*reach.relations, *promise.relations)))
    return Region(names=promise.names, args=args, kwargs=kwargs, relations=_without_doubles(relations))


def _without_doubles(relations: tuple[Relation, ...]) -> tuple[Relation, ...]:
    return tuple(one for index, one in enumerate(relations) if one not in relations[:index])


def _within(mine: Domain, theirs: Domain, rules: Rules, is_top: bool) -> Domain:
    if theirs.kind == "choice" and mine.kind != "choice":
        fitting = next((one for one in theirs.items if _fits(mine, one)), None)
        return _within(mine, fitting, rules, is_top) if fitting is not None else mine
    if mine.kind == "choice":
        return mine.model_copy(update={"items": tuple(_within(one, theirs, rules, is_top) for one in mine.items)})
    if theirs.kind == "fixed":
        return theirs if theirs.seen else mine
    if mine.kind in ("int", "float") and theirs.kind in ("int", "float"):
        return _number(mine, theirs, rules, is_top)
    if mine.kind == theirs.kind == "text":
        low, high = _sizes(mine, theirs)
        return mine.model_copy(update={
            "min_size": low, "max_size": high, "pattern": theirs.pattern or mine.pattern, "alphabet": theirs.alphabet or mine.alphabet, "is_unique": mine.is_unique or theirs.is_unique,
        })  # fmt: skip
    if mine.kind == "record" and theirs.kind in ("record", "tuple"):
        inner = theirs.items if theirs.kind == "record" else theirs.items * len(mine.items)
        if len(inner) == len(mine.items):
            items = tuple(_within(one, other, rules, False) for one, other in zip(mine.items, inner, strict=True))
            return mine.model_copy(update={"items": items})
        return mine
    if mine.kind in SEQUENCES and theirs.kind == mine.kind:
        return _sequence(mine, theirs, rules)
    if mine.kind == theirs.kind and mine.kind in ("dict", "fields") and len(mine.items) == len(theirs.items):
        low, high = _sizes(mine, theirs)
        items = tuple(_within(one, other, rules, False) for one, other in zip(mine.items, theirs.items, strict=True))
        return mine.model_copy(update={"items": items, "min_size": low, "max_size": high})
    return mine


def _fits(mine: Domain, theirs: Domain) -> bool:
    return mine.kind == theirs.kind or (mine.kind == "record" and theirs.kind == "tuple")


def _sizes(mine: Domain, theirs: Domain) -> tuple[int, int]:
    low = theirs.min_size if theirs.min_size > 0 else mine.min_size
    high = min(theirs.max_size, max(mine.max_size, low))
    return min(low, high), high


def _number(mine: Domain, theirs: Domain, rules: Rules, is_top: bool) -> Domain:
    kind: Any = int if mine.kind == "int" else float
    farthest = max(rules.max_stated, abs(mine.high or 0), abs(mine.low or 0)) if is_top else None
    low, high = mine.low, mine.high
    if theirs.low is not None:
        low = theirs.low if farthest is None else max(theirs.low, -farthest)
    if theirs.high is not None:
        high = theirs.high if farthest is None else max(min(theirs.high, farthest), theirs.low if theirs.low is not None else theirs.high)
    if low is not None and high is not None and low > high:
        low, high = (low, low) if theirs.low is not None and theirs.high is None else (high, high)
    changes = {"low": None if low is None else kind(low), "high": None if high is None else kind(high)}
    return mine.model_copy(update=changes | {
        "divisor": theirs.divisor, "remainder": theirs.remainder, "is_not_zero": mine.is_not_zero or theirs.is_not_zero,
    })


def _sequence(mine: Domain, theirs: Domain, rules: Rules) -> Domain:
    low, high = _sizes(mine, theirs)
    return mine.model_copy(update={
        "min_size": low,
        "max_size": high if high < UNLIMITED else mine.max_size,
        "items": (_within(mine.items[0], theirs.items[0], rules, False),),
        "order": theirs.order or mine.order,
        "is_unique": mine.is_unique or theirs.is_unique,
        "permutation_from": mine.permutation_from if theirs.permutation_from is None else theirs.permutation_from,
        "equal_sizes": mine.equal_sizes or theirs.equal_sizes,
        "is_square": mine.is_square or theirs.is_square,
        "needs": tuple(dict.fromkeys((*mine.needs, *theirs.needs))),
    })  # fmt: skip
