"""Loosen the reach where the reference shows that a size of the examples was an accident.

Examples are seldom empty, and a number beside a list is in all of them its length. Asking the reference tells which of this is needed:

    emptied    the only argument is emptied, and the answer is empty too, of a type that answers have; or one argument of several is, and the
               answer is still of such a type with something in it. What turns into zero, False or None tells nothing.
    shortened  a number that always was the length of another argument is made smaller by one, and the reference still answers, with a value of
               the same type: the number says how many of the items count. Where the statement speaks of a length or size, the number stays one.
    unpaired   two collections always were of one length, and the answers stay the same when one of them is turned by a place: its items are not
               the partners of the other's, so the lengths need not agree.

Each is tried on all given inputs and believed only when it holds on every one. What the statement promises is left. Source: ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symtune.domain import Case
from symtune.judging import CaseResult
from symtune.suites.contracts.contract import EMPTY, SEQUENCES, Contract, Domain, Relation
from symtune.suites.contracts.renaming import Run, is_same, with_args
from symtune.suites.contracts.statement import read_promises

_LENGTHS = re.compile(r"\b(lengths?|sizes?|len)\b", re.IGNORECASE)


def loosen(contract: Contract, cases: Sequence[Case], *, statement: str, run: Run) -> Contract:
    """Return the contract with a reach that admits the sizes which the reference shows to be valid.

    Args:
        cases: given cases of a function problem, without keyword arguments.
        run: asks the reference, in a guest.
    """
    width = len(contract.reach.args)
    if not cases or any(case.kwargs or len(case.args) != width for case in cases):
        return contract
    if not _LENGTHS.search(statement):
        contract = _without_accidents(contract, cases, run)
    return _emptied(contract, cases, statement, run)


def _emptied(contract: Contract, cases: Sequence[Case], statement: str, run: Run) -> Contract:
    args = list(contract.reach.args)
    is_alone = len(args) == 1
    if is_alone and read_promises(statement).has_items:
        return contract
    kinds = {type(case.expected) for case in cases}
    related = {place for one in contract.reach.relations for place in (one.left, one.right)}
    for place, domain in enumerate(args):
        if place in related or contract.args[place].min_size > 0 or not _may_be_emptied(domain):
            continue
        asked = [with_args(case, [*case.args[:place], EMPTY[domain.kind], *case.args[place + 1 :]]) for case in cases]
        if all(_is_still_right(result, kinds, is_alone) for result in run(asked)):
            args[place] = domain.model_copy(update={"min_size": 0})
    return contract.model_copy(update={"reach": contract.reach.model_copy(update={"args": tuple(args)})})


def _may_be_emptied(domain: Domain) -> bool:
    is_sign = domain.kind == "text" and domain.max_size == 1
    is_sized = domain.kind in SEQUENCES or domain.kind == "text"
    return is_sized and domain.min_size > 0 and not (is_sign or domain.pattern or domain.needs or domain.is_square)


def _is_still_right(result: CaseResult, kinds: set[type], is_alone: bool) -> bool:
    if result.cause is not None or type(result.value) not in kinds or not hasattr(result.value, "__len__"):
        return False
    return bool(result.value) != is_alone


def _without_accidents(contract: Contract, cases: Sequence[Case], run: Run) -> Contract:
    """Loosen the relations of lengths that nothing but the examples speaks for."""
    kept: list[Relation] = []
    for one in contract.reach.relations:
        if one in contract.relations:
            kept.append(one)
        elif one.kind == "length_of" and _counts_items(one, cases, run):
            kept.append(_up_to(one))
        elif one.kind != "same_length" or not _is_unpaired(one, cases, run):
            kept.append(one)
    return contract.model_copy(update={"reach": contract.reach.model_copy(update={"relations": tuple(kept)})})


def _up_to(relation: Relation) -> Relation:
    return relation.model_copy(update={"kind": "up_to_length"})


def _counts_items(relation: Relation, cases: Sequence[Case], run: Run) -> bool:
    place = relation.left
    if any(case.args[place] < 1 for case in cases):
        return False
    asked = [with_args(case, [*case.args[:place], case.args[place] - 1, *case.args[place + 1 :]]) for case in cases]
    return all(
        result.cause is None and type(result.value) is type(case.expected) for case, result in zip(cases, run(asked), strict=True)
    )


def _is_unpaired(relation: Relation, cases: Sequence[Case], run: Run) -> bool:
    """Whether no answer hangs on the order of the right one of two collections; yes and no are too few answers to tell."""
    place = relation.right
    turned = [(case, case.args[place][1:] + case.args[place][:1]) for case in cases]
    told = [(case, items) for case, items in turned if items != case.args[place]]
    if not told or any(isinstance(case.expected, (bool, type(None))) for case, _ in told):
        return False
    asked = [with_args(case, [*case.args[:place], items, *case.args[place + 1 :]]) for case, items in told]
    return all(result.cause is None and is_same(result.value, case.expected) for (case, _), result in zip(told, run(asked), strict=True))
