"""Type-aware random steps: a value of a domain -> a neighbour of it, which may still have to be projected.

Source: ours, in the manner of the type-aware mutation of EvalPlus (Liu et al. 2023, section 2.2).
"""

from __future__ import annotations

import random
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain

NEAR = 100
"""Numbers this close to zero, or to the bound nearest to it, are of everyday size."""

MAX_PICKED_ITEMS = 6
"""Fresh collections made from nothing have at most this many items."""


ANYTHING: tuple[Any, ...] = (0, 1, -1, 7, 2.5, -0.5, "", "a", "b", "A", "10", (1, 2), (), None, True, False, [1], [], [1, [2]], {"a": 1})
"""Values of all plain types, for items that may be anything."""


SEEN_FRACTION = 0.6
"""How often an item that may be anything is one that was seen."""


def vary(domain: Domain, value: Any, *, rng: random.Random, constants: tuple[Any, ...] = ()) -> Any:
    """Return a random neighbour of ``value``.

    Args:
        constants: literals of the references, tried now and then in the place of a value of their type.
    """
    if rng.random() < 0.1 and domain.seen:
        return rng.choice(domain.seen)
    if domain.fault(value) == "type":
        value = pick(domain, rng)
    same_kind = [one for one in constants if type(one) is type(value)]
    if same_kind and rng.random() < 0.15:
        chosen = rng.choice(same_kind)
        if type(chosen) is int:
            chosen += rng.choice((-1, 0, 0, 1))
        elif type(chosen) is str and domain.max_size > 1 and rng.random() < 0.5:
            cut = rng.randint(0, len(value))
            return value[:cut] + chosen + value[cut:]
        return chosen
    if domain.kind == "choice":
        fitting = [one for one in domain.items if one.fault(value) is None] or list(domain.items)
        other = rng.choice(domain.items if rng.random() < 0.3 else fitting)
        start = value if other.fault(value) is None else pick(other, rng)
        return vary(other, start, rng=rng, constants=constants)
    step = _STEPS.get(domain.kind)
    return step(domain, value, rng, constants) if step else value


def pick(domain: Domain, rng: random.Random) -> Any:
    """Return a fresh value of the domain, made from its bounds and seen values."""
    if domain.kind in ("int", "float"):
        return _pick_number(domain, rng)
    if domain.kind == "text" and domain.alphabet:
        size = rng.randint(domain.min_size, max(domain.min_size, min(domain.max_size, MAX_PICKED_ITEMS)))
        letters = rng.sample(domain.alphabet, min(len(domain.alphabet), rng.randint(1, 5)))
        return "".join(rng.choice(letters) for _ in range(size))
    if domain.kind in SEQUENCES:
        size = rng.randint(domain.min_size, max(domain.min_size, min(domain.max_size, MAX_PICKED_ITEMS)))
        try:
            return BUILDERS[domain.kind](pick(domain.items[0], rng) for _ in range(size))
        except TypeError:
            return rng.choice(domain.seen)
    if domain.kind == "record":
        return tuple(pick(one, rng) for one in domain.items)
    if domain.kind == "fields":
        return {key: pick(one, rng) for key, one in zip(domain.keys, domain.items, strict=True)}
    if domain.kind == "choice":
        return pick(rng.choice(domain.items), rng)
    if domain.kind == "bool":
        return rng.random() < 0.5
    if domain.kind == "any":
        fitting = [value for value in ANYTHING if domain.fault(value) is None]
        return rng.choice(domain.seen if domain.seen and rng.random() < SEEN_FRACTION else fitting)
    return rng.choice(domain.seen) if domain.seen else None


def _pick_number(domain: Domain, rng: random.Random) -> int | float:
    """Return a number of the domain: half of the time one of everyday size, else from anywhere in the bounds."""
    low = domain.low if domain.low is not None else min(0, (domain.high or 0) - NEAR)
    high = domain.high if domain.high is not None else max(NEAR, low + NEAR)
    if high - low > 2 * NEAR and rng.random() < 0.5:
        middle = min(max(low, 0), high)
        low, high = max(low, middle - NEAR), min(high, middle + NEAR)
    return rng.randint(int(low), int(high)) if domain.kind == "int" else round(rng.uniform(float(low), float(high)), 2)


def _vary_int(domain: Domain, value: int, rng: random.Random, _constants: Any) -> int:
    choices = (value + 1, value - 1, value + 2, -value, value * 2, value // 2, value * 10, value // 10, 0, 1)
    return rng.choice((*choices, pick(domain, rng), pick(domain, rng), rng.randint(0, 12)))


def _vary_float(domain: Domain, value: float, rng: random.Random, _constants: Any) -> float:
    choices = (value + 1, value - 1, -value, value * 2, value / 2, round(value, 1), float(int(value)), value + 0.5, 0.0)
    return float(rng.choice((*choices, pick(domain, rng))))


def _vary_text(domain: Domain, value: str, rng: random.Random, _constants: Any) -> str:
    sign = rng.choice(value if value and rng.random() < 0.4 else domain.alphabet or "a")
    at = rng.randint(0, len(value))
    other = rng.randint(0, len(value))
    low, high = min(at, other), max(at, other)
    choices = (
        value[:at] + sign + value[at:],
        value[:at] + value[at + 1 :],
        value[:at] + sign + value[at + 1 :],
        value[:low] + value[high:],
        value[low:high],
        value[:at] + value[low:high] + value[at:],
        value[::-1],
        value.swapcase() if rng.random() < 0.5 else value.lower(),
        value + value,
        sign + value,
        value + sign,
        value[:at] + sign * 2 + value[at:],
        pick(domain, rng),
    )
    return rng.choice(choices)


def _vary_sequence(domain: Domain, value: Any, rng: random.Random, constants: Any) -> Any:
    items = list(value)
    inner = domain.items[0]
    at = rng.randrange(len(items)) if items else 0
    roll = rng.randrange(12)
    if not items or roll == 0:
        items.insert(rng.randint(0, len(items)), pick(inner, rng))
    elif roll <= 3:
        items[at] = vary(inner, items[at], rng=rng, constants=constants)
    elif roll == 4:
        del items[at]
    elif roll == 5:
        items.insert(rng.randint(0, len(items)), items[at])
    elif roll == 6:
        rng.shuffle(items)
    elif roll == 7:
        items = items[: rng.randint(0, len(items))]
    elif roll == 8:
        items[at] = rng.choice(items)
    elif roll == 9:
        items = [rng.choice(items) for _ in range(rng.randint(1, len(items) + 1))]
    elif roll == 10:
        items = items[::-1] if rng.random() < 0.5 else [items[at]] * rng.randint(1, len(items))
    else:
        return pick(domain, rng)
    try:
        return BUILDERS[domain.kind](items)
    except TypeError:
        return value


def _vary_record(domain: Domain, value: tuple[Any, ...], rng: random.Random, constants: Any) -> tuple[Any, ...]:
    at = rng.randrange(len(value))
    changed = vary(domain.items[at], value[at], rng=rng, constants=constants)
    other = rng.choice(value)
    if rng.random() < 0.1 and domain.items[at].fault(other) is None:
        changed = other
    return (*value[:at], changed, *value[at + 1 :])


def _vary_fields(domain: Domain, value: dict[str, Any], rng: random.Random, constants: Any) -> dict[str, Any]:
    if set(value) != set(domain.keys):
        return dict(pick(domain, rng))
    at = rng.randrange(len(domain.keys))
    key = domain.keys[at]
    return value | {key: vary(domain.items[at], value[key], rng=rng, constants=constants)}


def _vary_dict(domain: Domain, value: dict[Any, Any], rng: random.Random, constants: Any) -> dict[Any, Any]:
    pairs = list(value.items())
    at = rng.randrange(len(pairs)) if pairs else 0
    roll = rng.randrange(6)
    if not pairs or roll == 0:
        pairs.insert(at, (pick(domain.items[0], rng), pick(domain.items[1], rng)))
    elif roll == 1:
        del pairs[at]
    elif roll == 2:
        rng.shuffle(pairs)
    elif roll == 3:
        pairs[at] = (vary(domain.items[0], pairs[at][0], rng=rng, constants=constants), pairs[at][1])
    elif roll == 4:
        pairs[at] = (pairs[at][0], rng.choice(pairs)[1])
    else:
        pairs[at] = (pairs[at][0], vary(domain.items[1], pairs[at][1], rng=rng, constants=constants))
    try:
        return dict(pairs)
    except TypeError:
        return value


_STEPS: dict[str, Any] = {
    "int": _vary_int,
    "float": _vary_float,
    "text": _vary_text,
    "bool": lambda _domain, value, _rng, _constants: not value,
    "any": lambda domain, _value, rng, _constants: pick(domain, rng),
    "record": _vary_record,
    "dict": _vary_dict,
    "fields": _vary_fields,
} | dict.fromkeys(SEQUENCES, _vary_sequence)
