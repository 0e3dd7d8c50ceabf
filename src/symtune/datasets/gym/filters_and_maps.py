"""Parts that keep some items of a list of integers, or change each item."""

from __future__ import annotations

from typing import Any

from symtune.datasets.gym.part import Part

THRESHOLDS = tuple(range(1, 10))
SMALL_STEPS = tuple(range(1, 8))
FACTORS = (2, 3, 4, 5)
DIVISORS = (3, 4, 5, 6, 7)


def _filter(name: str, test: str, run: Any, phrasings: tuple[str, ...], parameters: tuple[int, ...] = ()) -> Part:
    code = f"[x for x in {{a}} if {test}]"
    other_code = f"list(filter(lambda x: {test}, {{a}}))"
    return Part(name, "ints", "ints", run, code, other_code, phrasings, parameters)


def _map(name: str, body: str, run: Any, phrasings: tuple[str, ...], parameters: tuple[int, ...] = ()) -> Part:
    code = f"[{body} for x in {{a}}]"
    other_code = f"list(map(lambda x: {body}, {{a}}))"
    return Part(name, "ints", "ints", run, code, other_code, phrasings, parameters)


FILTERS = (
    _filter(
        "keep_above", "x > {k}", lambda a, k: [x for x in a if x > k],
        ("keep values above {k}", "keep numbers greater than {k}", "drop values of {k} or less"), THRESHOLDS,
    ),
    _filter(
        "keep_at_least", "x >= {k}", lambda a, k: [x for x in a if x >= k],
        ("keep values of at least {k}", "drop numbers below {k}", "keep numbers not under {k}"), THRESHOLDS,
    ),
    _filter(
        "keep_below", "x < {k}", lambda a, k: [x for x in a if x < k],
        ("keep values below {k}", "keep numbers less than {k}", "drop values of {k} or more"), THRESHOLDS,
    ),
    _filter(
        "keep_at_most", "x <= {k}", lambda a, k: [x for x in a if x <= k],
        ("keep values of at most {k}", "drop numbers above {k}", "keep numbers not over {k}"), THRESHOLDS,
    ),
    _filter(
        "keep_even", "x % 2 == 0", lambda a, _: [x for x in a if x % 2 == 0],
        ("keep the even values", "drop the odd numbers", "remove every odd value"),
    ),
    _filter(
        "keep_odd", "x % 2 == 1", lambda a, _: [x for x in a if x % 2 == 1],
        ("keep the odd values", "drop the even numbers", "remove every even value"),
    ),
    _filter(
        "keep_multiples", "x % {k} == 0", lambda a, k: [x for x in a if x % k == 0],
        ("keep multiples of {k}", "keep numbers divisible by {k}", "drop what {k} does not divide"), DIVISORS,
    ),
    _filter(
        "drop_multiples", "x % {k} != 0", lambda a, k: [x for x in a if x % k != 0],
        ("drop multiples of {k}", "remove numbers divisible by {k}", "keep what {k} does not divide"), DIVISORS,
    ),
    _filter(
        "drop_value", "x != {k}", lambda a, k: [x for x in a if x != k],
        ("remove every {k}", "drop values equal to {k}", "keep numbers other than {k}"), SMALL_STEPS,
    ),
    _filter(
        "keep_positive", "x > 0", lambda a, _: [x for x in a if x > 0],
        ("keep the positive values", "drop zeros and negatives", "keep numbers above zero"),
    ),
    _filter(
        "keep_negative", "x < 0", lambda a, _: [x for x in a if x < 0],
        ("keep the negative values", "drop zeros and positives", "keep numbers below zero"),
    ),
)  # fmt: skip

MAPS = (
    _map(
        "add", "x + {k}", lambda a, k: [x + k for x in a],
        ("add {k} to each value", "raise every number by {k}", "increase all by {k}"), SMALL_STEPS,
    ),
    _map(
        "subtract", "x - {k}", lambda a, k: [x - k for x in a],
        ("subtract {k} from each value", "lower every number by {k}", "take {k} from all"), SMALL_STEPS,
    ),
    _map(
        "multiply", "x * {k}", lambda a, k: [x * k for x in a],
        ("multiply each value by {k}", "scale every number by {k}", "make all {k} times as large"), FACTORS,
    ),
    _map(
        "square", "x * x", lambda a, _: [x * x for x in a],
        ("square each value", "multiply every number by itself", "replace all by their squares"),
    ),
    _map(
        "absolute", "abs(x)", lambda a, _: [abs(x) for x in a],
        ("take absolute values", "drop the sign of every number", "make negatives positive"),
    ),
    _map(
        "negate", "-x", lambda a, _: [-x for x in a],
        ("negate each value", "flip the sign of every number", "change all signs"),
    ),
    _map(
        "remainder", "x % {k}", lambda a, k: [x % k for x in a],
        ("take each value modulo {k}", "replace numbers by remainders mod {k}", "reduce all modulo {k}"), DIVISORS,
    ),
    _map(
        "quotient", "x // {k}", lambda a, k: [x // k for x in a],
        ("floor divide each value by {k}", "divide every number by {k} rounding down", "floor all over {k}"), FACTORS,
    ),
    _map(
        "cap", "min(x, {k})", lambda a, k: [min(x, k) for x in a],
        ("cap each value at {k}", "lower values above {k} to {k}", "let no number exceed {k}"), THRESHOLDS,
    ),
    _map(
        "raise_to", "max(x, {k})", lambda a, k: [max(x, k) for x in a],
        ("raise values below {k} to {k}", "let no number be under {k}", "make each value {k} at least"), THRESHOLDS,
    ),
    _map(
        "distance", "abs(x - {k})", lambda a, k: [abs(x - k) for x in a],
        ("take distances to {k}", "replace numbers by how far they are from {k}", "measure each gap to {k}"),
        SMALL_STEPS,
    ),
    _map(
        "zero_below", "x if x >= {k} else 0", lambda a, k: [x if x >= k else 0 for x in a],
        ("set values below {k} to zero", "zero the numbers under {k}", "turn what is less than {k} into 0"), THRESHOLDS,
    ),
    _map(
        "zero_above", "x if x <= {k} else 0", lambda a, k: [x if x <= k else 0 for x in a],
        ("set values above {k} to zero", "zero the numbers over {k}", "turn what is more than {k} into 0"), THRESHOLDS,
    ),
    _map(
        "scale_even", "x * {k} if x % 2 == 0 else x", lambda a, k: [x * k if x % 2 == 0 else x for x in a],
        ("multiply the even values by {k}", "scale even numbers by {k}", "make each even value {k} times as large"),
        FACTORS,
    ),
    _map(
        "shift_odd", "x + {k} if x % 2 == 1 else x", lambda a, k: [x + k if x % 2 == 1 else x for x in a],
        ("add {k} to the odd values", "raise odd numbers by {k}", "increase each odd value by {k}"), SMALL_STEPS,
    ),
)  # fmt: skip
