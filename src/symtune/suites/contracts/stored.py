"""A contract read back from a suite record, as a person may have edited it, and ready for explorers again."""

from __future__ import annotations

from typing import Any

from symtune.domain import Json
from symtune.suites.contracts.contract import Contract, Domain, Region


def stored_contract(form: Json, *, learned: Contract) -> Contract:
    """Return the contract of a suite record, with the values that explorers draw on, which records do not hold.

    Args:
        form: the JSON form as it stands in the record.
        learned: the contract that the cases give anew; its seen values are taken where both have the same shape.

    Raises:
        BadRecordError: the form is no contract; names the field.
    """
    stored = Contract.from_json(form)
    return stored.model_copy(update={**_seen_parts(stored, learned), "reach": _with_seen_region(stored.reach, learned.reach)})


def _with_seen_region(region: Region, learned: Region) -> Region:
    return region.model_copy(update=_seen_parts(region, learned))


def _seen_parts(region: Region, learned: Region) -> dict[str, Any]:
    """Return the arguments of a region with the seen values of another, where both have as many of them."""
    if len(region.args) != len(learned.args) or set(region.kwargs) != set(learned.kwargs):
        return {}
    return {
        "args": tuple(_with_seen(one, other) for one, other in zip(region.args, learned.args, strict=True)),
        "kwargs": {key: _with_seen(one, learned.kwargs[key]) for key, one in region.kwargs.items()},
    }


def _with_seen(domain: Domain, learned: Domain) -> Domain:
    if domain.kind != learned.kind or len(domain.items) != len(learned.items):
        return domain
    items = tuple(_with_seen(one, other) for one, other in zip(domain.items, learned.items, strict=True))
    return domain.model_copy(update={"seen": learned.seen, "items": items})
