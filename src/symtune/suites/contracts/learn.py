"""Learn a `Contract`: what examples, statement and signature promise, and how far explorers reach inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symtune.domain import Case
from symtune.suites.contracts.bind import bind
from symtune.suites.contracts.columns import named_columns
from symtune.suites.contracts.constraints import read_constraints
from symtune.suites.contracts.contract import Contract, Region, Unkept
from symtune.suites.contracts.expressions import Expression
from symtune.suites.contracts.promise import promise_of
from symtune.suites.contracts.reach import reach_of
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.shapes import shape_relations
from symtune.suites.contracts.within import within


def learn_contract(
    cases: Sequence[Case],
    *,
    statement: str = "",
    names: Sequence[str] = (),
    annotations: dict[str, str] | None = None,
    rules: Rules | None = None,
    meanings: Mapping[str, Expression] | None = None,
) -> Contract:
    """Return the contract that these cases and words support.

    Args:
        cases: examples and tests of one problem, in argument form; only their inputs are read.
        statement: the problem's words.
        names: parameters of the positional arguments; without them the statement's names cannot be told apart.
        annotations: their type annotations, as text; see `for_problem.annotations_of`.
        rules: how far explorers go beyond the cases.
        meanings: what names of the statement that are no parameters stand for: a count is the length of an argument.
    """
    rules = rules or Rules()
    width = max((len(case.args) for case in cases), default=0)
    full = [case for case in cases if len(case.args) == width]
    keys = sorted({key for case in cases for key in case.kwargs})
    positional = tuple(names[:width]) if len(names) >= width else ()
    if meanings:
        numbers = [name for place, name in enumerate(positional) if all(type(case.args[place]) is int for case in full)]
        meanings = {**meanings, **named_columns(statement, names=positional, numbers=numbers, meanings=meanings)}
    region = Region(names=positional, args=(), kwargs={})
    shown = positional or tuple(f"a{index}" for index in range(width))
    domains, evidence, unkept = promise_of(
        [case.args for case in full], names=shown, statement=statement, annotations=annotations or {}
    )
    keyed = {key: [(case.kwargs[key],) for case in cases if key in case.kwargs] for key in keys}
    kwargs = {}
    for key, values in keyed.items():
        found, more, missing = promise_of(values, names=[key], statement=statement, annotations=annotations or {})
        kwargs[key] = found[0]
        evidence, unkept = evidence + more, unkept + missing
    region = Region(names=positional, args=tuple(domains), kwargs=kwargs)
    constraints = read_constraints(statement, names=(*region.parameters(), *(meanings or {})))
    bound = bind(region, constraints, cases=full, meanings=meanings)
    promise, evidence = bound.region, [*evidence, *bound.evidence]
    if meanings and not keys:
        shapes = list(shape_relations(statement, promise, cases=full, meanings=meanings))
        promise = promise.model_copy(update={"relations": tuple(dict.fromkeys([*promise.relations, *(relation for relation, _ in shapes)]))})
        evidence += dict.fromkeys(one for _, one in shapes)
    guessed = reach_of([(case.args, case.kwargs) for case in full], statement=statement, rules=rules)
    plain = bind(region, constraints, cases=full, is_weak=False, meanings=meanings).region.model_copy(update={"relations": promise.relations})
    return Contract(
        names=promise.names,
        args=promise.args,
        kwargs=promise.kwargs,
        relations=promise.relations,
        reach=within(guessed, plain, rules),
        evidence=tuple(evidence),
        unkept=(*unkept, *constraints.unkept, *bound.unkept),
    )


def narrowed(contract: Contract, cases: Sequence[Case], *, rules: Rules | None = None, statement: str = "") -> Contract:
    """Return a contract edited by hand, with a reach that keeps its promise and draws on these cases.

    Where it states no reach, one is learnt. Cases that its promise refuses are not drawn on, and counted in ``unkept``.
    """
    rules = rules or Rules()
    kept = [case for case in cases if contract.fault(case.args, case.kwargs) is None]
    refused = [
        Unkept(reason="example_breaks_hand_edited_contract", text=str(contract.fault(case.args, case.kwargs)))
        for case in cases if contract.fault(case.args, case.kwargs) is not None
    ]  # fmt: skip
    full = [(case.args, case.kwargs) for case in kept]
    reach = contract.reach if contract.reach.args or contract.reach.kwargs else reach_of(full, statement=statement, rules=rules)
    if len(reach.args) != len(contract.args) or set(reach.kwargs) != set(contract.kwargs):
        reach = Region(names=contract.names, args=contract.args, kwargs=contract.kwargs, relations=contract.relations)
    inside = within(reach, contract, rules)
    args = tuple(_seen(domain, [case.args[index] for case in kept]) for index, domain in enumerate(inside.args))
    kwargs = {key: _seen(domain, [case.kwargs[key] for case in kept if key in case.kwargs]) for key, domain in inside.kwargs.items()}
    return contract.model_copy(update={
        "reach": inside.model_copy(update={"args": args, "kwargs": kwargs, "is_shown": reach.is_shown}), "unkept": (*contract.unkept, *refused),
    })  # fmt: skip


def _seen(domain: Any, values: list[Any]) -> Any:
    """Return a domain with the values met at its place, and its items with theirs."""
    update: dict[str, Any] = {"seen": tuple(values)} if domain.kind != "fixed" or not domain.seen else {}
    if domain.kind in ("list", "tuple", "set", "frozenset"):
        inner = [item for value in values if isinstance(value, (list, tuple, set, frozenset)) for item in value]
        update["items"] = (_seen(domain.items[0], inner),)
    elif domain.kind == "record":
        rows = [value for value in values if isinstance(value, tuple) and len(value) == len(domain.items)]
        update["items"] = tuple(_seen(one, [row[index] for row in rows]) for index, one in enumerate(domain.items))
    elif domain.kind == "choice":
        update["items"] = tuple(_seen(one, [value for value in values if one.fault(value) != "type"]) for one in domain.items)
    elif domain.kind == "dict":
        pairs = [pair for value in values if isinstance(value, dict) for pair in value.items()]
        update["items"] = (_seen(domain.items[0], [key for key, _ in pairs]), _seen(domain.items[1], [item for _, item in pairs]))
    return domain.model_copy(update=update)
