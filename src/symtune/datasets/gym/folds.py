"""Parts that turn a list of integers into one value, make a list out of an integer, or finish an integer off."""

from __future__ import annotations

import itertools

from symtune.datasets.gym.part import Part

THRESHOLDS = tuple(range(1, 10))
SMALL_STEPS = tuple(range(1, 8))
FACTORS = (2, 3, 4, 5)
DIVISORS = (3, 4, 5, 6, 7)

FOLDS = (
    Part(
        "sum", "ints", "int", lambda a, _: sum(a), "sum({a})", "sum(x for x in {a})",
        ("return the sum", "give the total", "add them all up"),
    ),
    Part(
        "count", "ints", "int", lambda a, _: len(a), "len({a})", "sum(1 for x in {a})",
        ("return how many there are", "count them", "give the length"),
    ),
    Part(
        "max", "ints", "int", lambda a, _: max(a, default=0), "max({a}, default=0)", "max({a}) if {a} else 0",
        ("return the largest or 0", "give the maximum or 0", "find the greatest or 0"),
    ),
    Part(
        "min", "ints", "int", lambda a, _: min(a, default=0), "min({a}, default=0)", "min({a}) if {a} else 0",
        ("return the smallest or 0", "give the minimum or 0", "find the least or 0"),
    ),
    Part(
        "spread", "ints", "int", lambda a, _: max(a, default=0) - min(a, default=0),
        "max({a}, default=0) - min({a}, default=0)", "max({a}) - min({a}) if {a} else 0",
        ("return largest minus smallest", "give the range", "find the gap from min to max"),
    ),
    Part(
        "num_distinct", "ints", "int", lambda a, _: len(set(a)), "len(set({a}))", "len(dict.fromkeys({a}))",
        ("count the different values", "return how many are distinct", "give the number of unique values"),
    ),
    Part(
        "front", "ints", "int", lambda a, _: a[0] if a else 0, "{a}[0] if {a} else 0", "next(iter({a}), 0)",
        ("return the first or 0", "give the front item or 0", "pick the leading value or 0"),
    ),
    Part(
        "back", "ints", "int", lambda a, _: a[-1] if a else 0, "{a}[-1] if {a} else 0", "next(reversed({a}), 0)",
        ("return the last or 0", "give the end item or 0", "pick the final value or 0"),
    ),
    Part(
        "count_above", "ints", "int", lambda a, k: sum(x > k for x in a), "sum(x > {k} for x in {a})",
        "len([x for x in {a} if x > {k}])",
        ("count values above {k}", "return how many exceed {k}", "count numbers over {k}"), THRESHOLDS,
    ),
    Part(
        "count_at_least", "ints", "int", lambda a, k: sum(x >= k for x in a), "sum(x >= {k} for x in {a})",
        "len([x for x in {a} if x >= {k}])",
        ("count values of at least {k}", "return how many are {k} or more", "count numbers not under {k}"), THRESHOLDS,
    ),
    Part(
        "count_even", "ints", "int", lambda a, _: sum(x % 2 == 0 for x in a), "sum(x % 2 == 0 for x in {a})",
        "len([x for x in {a} if x % 2 == 0])",
        ("count the even values", "return how many are even", "give the number of even items"),
    ),
    Part(
        "sum_squares", "ints", "int", lambda a, _: sum(x * x for x in a), "sum(x * x for x in {a})",
        "sum([x**2 for x in {a}])",
        ("return the sum of squares", "give the total of the squares", "add up the squares"),
    ),
    Part(
        "alternate", "ints", "int", lambda a, _: sum(a[::2]) - sum(a[1::2]), "sum({a}[::2]) - sum({a}[1::2])",
        "sum(x if i % 2 == 0 else -x for i, x in enumerate({a}))",
        ("return the alternating sum", "add and subtract in turn", "total even places minus odd places"),
    ),
    Part(
        "num_rises", "ints", "int", lambda a, _: sum(x < y for x, y in itertools.pairwise(a)),
        "sum(x < y for x, y in zip({a}, {a}[1:]))", "sum({a}[i] > {a}[i - 1] for i in range(1, len({a})))",
        ("count the rises", "return how often the next is larger", "count steps up"),
    ),
    Part(
        "median", "ints", "int", lambda a, _: sorted(a)[len(a) // 2] if a else 0,
        "sorted({a})[len({a}) // 2] if {a} else 0", "next(iter(sorted({a})[len({a}) // 2:]), 0)",
        ("return the upper median or 0", "give the middle when sorted or 0", "find the central value by size or 0"),
    ),
    Part(
        "any_above", "ints", "bool", lambda a, k: any(x > k for x in a), "any(x > {k} for x in {a})",
        "len([x for x in {a} if x > {k}]) > 0",
        ("tell if any is above {k}", "say whether some value exceeds {k}", "check for a number over {k}"), THRESHOLDS,
    ),
    Part(
        "all_below", "ints", "bool", lambda a, k: all(x < k for x in a), "all(x < {k} for x in {a})",
        "not any(x >= {k} for x in {a})",
        ("tell if all are below {k}", "say whether every value is less than {k}", "check no number reaches {k}"),
        THRESHOLDS,
    ),
    Part(
        "is_sorted", "ints", "bool", lambda a, _: a == sorted(a), "{a} == sorted({a})",
        "all(x <= y for x, y in zip({a}, {a}[1:]))",
        ("tell if they are in rising order", "say whether it is sorted", "check that nothing falls"),
    ),
)  # fmt: skip

STARTS = (
    Part(
        "digits", "int", "ints", lambda a, _: [int(c) for c in str(a)], "[int(c) for c in str({a})]",
        "list(map(int, str({a})))", ("take its digits", "split it into digits", "list the decimal digits"),
    ),
    Part(
        "up_to", "int", "ints", lambda a, _: list(range(1, a + 1)), "list(range(1, {a} + 1))",
        "[i + 1 for i in range({a})]", ("list 1 up to it", "count from 1 to it", "take all numbers from 1 through it"),
    ),
    Part(
        "divisors", "int", "ints", lambda a, _: [d for d in range(1, a + 1) if a % d == 0],
        "[d for d in range(1, {a} + 1) if {a} % d == 0]", "[d for d in range(1, {a} + 1) if not {a} % d]",
        ("list its divisors", "take the numbers that divide it", "find all its factors"),
    ),
)  # fmt: skip

FINISHES = (
    Part(
        "plus", "int", "int", lambda a, k: a + k, "{a} + {k}", "{k} + {a}",
        ("add {k} to the result", "raise the answer by {k}", "put {k} on top"), SMALL_STEPS,
    ),
    Part(
        "times", "int", "int", lambda a, k: a * k, "{a} * {k}", "{k} * {a}",
        ("multiply the result by {k}", "make the answer {k} times as large", "scale the result by {k}"), FACTORS,
    ),
    Part(
        "modulo", "int", "int", lambda a, k: a % k, "{a} % {k}", "divmod({a}, {k})[1]",
        ("take the result modulo {k}", "give the answer's remainder by {k}", "reduce the result mod {k}"), DIVISORS,
    ),
    Part(
        "gap", "int", "int", lambda a, k: abs(a - k), "abs({a} - {k})", "abs({k} - {a})",
        ("take its distance to {k}", "say how far the result is from {k}", "give the gap to {k}"), THRESHOLDS,
    ),
    Part(
        "not_negative", "int", "int", lambda a, _: max(a, 0), "max({a}, 0)", "{a} if {a} > 0 else 0",
        ("let the result be 0 at least", "turn a negative result into 0", "never go below 0"),
    ),
    Part(
        "exceeds", "int", "bool", lambda a, k: a > k, "{a} > {k}", "not {a} <= {k}",
        ("tell if the result exceeds {k}", "say whether the answer is over {k}", "check it is more than {k}"),
        THRESHOLDS,
    ),
    Part(
        "label", "int", "text", lambda a, k: "big" if a >= k else "small", '"big" if {a} >= {k} else "small"',
        '"small" if {a} < {k} else "big"',
        ("say big from {k} on, else small", "answer small below {k}, else big", "call {k} or more big, less small"),
        THRESHOLDS,
    ),
)  # fmt: skip
