"""Open a promise for inputs that the reference has shown to be valid, unless the statement or the header speaks of them."""

from __future__ import annotations

import re

from symtune.suites.contracts.contract import Contract, Domain, Evidence, Region
from symtune.suites.contracts.formula import names_of

_NAMES_OF_TEXTS = re.compile(r"(?:^|_)(?:str|string|text|word|sentence)\d*$", re.IGNORECASE)
"""Names that say that an argument is a text."""


def admitting(contract: Contract, reach: Region) -> Contract:
    """Return the contract with a wider reach, and with a promise that admits it.

    Where one of the arguments that became wider is spoken of by the statement's constraints, or the words or the header name the type of its
    items and that type was left, nothing changes.
    """
    changed = [name for name, domain in reach.domains().items() if domain != contract.reach.domains().get(name)]
    if not changed or any(_is_stated(contract, name) for name in changed):
        return contract
    domains, wider = contract.domains(), reach.domains()
    if any(_leaves_said_types(one, other) for name in changed for one, other in zip(domains[name].items, wider[name].items, strict=False)):
        return contract
    opened = {name: _admitting(domains[name], domain) for name, domain in wider.items()}
    evidence = tuple(
        Evidence(promise=f"type of {name}", source="reference", text="it treats other types and sizes alike")
        for name in changed if opened[name] != domains[name]
    )  # fmt: skip
    args = tuple(opened[name] for name in contract.parameters()[: len(contract.args)])
    return contract.model_copy(update={"reach": reach, "args": args, "evidence": (*contract.evidence, *evidence)})


def _is_stated(contract: Contract, name: str) -> bool:
    if contract.domains()[name].kind == "text" and _NAMES_OF_TEXTS.search(name):
        return True
    if any(one.source == "signature" and "[" in one.text and one.promise == f"type of {name}" for one in contract.evidence):
        return True
    if any(name in names_of(one.text) for one in contract.relations if one.kind == "formula"):
        return True
    return any(map(_has_bounds, contract.domains()[name].items))


def _leaves_said_types(promise: Domain, reach: Domain) -> bool:
    """Whether items whose type is promised may be of another one in the reach."""
    if promise.kind == "any":
        return False
    if reach.kind == "choice":
        return any(_leaves_said_types(promise, option) for option in reach.items)
    options = promise.items if promise.kind == "choice" else (promise,)
    kin = next((one for one in options if _is_kin(one, reach)), None)
    if kin is None:
        return True
    return any(_leaves_said_types(one, other) for one, other in zip(kin.items, reach.items, strict=False))


def _has_bounds(domain: Domain) -> bool:
    plain = Domain(kind=domain.kind, items=domain.items, seen=domain.seen, has_specials=domain.has_specials)
    return domain != plain or any(map(_has_bounds, domain.items))


def _admitting(promise: Domain, reach: Domain) -> Domain:
    if promise.kind == "any" or reach.kind == "any":
        return Domain(kind="any")
    if reach.kind == "choice":
        for option in reach.items:
            promise = _admitting(promise, option)
        return promise
    if promise.kind == "choice":
        places = [place for place, one in enumerate(promise.items) if _is_kin(one, reach)]
        if not places:
            return promise.model_copy(update={"items": (*promise.items, _bare(reach))})
        items = [_admitting(one, reach) if place == places[0] else one for place, one in enumerate(promise.items)]
        return promise.model_copy(update={"items": tuple(items)})
    if not _is_kin(promise, reach):
        return Domain(kind="choice", items=(promise, _bare(reach)))
    if promise.kind == "tuple" and reach.kind == "record":
        inner = promise.items[0]
        for one in reach.items:
            inner = _admitting(inner, one)
        return promise.model_copy(update={"items": (inner,)})
    if promise.kind == "record" and reach.kind == "tuple":
        return _bare(reach)
    if promise.kind == reach.kind and len(promise.items) == len(reach.items):
        return promise.model_copy(update={"items": tuple(map(_admitting, promise.items, reach.items))})
    return promise


def _is_kin(promise: Domain, reach: Domain) -> bool:
    same = {"fields": "dict", "record": "tuple"}
    return same.get(promise.kind, promise.kind) == same.get(reach.kind, reach.kind) or reach.kind == "fixed"


def _bare(domain: Domain) -> Domain:
    """Return the type of a domain, without bounds."""
    return Domain(kind=domain.kind, items=tuple(map(_bare, domain.items)), keys=domain.keys, values=domain.values, has_specials=domain.kind == "float")
