"""Constraints of a statement -> domains and relations of a region, one by one, each checked against the examples."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symtune.domain import Case
from symtune.suites.contracts.comparisons import FLIPPED, Comparison
from symtune.suites.contracts.constraints import Constraints
from symtune.suites.contracts.contract import (
    SEQUENCES,
    UNLIMITED,
    Domain,
    Evidence,
    Region,
    Relation,
    Unkept,
    value_text,
)
from symtune.suites.contracts.expressions import Expression, NotReadError, Ref, constant_of
from symtune.suites.contracts.notation import Number, plain
from symtune.suites.contracts.phrases import Constraint
from symtune.suites.contracts.ranks import first_index, has_index, ranked_formula
from symtune.suites.contracts.render import formula_of
from symtune.suites.contracts.resolve import Names, UnknownNameError

_OF_WHOLES = ("distinct", "order", "permutation")
"""Constraints on all items together: of a column of single values they are on the rows."""

LARGEST_POWER = 1 << 60
"""What leaves no remainder of this is a power of two: all smaller ones divide it, and nothing else does."""

MAX_CHECKED_CASES = 50
"""Examples that a constraint is checked against."""


@dataclass(frozen=True)
class Bound:
    """A region with the constraints put in, where each came from, and what could not be kept."""

    region: Region
    evidence: tuple[Evidence, ...]
    unkept: tuple[Unkept, ...]


class _NoPlaceError(Exception):
    """A promise that the domain at its place cannot hold."""


def bind(
    region: Region,
    constraints: Constraints,
    *,
    cases: Sequence[Case],
    is_weak: bool = True,
    meanings: Mapping[str, Expression] | None = None,
) -> Bound:
    """Return the region with the constraints put in.

    A constraint that leaves nothing, or that an example breaks, is dropped with its reason.

    Args:
        region: what the examples say of types.
        cases: the examples.
        meanings: what names that are no parameters stand for.
        is_weak: a number with two readings (``105``) takes the one that promises less; otherwise the plain one.
    """
    names = Names(region, constraints.definitions, constraints.found, meanings or {})
    checked = [case for case in cases[:MAX_CHECKED_CASES] if region.fault(case.args, case.kwargs) is None]
    evidence: list[Evidence] = []
    unkept: list[Unkept] = []
    for one in constraints.found:
        try:
            changed = _put(region, one, names, is_weak)
        except (NotReadError, _NoPlaceError) as error:
            unkept.append(Unkept(reason="no_place", text=f"{one.text} ({error})" if str(error) else one.text))
            continue
        except UnknownNameError as error:
            unkept.append(Unkept(reason=str(error), text=one.text))
            continue
        if changed == region:
            continue
        if any(_is_empty(domain) for domain in changed.domains().values()):
            unkept.append(Unkept(reason="contradictory", text=one.text))
        elif any(changed.fault(case.args, case.kwargs) for case in checked):
            unkept.append(Unkept(reason="examples_break_it", text=one.text))
        else:
            region = changed
            evidence.append(Evidence(promise=_describe(one), source="statement", text=one.text))
    return Bound(region=region, evidence=tuple(dict.fromkeys(evidence)), unkept=tuple(dict.fromkeys(unkept)))


def _describe(constraint: Constraint) -> str:
    if constraint.comparison is not None:
        sides = [_spell(constraint.comparison.left), _spell(constraint.comparison.right)]
        return f"{sides[0]} {constraint.comparison.sign} {sides[1]}"
    keys = ", ".join(ref.key() for ref in constraint.subjects)
    return f"{constraint.kind} of {keys}"


def _spell(expression: Any) -> str:
    if isinstance(expression, Ref):
        return expression.key()
    value = constant_of(expression)
    if value is not None:
        return str(value.least) if value.least == value.greatest else f"{value.least} or {value.greatest}"
    if hasattr(expression, "parts"):
        return f"{expression.sign}({', '.join(map(_spell, expression.parts))})"
    return repr(expression.value)


def _put(region: Region, constraint: Constraint, names: Names, is_weak: bool) -> Region:
    if constraint.kind == "sum":
        raise _NoPlaceError("a sum over test cases")
    if constraint.comparison is not None:
        for one in names.comparisons(constraint.comparison, constraint.text):
            if has_index(one):
                first = first_index(plain(constraint.text), constraint.comparison)
                region = _related(region, ranked_formula(one, first=first, names=region.parameters()))
            else:
                region = _compare(region, one, names, is_weak)
        return region
    if constraint.kind == "same_items":
        pair = [names.refs(ref, constraint.text)[0].name for ref in constraint.subjects]
        return _related(region, f"sorted({pair[0]}) == sorted({pair[1]})")
    if constraint.kind == "same_length":
        refs = [ref.name for ref in names.refs(constraint.subjects[0], "all") if not ref.path]
        for left, right in itertools.pairwise(refs):
            region = _related(region, f"len({left}) == len({right})")
        return region
    for subject in constraint.subjects:
        for ref in names.refs(subject, constraint.text):
            if constraint.kind == "power_of_two":
                region = _related(region, f"{LARGEST_POWER} % {_plain_text(ref)} == 0")
            elif constraint.kind == "palindrome":
                region = _related(region, f"is_palindrome({_plain_text(ref)})")
            elif constraint.kind == "no_leading_zero":
                region = _related(region, f"{_plain_text(ref)} == '0' or {_plain_text(ref)}[0] != '0'")
            elif constraint.kind == "remainder" and ref.measure != "value":
                formula = formula_of(
                    Comparison(ref, "==", Number(0, 0), 0, 0), names=region.parameters(), is_weak=is_weak, measure=names.measure
                )
                region = _related(region, formula.replace(" == 0", f" % {constraint.divisor} == {constraint.remainder}"))
            else:
                region = _change(region, _whole(ref, subject, constraint), _UPDATES[constraint.kind](constraint))
    return region


def _whole(ref: Ref, subject: Ref, constraint: Constraint) -> Ref:
    """Return the rows where all of a column of single values, or all words, are spoken of, and not the characters of each."""
    is_of_all = constraint.kind in _OF_WHOLES and not subject.path and len(ref.path) == 1 and isinstance(ref.path[0], str)
    is_of_signs = subject.name == "@text" and re.search(r"\b(?:letters?|characters?|digits?|symbols?)\b", constraint.text, re.IGNORECASE)
    return replace(ref, path=()) if is_of_all and not is_of_signs else ref


def _plain_text(ref: Ref) -> str:
    """Return a parameter or its length as a formula writes it."""
    if ref.path or ref.measure == "bars":
        raise _NoPlaceError("no argument, and no length of one")
    return f"len({ref.name})" if ref.measure == "length" else ref.name


def _related(region: Region, formula: str) -> Region:
    relation = Relation(kind="formula", text=formula)
    return region if relation in region.relations else region.model_copy(update={"relations": (*region.relations, relation)})


def _compare(region: Region, comparison: Comparison, names: Names, is_weak: bool) -> Region:
    left, right = constant_of(comparison.left), constant_of(comparison.right)
    if (left is not None and right is not None) or comparison.left == comparison.right:
        return region
    for quantity, sign, value in ((comparison.left, comparison.sign, right), (comparison.right, FLIPPED[comparison.sign], left)):
        if isinstance(quantity, Ref) and value is not None:
            try:
                return _change(region, quantity, _limit(quantity.measure, sign, value, is_weak))
            except _NoPlaceError:
                break
    if _is_square(comparison):
        assert isinstance(comparison.left, Ref)
        return _change(region, Ref(comparison.left.name), lambda domain: domain.model_copy(update={"is_square": True}))
    formula = formula_of(comparison, names=region.parameters(), is_weak=is_weak, measure=names.measure)
    return _related(region, formula)


def _is_square(comparison: Comparison) -> bool:
    sides = (comparison.left, comparison.right)
    if comparison.sign != "==" or not all(isinstance(side, Ref) and side.measure == "length" for side in sides):
        return False
    first, second = sides
    assert isinstance(first, Ref)
    assert isinstance(second, Ref)
    return first.name == second.name and sorted(map(len, (first.path, second.path))) == [0, 1] and isinstance((first.path + second.path)[0], str)


_Update = Callable[[Domain], Domain]


def _change(region: Region, ref: Ref, update: _Update) -> Region:
    parameters = region.parameters()
    place = parameters.index(ref.name)
    changed = _changed(region.domains()[ref.name], ref.path, update)
    if place < len(region.args):
        return region.model_copy(update={"args": (*region.args[:place], changed, *region.args[place + 1 :])})
    return region.model_copy(update={"kwargs": region.kwargs | {ref.name: changed}})


def _changed(domain: Domain, path: tuple[int | str, ...], update: _Update) -> Domain:
    """Return the domain changed at a path; of a choice, every option that can be changed, one at least."""
    if domain.kind == "choice":
        options, num_changed = [], 0
        for one in domain.items:
            try:
                options.append(_changed(one, path, update))
                num_changed += 1
            except _NoPlaceError:
                options.append(one)
        if not num_changed:
            raise _NoPlaceError("none of the types fits")
        return domain.model_copy(update={"items": tuple(options)})
    if not path or (domain.kind == "text" and len(path) == 1 and isinstance(path[0], str)):
        if path and not getattr(update, "is_of_signs", False):
            raise _NoPlaceError("a character")
        return update(domain)
    step, rest = path[0], path[1:]
    if domain.kind in SEQUENCES and isinstance(step, str):
        return domain.model_copy(update={"items": (_changed(domain.items[0], rest, update),)})
    if domain.kind == "dict" and isinstance(step, str):
        return domain.model_copy(update={"items": (domain.items[0], _changed(domain.items[1], rest, update))})
    if domain.kind == "record":
        items = [_changed(one, rest, update) if isinstance(step, str) or place == step else one for place, one in enumerate(domain.items)]
        return domain.model_copy(update={"items": tuple(items)})
    raise _NoPlaceError("one item of a list")


def _limit(measure: str, sign: str, value: Number, is_weak: bool) -> _Update:
    upper, lower = (value.greatest, value.least) if is_weak else (_plain(value), _plain(value))

    def update(domain: Domain) -> Domain:
        is_size = measure == "length" or (measure == "bars" and domain.kind not in ("int", "float"))
        if is_size:
            return _sized(domain, sign, lower, upper)
        if sign == "!=" and domain.kind in ("int", "float") and lower == upper == 0:
            return domain.model_copy(update={"is_not_zero": True})
        if domain.kind not in ("int", "float") or (domain.kind == "float" and sign in ("<", ">")) or sign == "!=":
            raise _NoPlaceError("no number")
        low, high = _ends(sign, lower, upper, is_whole=domain.kind == "int")
        if measure == "bars":
            low = -high if high is not None else None
        kind = int if domain.kind == "int" else float
        return domain.model_copy(update={
            "low": domain.low if low is None else kind(low if domain.low is None else max(domain.low, low)),
            "high": domain.high if high is None else kind(high if domain.high is None else min(domain.high, high)),
        })  # fmt: skip

    return update


def _plain(value: Number) -> float | int:
    """Return the reading of a number as it is printed: of 105 and 10^5 the 105, of -109 and -10^9 the -109."""
    return min(value.least, value.greatest, key=abs)


def _ends(sign: str, lower: float, upper: float, *, is_whole: bool) -> tuple[float | int | None, float | int | None]:
    low = high = None
    if sign in (">=", ">", "=="):
        low = (math.floor(lower) + 1 if sign == ">" else math.ceil(lower)) if is_whole else lower
    if sign in ("<=", "<", "=="):
        high = (math.ceil(upper) - 1 if sign == "<" else math.floor(upper)) if is_whole else upper
    return low, high


def _sized(domain: Domain, sign: str, lower: float, upper: float) -> Domain:
    if domain.kind not in (*SEQUENCES, "text", "dict", "bytes") or sign == "!=":
        raise _NoPlaceError("no size")
    low, high = _ends(sign, lower, upper, is_whole=True)
    return domain.model_copy(update={
        "min_size": domain.min_size if low is None else max(domain.min_size, int(low)),
        "max_size": domain.max_size if high is None else min(domain.max_size, int(high)),
    })  # fmt: skip


def _alphabet(constraint: Constraint) -> _Update:
    def update(domain: Domain) -> Domain:
        if domain.kind == "text":
            signs = set(constraint.alphabet) & set(domain.alphabet) if domain.alphabet else set(constraint.alphabet)
            return domain.model_copy(update={"alphabet": "".join(sorted(signs)), "max_size": domain.max_size if signs else 0})
        if domain.kind in SEQUENCES:
            return domain.model_copy(update={"items": (_changed(domain.items[0], (), update),)})
        if domain.kind == "int" and constraint.alphabet.isdigit():
            return _among(domain, tuple(map(int, constraint.alphabet)))
        raise _NoPlaceError("no text")

    update.is_of_signs = True  # type: ignore[attr-defined]
    return update


def _values(constraint: Constraint) -> _Update:
    def update(domain: Domain) -> Domain:
        kinds = {type(value) for value in constraint.values}
        if domain.kind in SEQUENCES:
            return domain.model_copy(update={"items": (_changed(domain.items[0], (), update),)})
        if domain.kind == "int" and kinds == {int}:
            return _among(domain, constraint.values)
        if domain.kind != "text" or kinds != {str}:
            raise _NoPlaceError("another type")
        if all(len(value) == 1 for value in constraint.values):
            return domain.model_copy(update={"alphabet": "".join(sorted(set(constraint.values)))})
        return Domain(kind="fixed", values=tuple(map(value_text, constraint.values)), seen=constraint.values)

    update.is_of_signs = True  # type: ignore[attr-defined]
    return update


def _among(domain: Domain, values: tuple[int, ...]) -> Domain:
    if set(values) == set(range(min(values), max(values) + 1)):
        return domain.model_copy(update={"low": min(values), "high": max(values)})
    return Domain(kind="fixed", values=tuple(map(value_text, values)), seen=values)


def _together(**changes: Any) -> _Update:
    def update(domain: Domain) -> Domain:
        is_text = domain.kind == "text" and set(changes) == {"is_unique"}
        if not is_text and domain.kind not in (("list", "tuple") if "is_unique" not in changes else SEQUENCES):
            raise _NoPlaceError("no list")
        return domain.model_copy(update=changes)

    return update


def _remainder(constraint: Constraint) -> _Update:
    def update(domain: Domain) -> Domain:
        if domain.kind != "int":
            raise _NoPlaceError("no whole number")
        return domain.model_copy(update={"divisor": constraint.divisor, "remainder": constraint.remainder})

    return update


def _square(domain: Domain) -> Domain:
    if domain.kind not in ("list", "tuple") or domain.items[0].kind not in ("list", "tuple", "text"):
        raise _NoPlaceError("no matrix")
    return domain.model_copy(update={"is_square": True})


_UPDATES: dict[str, Callable[[Constraint], _Update]] = {
    "alphabet": _alphabet,
    "values": _values,
    "distinct": lambda constraint: _together(is_unique=True),
    "order": lambda constraint: _together(order=constraint.order or "rising"),
    "permutation": lambda constraint: _together(permutation_from=constraint.first),
    "remainder": _remainder,
    "square": lambda constraint: _square,
}


def _is_empty(domain: Domain) -> bool:
    if domain.low is not None and domain.high is not None and domain.low > domain.high:
        return True
    if domain.min_size > min(domain.max_size, UNLIMITED):
        return True
    inner = [_is_empty(one) for one in domain.items]
    if domain.kind == "choice":
        return all(inner)
    return any(inner) and (domain.min_size > 0 or domain.kind in ("record", "fields"))
