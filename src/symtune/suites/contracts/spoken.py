"""Open the reach to the nothing that a problem speaks of: an empty collection in the statement, a zero in the reference.

    empty   the statement says what is to be done where an argument "is empty", and the reference answers every example emptied there, with an
            answer of a type that answers have
    zero    the reference compares the argument with 0, and answers 0 in every example with an answer of such a type: whoever asks whether
            a number is zero expects zero to come

What the promise does not admit stays outside. Source: ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from symtune.datasets.signatures import find_function, parameter_names
from symtune.domain import Case
from symtune.suites.contracts.contract import EMPTY, Contract, Domain
from symtune.suites.contracts.renaming import Run, with_args

_EMPTY = re.compile(
    r"\b(?:lists?|arrays?|strings?|texts?|tuples?|sets?|dict(?:ionary|ionaries)?s?|sequences?|sentence|collection|input|argument)\s+(?:is|are)\s+empty\b",
    re.IGNORECASE,
)


def open_to_nothing(
    contract: Contract, cases: Sequence[Case], *, statement: str, source: str, entry_point: str, run: Run
) -> Contract:
    """Return the contract with a reach that admits the emptiness and the zeros that are spoken of.

    Args:
        cases: given cases of a function problem, without keyword arguments.
        source: the reference, read here and never run.
        run: asks the reference, in a guest.
    """
    width = len(contract.reach.args)
    if not cases or any(case.kwargs or len(case.args) != width for case in cases):
        return contract
    args = list(contract.reach.args)
    zeros = _compared_with_zero(source, entry_point)
    for place, (domain, promised) in enumerate(zip(args, contract.args, strict=True)):
        opened = _with_nothing(domain, promised, is_empty_spoken=bool(_EMPTY.search(statement)), is_zero_spoken=place in zeros)
        if opened is not None and _is_answered(cases, place, EMPTY.get(domain.kind, 0), run):
            args[place] = opened
    return contract.model_copy(update={"reach": contract.reach.model_copy(update={"args": tuple(args)})})


def _with_nothing(domain: Domain, promised: Domain, *, is_empty_spoken: bool, is_zero_spoken: bool) -> Domain | None:
    """Return a domain of the reach that holds nothing too, or None where nobody speaks of it or the promise leaves it out."""
    if domain.kind in EMPTY and is_empty_spoken and domain.min_size > 0 and promised.fault(EMPTY[domain.kind]) is None:
        return domain.model_copy(update={"min_size": 0})
    if domain.kind == "int" and is_zero_spoken and promised.fault(0) is None and (domain.low == 1 or domain.is_not_zero):
        return domain.model_copy(update={"low": min(0, domain.low or 0), "is_not_zero": False})
    return None


def _is_answered(cases: Sequence[Case], place: int, nothing: Any, run: Run) -> bool:
    kinds = {type(case.expected) for case in cases}
    asked = [with_args(case, [*case.args[:place], nothing, *case.args[place + 1 :]]) for case in cases]
    return all(result.cause is None and type(result.value) in kinds for result in run(asked))


def _compared_with_zero(source: str, entry_point: str) -> set[int]:
    """Return the places of the parameters that stand in a comparison ``parameter == 0`` by themselves and are never assigned to."""
    function = find_function(source, entry_point)
    names = parameter_names(source, entry_point)
    if function is None:
        return set()
    nodes = list(ast.walk(function))
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    tests = [node for node in nodes if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)]
    sides = [(node.left, node.comparators[0]) for node in tests] + [(node.comparators[0], node.left) for node in tests]
    return {
        names.index(one.id)
        for one, other in sides
        if isinstance(one, ast.Name) and one.id in names and one.id not in assigned
        and isinstance(other, ast.Constant) and type(other.value) is int and other.value == 0
    }  # fmt: skip
