"""Bring an input inside a region: the nearest thing an explorer meant that keeps every promise."""

from __future__ import annotations

import math
import random
import re
from typing import Any

from symtune.suites.contracts.contract import (
    BUILDERS,
    PARITIES,
    SEQUENCES,
    Domain,
    Region,
    Relation,
    follows,
    has_repeat,
)
from symtune.suites.contracts.patterns import recombined, varied
from symtune.suites.contracts.repair import repair

NUM_TRIES = 8
"""Relations are repaired this often, since one repair may break another."""


def project_input(
    region: Region, args: tuple[Any, ...], *, kwargs: dict[str, Any], rng: random.Random
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Return the input brought inside the region, or None when it cannot be.

    An input that is inside already comes back unchanged.
    """
    if region.fault(args, kwargs) is None:
        return args, kwargs
    if len(args) != len(region.args) or not set(kwargs) <= set(region.kwargs):
        return None
    try:
        fixed = [project(domain, value, rng) for domain, value in zip(region.args, args, strict=True)]
        named = {key: project(region.kwargs[key], value, rng) for key, value in kwargs.items()}
    except RecursionError:
        return None
    if set(named) != set(region.kwargs):
        return (tuple(fixed), named) if region.fault(tuple(fixed), named) is None else None
    domains = region.domains()
    values = dict(zip(domains, [*fixed, *(named[key] for key in region.kwargs)], strict=True))
    for attempt in range(NUM_TRIES):
        for relation in region.relations:
            _relate(relation, values, rng, is_first=attempt == 0)
        values = {name: project(domains[name], value, rng) for name, value in values.items()}
        ordered = list(values.values())
        fixed, named = ordered[: len(fixed)], dict(zip(region.kwargs, ordered[len(fixed) :], strict=True))
        if region.fault(tuple(fixed), named) is None:
            return tuple(fixed), named
    return None


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
    if type(value) not in (int, float) or (type(value) is float and not math.isfinite(value)):
        return domain.seen[0] if domain.seen else value
    try:
        number = kind(value)
    except OverflowError:
        return domain.seen[0] if domain.seen else value
    if domain.low is not None and number < domain.low:
        mirrored = -number
        number = mirrored if domain.high is None or domain.low <= mirrored <= domain.high else kind(domain.low)
    if domain.high is not None and number > domain.high:
        number = kind(domain.high)
    if domain.is_not_zero and number == 0 and domain.seen:
        number = domain.seen[0]
    if domain.kind == "int" and domain.divisor > 1:
        number += (domain.remainder - number) % domain.divisor
        if domain.high is not None and number > domain.high:
            number -= domain.divisor
    return number


def _project_text(domain: Domain, value: str, rng: random.Random) -> str:
    if domain.pattern:
        if re.fullmatch(domain.pattern, value) or not domain.seen:
            return value[: domain.max_size] if re.fullmatch(domain.pattern, value[: domain.max_size]) else value
        return recombined(domain.seen, domain.pattern, rng) if re.compile(domain.pattern).groups else varied(rng.choice(domain.seen), rng)
    stand_ins: dict[str, str] = {}
    allowed = set(domain.alphabet or value)
    for sign in value:
        if sign not in allowed and sign not in stand_ins and domain.alphabet:
            stand_ins[sign] = rng.choice(domain.alphabet)
    text = "".join(stand_ins.get(sign, sign) for sign in value if sign in allowed or sign in stand_ins)
    while len(text) < domain.min_size and domain.alphabet:
        text += rng.choice(domain.alphabet)
    if domain.is_unique:
        text = "".join(dict.fromkeys(text))
        spare = [sign for sign in domain.alphabet if sign not in text]
        text += "".join(spare[: max(0, domain.min_size - len(text))])
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
    items = _together(domain, items[: domain.max_size], rng)
    try:
        return BUILDERS[domain.kind](items)
    except TypeError:
        return value


def _together(domain: Domain, items: list[Any], rng: random.Random) -> list[Any]:
    """Give the items the lengths, the order and the values that the domain wants of them as a whole."""
    if domain.permutation_from is not None:
        places = {item: place for place, item in enumerate(sorted(set(map(_key, items))))}
        ranks = sorted(range(len(items)), key=lambda place: (places[_key(items[place])], place))
        items = [domain.permutation_from + ranks.index(place) for place in range(len(items))]
    if domain.is_square and items:
        items = _squared(items, rng)
    elif domain.equal_sizes and items:
        items = _even_out(items, rng)
    if domain.is_unique and has_repeat(items):
        items = [item for index, item in enumerate(items) if item not in items[:index]]
    if domain.order and not follows(domain.order, items):
        items.sort(reverse=domain.order.endswith("falling"))
    if domain.order.startswith("strictly"):
        items = [item for index, item in enumerate(items) if index == 0 or item != items[index - 1]]
    return items


def _key(item: Any) -> str:
    return f"{item:+050.3f}" if isinstance(item, (int, float)) and abs(item) < 10**40 else str(item)


def _squared(items: list[Any], rng: random.Random) -> list[Any]:
    size = len(items)
    spare = [one for item in items for one in item] if all(isinstance(item, (list, tuple, str)) for item in items) else []
    if not spare:
        return items
    if all(isinstance(item, str) for item in items):
        return [item[:size] + "".join(rng.choice(spare) for _ in range(size - len(item))) for item in items]
    return [item[:size] + type(item)(rng.choice(spare) for _ in range(size - len(item))) for item in items]


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


def _relate(relation: Relation, values: dict[str, Any], rng: random.Random, *, is_first: bool) -> None:
    """Change the arguments in place so that the relation holds, where that is easy; a length follows its list at first."""
    if relation.holds(values):
        return
    if relation.kind == "formula":
        repair(relation.text, values, rng)
        return
    names = list(values)
    left_name, right_name = names[relation.left], names[relation.right]
    left, right = values[left_name], values[right_name]
    if relation.kind in ("index_in", "up_to_length", "at_most", "below") and type(left) not in (int, float):
        return
    if relation.kind == "length_of":
        if is_first:
            values[left_name] = len(right)
        else:
            repair(f"{left_name} == len({right_name})", values, rng)
    elif relation.kind == "index_in" and len(right):
        values[left_name] = abs(left) % len(right)
    elif relation.kind == "up_to_length":
        values[left_name] = abs(left) % (len(right) + 1)
    elif relation.kind == "same_length":
        size = min(len(left), len(right))
        values[left_name], values[right_name] = left[:size], right[:size]
    elif relation.kind == "same_inner_sizes":
        size = min(len(left), len(right))
        pairs = [(one[: len(other)], other[: len(one)]) for one, other in zip(left, right, strict=False)]
        values[left_name] = type(left)(one for one, _ in pairs[:size])
        values[right_name] = type(right)(other for _, other in pairs[:size])
    elif relation.kind in ("at_most", "below"):
        values[left_name], values[right_name] = right, left
        if relation.kind == "below" and left == right:
            values[right_name] = left + 1
    elif relation.kind == "member_of" and len(right):
        values[left_name] = rng.choice(list(right))
