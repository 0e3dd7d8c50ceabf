"""Widen a learnt contract where the reference itself shows that a type or a size of the examples was an accident.

Examples show lists of integers although the problem speaks of elements; pairs although any length will do. Asking the reference
settles it:

    parametric   the statement does not say what the items are, they are renamed one-to-one, in all arguments of a group, and the answer comes back renamed in the same way:
                 the function never looks into its items, so they may be anything (``any``), or anything hashable
    resizable    all inner tuples, or one tuple argument, are made longer, and the answer of a reference stays an answer of the same
                 form: the tuples are sequences, not records
    mixed        the reference tests the type of what it is given (``isinstance``, ``type``): items of other types may come, and where
                 it calls itself, deeper ones
    real         the statement speaks of no integers and the reference uses nothing that only integers have: numbers may be floats

What sizes the reference shows to be accidents is asked after that (`suites.contracts.loosen`), and whether emptiness and zeros that are
spoken of may come (`suites.contracts.spoken`).

Each is tried on all given inputs and believed only when it holds on every one. What is opened is the reach, and with it the promise, unless
the statement or the header says what the items are. Source: ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from symtune.domain import Case, Problem
from symtune.judging import CaseResult
from symtune.suites.contracts.admit import admitting
from symtune.suites.contracts.contract import BUILDERS, Contract, Domain, Region
from symtune.suites.contracts.loosen import loosen
from symtune.suites.contracts.renaming import Run, is_same, open_items, with_args
from symtune.suites.contracts.spoken import open_to_nothing
from symtune.suites.sources import UNREADABLE, parse

MAX_ACCIDENTS = 6
"""Tuples of one length that were seen more often than this are believed to have that length."""

_SCALARS = ("int", "float", "text", "any")

_INTEGERS = re.compile(
    r"\b(integers?|digits?|primes?|even|odd|binary|bits?|bitwise|n-?th|n'th|natural|factors?|factorials?|divis\w*|decimal|octal|hexadecimal|"
    r"powers?|indexe?s?|indices|position|number of|counts?|ages?|sizes?|years?|months?|hours?)\b",
    re.IGNORECASE,
)
_NAMED_ITEMS = re.compile(
    r"\b(integers|numbers|strings|characters|words|floats)\b"
    r"|\boccurr?[ea]nces? of (?:a|an|the) (?:given |specified )?(?:number|integer|string|character|word)\b",
    re.IGNORECASE,
)
"""Words by which a statement says what the items of a collection are."""

_INTEGER_CALLS = frozenset({
    "range", "int", "bin", "hex", "oct", "chr", "str", "gcd", "lcm", "factorial", "isqrt", "comb", "perm", "divmod", "round", "bit_length",
    "bit_count", "format", "zfill", "isdigit",
})  # fmt: skip
_INTEGER_OPERATORS = (ast.Mod, ast.FloorDiv, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert)


def widen(contract: Contract, cases: Sequence[Case], *, problem: Problem, source: str, run: Run) -> Contract:
    """Return the contract with the domains opened that the reference shows to be open, in its reach and in its promise.

    Args:
        cases: given cases of a function problem, without keyword arguments.
        source: the reference, read here and never run.
        run: asks the reference, in a guest.
    """
    statement = problem.statement
    wider = admitting(contract, _widened(contract.reach, cases, statement=statement, source=source, run=run))
    looser = loosen(wider, cases, statement=statement, run=run)
    entry_point = str(problem.meta.get("adapted_entry_point") or problem.entry_point or "")
    return open_to_nothing(looser, cases, statement=statement, source=source, entry_point=entry_point, run=run)


def _widened(region: Region, cases: Sequence[Case], *, statement: str, source: str, run: Run) -> Region:
    if any(case.kwargs for case in cases) or any(len(case.args) != len(region.args) for case in cases):
        return region
    region = _resizable(region, cases, run)
    parametric = None if _NAMED_ITEMS.search(statement) else open_items(region, cases, run)
    tree = _parse(source)
    if tree is not None and _tests_types(tree):
        region = parametric or region
        args = [_mixed(domain, calls_itself=_calls_itself(tree)) for domain in region.args]
        return region.model_copy(update={"args": tuple(args)})
    if parametric is not None or tree is None:
        return parametric or region
    if not _INTEGERS.search(statement) and not _is_for_integers(tree):
        return _with_floats(region, cases, run)
    return region


def _with_floats(region: Region, cases: Sequence[Case], run: Run) -> Region:
    """Let the numbers of collections be floats, if the reference answers floats; a number alone often counts something."""
    places = [place for place, domain in enumerate(region.args) if domain.kind in (*BUILDERS, "record")]
    floats = [
        with_args(case, [_shifted(arg) if place in places else arg for place, arg in enumerate(case.args)]) for case in cases
    ]
    if not places or not all(result.cause is None for result in run(floats)):
        return region
    args = [_real(domain) if place in places else domain for place, domain in enumerate(region.args)]
    return region.model_copy(update={"args": tuple(args)})


def _resizable(region: Region, cases: Sequence[Case], run: Run) -> Region:
    """Open records of one kind of item to sequences, where the reference answers longer ones with answers of the same form.

    All arguments together come first, then each alone; and tuples inside tuples together before the outer ones alone.
    """
    for only in (None, *range(len(region.args))):
        places = [place for place, one in enumerate(region.args) if only in (None, place) and _has_record(one)]
        for is_deep in (True, False) if places else ():
            longer = [
                with_args(case, [
                    _longer(domain, arg, is_deep) if place in places else arg
                    for place, (domain, arg) in enumerate(zip(region.args, case.args, strict=True))
                ])
                for case in cases
            ]  # fmt: skip
            if all(_is_like(case.expected, result) for case, result in zip(cases, run(longer), strict=True)):
                args = [_as_sequence(domain, is_deep) if place in places else domain for place, domain in enumerate(region.args)]
                return region.model_copy(update={"args": tuple(args)})
    return region


def _is_even_record(domain: Domain) -> bool:
    """Whether a tuple has one kind of item, and was not seen so often with one length that this is no accident."""
    is_seldom = len(domain.seen) <= MAX_ACCIDENTS
    return domain.kind == "record" and is_seldom and len(domain.items) > 1 and len({one.kind for one in domain.items}) == 1


def _has_record(domain: Domain) -> bool:
    return _is_even_record(domain) or (domain.kind in ("list", "tuple") and any(map(_has_record, domain.items)))


def _longer(domain: Domain, value: Any, is_deep: bool) -> Any:
    if _is_even_record(domain):
        items = [_longer(domain.items[0], item, is_deep) if is_deep else item for item in value]
        return (*items, items[0])
    return type(value)(_longer(domain.items[0], item, is_deep) for item in value) if _has_record(domain) else value


def _as_sequence(domain: Domain, is_deep: bool) -> Domain:
    if _is_even_record(domain):
        inner = _as_sequence(domain.items[0], is_deep) if is_deep else domain.items[0]
        size = max(6, 2 * len(domain.items))
        return Domain(kind="tuple", min_size=1, max_size=size, items=(inner,), equal_sizes=inner.kind == "tuple", seen=domain.seen)
    if _has_record(domain):
        inner = _as_sequence(domain.items[0], is_deep)
        return domain.model_copy(update={"items": (inner,), "equal_sizes": True})
    return domain


def _is_like(expected: Any, result: CaseResult) -> bool:
    """Whether the answer to a longer input is another one of the same form."""
    return result.cause is None and _shape(result.value) == _shape(expected) and not is_same(result.value, expected)


def _shape(value: Any) -> Any:
    """Return what must not change about an answer when tuples grow: its type, and the type of its items."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value), frozenset(map(type, value))
    return type(value)


def _mixed(domain: Domain, *, calls_itself: bool, depth: int = 2) -> Domain:
    """Return a collection whose items may be of the kinds seen, numbers, texts, and collections of these."""
    if domain.kind not in ("list", "tuple") or domain.order or domain.needs:
        return domain
    options = list(domain.items[0].items) if domain.items[0].kind == "choice" else [domain.items[0]]
    scalars = [one for one in options if one.kind in _SCALARS]
    inner = [one for option in options if option.kind in ("list", "tuple") for one in option.items]
    scalars += [one for one in inner if one.kind in _SCALARS]
    numbers = [one for one in scalars if one.kind == "int"]
    if numbers and not any(one.kind == "float" for one in scalars):
        scalars.append(_as_float(numbers[0]))
    unique = {one.kind: one for one in [*options, *scalars]}
    if calls_itself and depth:
        nested = Domain(
            kind=domain.kind,
            min_size=0,
            max_size=3,
            items=(Domain(kind="choice", items=tuple(unique.values()), seen=domain.items[0].seen),),
            seen=domain.seen,
        )
        unique[domain.kind] = _mixed(nested, calls_itself=True, depth=depth - 1)
    choice = Domain(kind="choice", items=tuple(unique.values()), seen=domain.items[0].seen)
    return domain.model_copy(
        update={"items": (choice,), "equal_sizes": False, "min_size": 0 if calls_itself else domain.min_size}
    )


def _real(domain: Domain) -> Domain:
    if domain.kind == "int":
        return Domain(kind="choice", items=(domain, _as_float(domain)), seen=domain.seen)
    return (
        domain.model_copy(update={"items": tuple(map(_real, domain.items))})
        if domain.kind in (*BUILDERS, "record")
        else domain
    )


def _as_float(domain: Domain) -> Domain:
    low, high = (None if bound is None else float(bound) for bound in (domain.low, domain.high))
    return Domain(kind="float", low=low, high=high, seen=tuple(float(value) + 0.5 for value in domain.seen))


def _shifted(value: Any) -> Any:
    """Return the value with halves added to its integers."""
    if type(value) is int:
        return value + 0.5
    return type(value)(map(_shifted, value)) if type(value) in (list, tuple, set, frozenset) else value


def _parse(source: str) -> ast.Module | None:
    try:
        return parse(source)
    except UNREADABLE:
        return None


def _tests_types(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "type") for node in ast.walk(tree)
    )


def _calls_itself(tree: ast.Module) -> bool:
    return any(
        isinstance(call, ast.Call) and getattr(call.func, "id", "") == node.name
        for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for call in ast.walk(node)
    )  # fmt: skip


def _is_for_integers(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, _INTEGER_OPERATORS):
            return True
        if (
            isinstance(node, ast.Call)
            and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in _INTEGER_CALLS
        ):
            return True
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            return True
    return False
