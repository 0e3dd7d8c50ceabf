"""Bring an input inside its contract: the nearest thing an explorer meant that keeps every promise."""

from __future__ import annotations

import math
import random
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, PARITIES, SEQUENCES, Contract, Domain, Relation, has_repeat


def project_input(
    contract: Contract, args: tuple[Any, ...], *, kwargs: dict[str, Any], rng: random.Random
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Return the input brought inside the contract, or None when it cannot be.

    An input that is inside already comes back unchanged.
    """
    if contract.fault(args, kwargs) is None:
        return args, kwargs
    if len(args) != len(contract.args) or not set(kwargs) <= set(contract.kwargs):
        return None
    fixed = [project(domain, value, rng) for domain, value in zip(contract.args, args, strict=True)]
    named = {key: project(contract.kwargs[key], value, rng) for key, value in kwargs.items()}
    if set(named) == set(contract.kwargs):
        values = [*fixed, *(named[key] for key in contract.kwargs)]
        for relation in contract.relations:
            _relate(relation, values, rng)
        fixed, named = values[: len(fixed)], dict(zip(contract.kwargs, values[len(fixed) :], strict=True))
    if contract.fault(tuple(fixed), named) is not None:
        return None
    return tuple(fixed), named


def project(domain: Domain, value: Any, rng: random.Random) -> Any:
    """Return ``value`` if it is inside ``domain``, else a value near it that is, as far as one is found."""
    if domain.fault(value) is None:
        return value
    if domain.kind in ("int", "float"):
        return _project_number(domain, value)
    if domain.kind == "text":
        return _project_text(domain, value if type(value) is str else "", rng)
    if domain.kind in SEQUENCES:
        return _project_sequence(domain, value, rng)
    if domain.kind == "record" and type(value) is tuple and len(value) == len(domain.items):
        return tuple(project(one, item, rng) for one, item in zip(domain.items, value, strict=True))
    if domain.kind == "dict" and type(value) is dict:
        return _project_dict(domain, value, rng)
    if domain.kind == "fields" and type(value) is dict and set(value) == set(domain.keys):
        return {key: project(one, value[key], rng) for key, one in zip(domain.keys, domain.items, strict=True)}
    if domain.kind == "choice":
        options = [one for one in domain.items if one.fault(value) != "type"] or list(domain.items)
        return project(rng.choice(options), value, rng)
    return rng.choice(domain.seen) if domain.seen else value


def _project_number(domain: Domain, value: Any) -> Any:
    kind = int if domain.kind == "int" else float
    if type(value) not in (int, float) or not math.isfinite(value):
        return domain.seen[0] if domain.seen else value
    number = kind(value)
    if domain.low is not None and number < domain.low:
        mirrored = -number
        number = mirrored if domain.high is None or domain.low <= mirrored <= domain.high else kind(domain.low)
    if domain.high is not None and number > domain.high:
        number = kind(domain.high)
    if domain.is_not_zero and number == 0 and domain.seen:
        number = domain.seen[0]
    return number


def _project_text(domain: Domain, value: str, rng: random.Random) -> str:
    stand_ins: dict[str, str] = {}
    allowed = set(domain.alphabet)
    for sign in value:
        if sign not in allowed and sign not in stand_ins and domain.alphabet:
            stand_ins[sign] = rng.choice(domain.alphabet)
    text = "".join(stand_ins.get(sign, sign) for sign in value if sign in allowed or sign in stand_ins)
    while len(text) < domain.min_size and domain.alphabet:
        text += rng.choice(domain.alphabet)
    return text[: domain.max_size]


def _project_sequence(domain: Domain, value: Any, rng: random.Random) -> Any:
    if type(value) not in BUILDERS.values():
        return rng.choice(domain.seen) if domain.seen else value
    items = [project(domain.items[0], item, rng) for item in value]
    if domain.is_unique and has_repeat(items):
        items = [item for index, item in enumerate(items) if item not in items[:index]]
    spare = [item for one in domain.seen for item in one]
    while len(items) < domain.min_size and spare:
        items.append(rng.choice(spare))
    for name in domain.needs:
        if not PARITIES[name](items):
            items.insert(rng.randint(0, len(items)), rng.choice([one for one in spare if PARITIES[name]([one])]))
    items = items[: domain.max_size]
    if domain.equal_sizes and items:
        items = _even_out(items, rng)
    if domain.is_sorted:
        items.sort()
    try:
        return BUILDERS[domain.kind](items)
    except TypeError:
        return value


def _even_out(items: list[Any], rng: random.Random) -> list[Any]:
    size = len(rng.choice(items))
    longest = max(items, key=len)
    return [item[:size] if len(item) >= size else item + longest[len(item) : size] for item in items]


def _project_dict(domain: Domain, value: dict[Any, Any], rng: random.Random) -> dict[Any, Any]:
    key_domain, item_domain = domain.items
    pairs = [(project(key_domain, key, rng), project(item_domain, item, rng)) for key, item in value.items()]
    if len(pairs) < domain.min_size and domain.seen:
        pairs += list(rng.choice(domain.seen).items())
    return dict(pairs[: domain.max_size])


def _relate(relation: Relation, args: list[Any], rng: random.Random) -> None:
    """Change the arguments in place so that the relation holds, where that is easy."""
    if relation.holds(args):
        return
    left, right = args[relation.left], args[relation.right]
    if relation.kind == "length_of":
        args[relation.left] = len(right)
    elif relation.kind == "index_in" and len(right):
        args[relation.left] = abs(left) % len(right)
    elif relation.kind == "up_to_length":
        args[relation.left] = abs(left) % (len(right) + 1)
    elif relation.kind == "same_length":
        size = min(len(left), len(right))
        args[relation.left], args[relation.right] = left[:size], right[:size]
    elif relation.kind in ("at_most", "below"):
        args[relation.left], args[relation.right] = right, left
        if relation.kind == "below" and left == right:
            args[relation.right] = left + 1
    elif relation.kind == "member_of" and len(right):
        args[relation.left] = rng.choice(list(right))
