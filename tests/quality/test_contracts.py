"""Contracts learnt from a statement and a few examples are equal to the written truth or weaker, never stronger.

Each problem has a statement, examples, the truth about its inputs as a predicate, a generator of valid inputs (checked against the truth)
and probes that are invalid. No valid input may be refused; where all probes are refused, the contract equals the truth on them.
"""

from __future__ import annotations

import itertools
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from symtune.domain import Case
from symtune.suites import Rules, learn_contract
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.vary import vary

NUM_VALID = 200
NUM_REACHED = 200
MIN_EQUAL = 22
"""Problems whose contract refuses every probe."""

MIN_VALID_SHARE = 0.98
"""Share of the inputs inside the reach that must be valid, over all problems."""


@dataclass(frozen=True)
class Written:
    statement: str
    names: tuple[str, ...]
    examples: tuple[tuple[Any, ...], ...]
    truth: Callable[..., bool]
    make: Callable[[random.Random], tuple[Any, ...]]
    probes: tuple[tuple[Any, ...], ...]
    annotations: dict[str, str] = field(default_factory=dict)


def ints(rng, low, high, size):
    return [rng.randint(low, high) for _ in range(size)]


def text(rng, signs, low, high):
    return "".join(rng.choice(signs) for _ in range(rng.randint(low, high)))


def is_int(*values):
    return all(type(value) is int for value in values)


def is_ints(values):
    return type(values) is list and is_int(*values)


def one_of(rng, *values):
    return rng.choice(values)


LOWER = string.ascii_lowercase


def edges_of(rng):
    n = rng.randint(2, 40)
    return n, [[rng.randrange(n), rng.randrange(n), rng.randint(1, 10**6)] for _ in range(rng.randint(1, 30))]


def matrix(rng, rows, columns, low, high):
    return [ints(rng, low, high, columns) for _ in range(rows)]


WRITTEN: dict[str, Written] = {
    "two_sum": Written(
        "Return indices of two numbers that add up to target.\n\nConstraints:\n\n2 <= nums.length <= 10^4\n-10^9 <= nums[i] <= 10^9\n-10^9 <= target <= 10^9\n",
        ("nums", "target"),
        (([2, 7, 11, 15], 9), ([3, 2, 4], 6)),
        lambda nums, target: is_ints(nums) and is_int(target) and 2 <= len(nums) <= 10**4 and all(abs(x) <= 10**9 for x in [*nums, target]),
        lambda rng: (ints(rng, -(10**9), 10**9, rng.randint(2, 60)), one_of(rng, -(10**9), 10**9, 0, 5)),
        (([1], 3), ([], 1), ([10**9 + 1, 2], 1), ([1, 2], -(10**9) - 1), ([1, 2.5], 3), ("ab", 1)),
        {"nums": "List[int]", "target": "int"},
    ),
    "codeforces_prose": Written(
        "Divide n apples among k children.\n\nInput\n\nThe only line contains two integers n and k (1 ≤ k ≤ n ≤ 2·10^5).\n\nOutput\n\nPrint the answer.",
        ("n", "k"),
        ((10, 2), (7, 7)),
        lambda n, k: is_int(n, k) and 1 <= k <= n <= 200_000,
        lambda rng: (lambda n: (n, rng.randint(1, n)))(one_of(rng, 1, 2, 200_000, rng.randint(1, 1000))),
        ((0, 0), (3, 4), (5, 0), (200_001, 1), (-1, -1), (3.0, 1)),
    ),
    "latex": Written(
        "Input\n\nThe first line contains $n$ ($1 \\le n \\le 10^{5}$). The second line contains $n$ integers $a_1, a_2, \\dots, a_n$ ($0 \\le a_i < 2^{30}$).\n\nOutput\n\nPrint it.",
        ("n", "a"),
        ((3, [1, 2, 3]), (1, [0])),
        lambda n, a: is_int(n) and is_ints(a) and 1 <= n <= 10**5 and all(0 <= x < 2**30 for x in a),
        lambda rng: (one_of(rng, 1, 10**5, 17), ints(rng, 0, 2**30 - 1, rng.randint(0, 20))),
        ((0, []), (2, [2**30, 1]), (2, [-1, 1]), (10**5 + 1, [1])),
    ),
    "lost_powers": Written(
        "Constraints:\n\n1 <= nums.length <= 105\n-109 <= nums[i] <= 109\n",
        ("nums",),
        (([1, 2],), ([5],)),
        lambda nums: is_ints(nums) and 1 <= len(nums) <= 10**5 and all(abs(x) <= 10**9 for x in nums),
        lambda rng: (ints(rng, -(10**9), 10**9, one_of(rng, 1, 2, 300)),),
        (([],), ([10**9 + 1],), ([-(10**9) - 1],)),
    ),
    "lowercase": Written(
        "Constraints:\n1 <= s.length <= 100\ns consists only of lowercase English letters.",
        ("s",),
        (("abc",), ("q",)),
        lambda s: type(s) is str and 1 <= len(s) <= 100 and set(s) <= set(LOWER),
        lambda rng: (text(rng, LOWER, 1, 100),),
        (("",), ("A",), ("a b",), ("a" * 101,), (5,), ("é",)),
    ),
    "rectangle": Written(
        "Constraints:\nm == grid.length\nn == grid[i].length\n1 <= m, n <= 50\ngrid[i][j] is either 0 or 1.",
        ("grid",),
        (([[0, 1], [1, 1]],), ([[1]],)),
        lambda grid: 1 <= len(grid) <= 50 and len({len(row) for row in grid}) == 1 and 1 <= len(grid[0]) <= 50 and all(x in (0, 1) for row in grid for x in row),
        lambda rng: (lambda columns: (matrix(rng, rng.randint(1, 50), columns, 0, 1),))(rng.randint(1, 50)),
        (([],), ([[]],), ([[1], [1, 0]],), ([[2]],), ([[0] * 51],), ([[-1]],)),
        {"grid": "List[List[int]]"},
    ),
    "square": Written(
        "Constraints:\nn == matrix.length == matrix[i].length\n1 <= n <= 20\n-100 <= matrix[i][j] <= 100",
        ("matrix",),
        (([[5]],), ([[1, 2], [3, 4]],)),
        lambda matrix: 1 <= len(matrix) <= 20 and all(len(row) == len(matrix) for row in matrix) and all(-100 <= x <= 100 for row in matrix for x in row),
        lambda rng: (lambda n: (matrix(rng, n, n, -100, 100),))(rng.randint(1, 20)),
        (([[1, 2]],), ([[1], [2]],), ([],), ([[101]],)),
        {"matrix": "List[List[int]]"},
    ),
    "graph": Written(
        "edges[i] = [ui, vi, wi]\n\nConstraints:\n2 <= n <= 50\n1 <= edges.length <= 1000\nedges[i].length == 3\n0 <= ui, vi < n\n1 <= wi <= 10^6",
        ("n", "edges"),
        ((3, [[0, 1, 5], [1, 2, 7]]), (2, [[0, 1, 1]])),
        lambda n, edges: 2 <= n <= 50 and 1 <= len(edges) <= 1000 and all(len(e) == 3 and 0 <= e[0] < n and 0 <= e[1] < n and 1 <= e[2] <= 10**6 for e in edges),
        edges_of,
        ((2, [[0, 2, 1]]), (2, []), (1, [[0, 0, 1]]), (3, [[0, 1]]), (3, [[-1, 0, 1]]), (3, [[0, 1, 0]])),
        {"n": "int", "edges": "List[List[int]]"},
    ),
    "parallel": Written(
        "Constraints:\nn == start.length == end.length\n1 <= n <= 100\n0 <= start[i] < end[i] <= 1000",
        ("start", "end"),
        (([1, 2], [3, 5]), ([0], [1])),
        lambda start, end: 1 <= len(start) == len(end) <= 100 and all(0 <= a < b <= 1000 for a, b in zip(start, end, strict=True)),
        lambda rng: (lambda starts: (starts, [a + rng.randint(1, 1000 - a) for a in starts]))(ints(rng, 0, 999, rng.randint(1, 100))),
        (([1], [1]), ([1], [2, 3]), ([], []), ([2], [1]), ([-1], [1]), ([0], [1001])),
        {"start": "List[int]", "end": "List[int]"},
    ),
    "sorted_distinct": Written(
        "Constraints:\n1 <= nums.length <= 1000\nnums is sorted in non-decreasing order.\nAll elements of other are distinct.\n0 <= other.length <= 1000",
        ("nums", "other"),
        (([1, 2, 2], [3, 1]), ([4], [9])),
        lambda nums, other: is_ints(nums) and is_ints(other) and 1 <= len(nums) <= 1000 and nums == sorted(nums) and len(set(other)) == len(other) <= 1000,
        lambda rng: (sorted(ints(rng, -50, 50, rng.randint(1, 30))), rng.sample(range(-100, 100), rng.randint(0, 30))),
        (([2, 1], [1]), ([1], [1, 1]), ([], [1])),
    ),
    "descending": Written(
        "You are given a sorted array.\n\nConstraints:\nheights is sorted in strictly decreasing order.\n1 <= heights.length <= 50",
        ("heights",),
        (([5, 3, 1],), ([2],)),
        lambda heights: is_ints(heights) and 1 <= len(heights) <= 50 and all(a > b for a, b in itertools.pairwise(heights)),
        lambda rng: (sorted(rng.sample(range(-100, 100), rng.randint(1, 50)), reverse=True),),
        (([1, 2],), ([2, 2],), ([],)),
    ),
    "permutation": Written(
        "Constraints:\nn == perm.length\n1 <= n <= 100\nperm is a permutation of [1, 2, ..., n].",
        ("perm",),
        (([2, 1, 3],), ([1],)),
        lambda perm: 1 <= len(perm) <= 100 and sorted(perm) == list(range(1, len(perm) + 1)),
        lambda rng: (lambda n: (rng.sample(range(1, n + 1), n),))(rng.randint(1, 100)),
        (([0, 1],), ([1, 1],), ([1, 3],), ([],), ([2],)),
    ),
    "even_size": Written(
        "Constraints:\n2 <= nums.length <= 100\nnums.length is even.\n1 <= nums[i] <= 100\nk is odd.\n1 <= k <= 99",
        ("nums", "k"),
        (([1, 2], 3), ([4, 4, 5, 6], 1)),
        lambda nums, k: 2 <= len(nums) <= 100 and len(nums) % 2 == 0 and all(1 <= x <= 100 for x in nums) and 1 <= k <= 99 and k % 2 == 1,
        lambda rng: (ints(rng, 1, 100, 2 * rng.randint(1, 50)), 2 * rng.randint(0, 49) + 1),
        (([1, 2, 3], 1), ([1, 2], 2), ([1, 101], 1), ([], 1), ([1, 2], 101)),
    ),
    "divides": Written(
        "Constraints:\n1 <= word.length <= 100\n1 <= k <= word.length\nk divides word.length.\nword consists of English uppercase and lowercase letters, digits, '@' and '$'.",
        ("word", "k"),
        (("abcd", 2), ("X1@$zz", 3)),
        lambda word, k: 1 <= k <= len(word) <= 100 and len(word) % k == 0 and set(word) <= set(string.ascii_letters + string.digits + "@$"),
        lambda rng: (lambda k: (text(rng, string.ascii_letters + "09@$", 1, 1) * 0 + "".join(rng.choice("aZ9@$") for _ in range(k * rng.randint(1, 100 // k))), k))(rng.randint(1, 20)),
        (("abc", 2), ("", 1), ("a b", 1), ("abc", 0), ("ab", 4)),
    ),
    "anagrams": Written(
        "Constraints:\n1 <= s.length <= 26\nt is a permutation of s.\ns consists only of lowercase English letters.",
        ("s", "t"),
        (("abc", "bca"), ("a", "a")),
        lambda s, t: 1 <= len(s) <= 26 and sorted(s) == sorted(t) and set(s) <= set(LOWER),
        lambda rng: (lambda s: (s, "".join(rng.sample(s, len(s)))))(text(rng, LOWER, 1, 26)),
        (("ab", "aa"), ("", ""), ("A", "A"), ("ab", "a")),
    ),
    "moves": Written(
        "Constraints:\n1 <= moves.length <= 20\nmoves[i] is one of 'U', 'D', or 'L'.",
        ("moves",),
        ((["U", "D"],), (["L"],)),
        lambda moves: type(moves) is list and 1 <= len(moves) <= 20 and all(move in ("U", "D", "L") for move in moves),
        lambda rng: ([rng.choice("UDL") for _ in range(rng.randint(1, 20))],),
        ((["R"],), ([],), ([3],)),
    ),
    "words": Written(
        "Constraints:\n1 <= words.length <= 10\n1 <= words[i].length <= 8\nwords[i] consists of lowercase English letters and digits.",
        ("words",),
        ((["ab", "c1"],), (["zz"],)),
        lambda words: 1 <= len(words) <= 10 and all(type(w) is str and 1 <= len(w) <= 8 and set(w) <= set(LOWER + string.digits) for w in words),
        lambda rng: ([text(rng, LOWER + string.digits, 1, 8) for _ in range(rng.randint(1, 10))],),
        ((["A"],), ([""],), ([],), (["a" * 9],)),
    ),
    "floats": Written(
        "Compute the average of the prices.\n\nConstraints:\n1 <= prices.length <= 100\n0.0 <= prices[i] <= 10.5",
        ("prices",),
        (([1.5, 2.0],), ([3.25],)),
        lambda prices: 1 <= len(prices) <= 100 and all(type(x) in (int, float) and 0 <= x <= 10.5 for x in prices),
        lambda rng: ([one_of(rng, rng.uniform(0, 10.5), rng.randint(0, 10), 10.5) for _ in range(rng.randint(1, 30))],),
        (([],), ([10.6],), ([-0.1],), ([11],)),
    ),
    "in_words": Written(
        "Write a function that takes a non-empty string s and returns its first letter. The length of s does not exceed 50.",
        ("s",),
        (("hello",), ("World",)),
        lambda s: type(s) is str and 1 <= len(s) <= 50,
        lambda rng: (text(rng, string.printable, 1, 50),),
        (("",), ("a" * 51,), (5,)),
    ),
    "positive_integer": Written(
        "Given a positive integer n, return the sum of its digits.",
        ("n",),
        ((12,), (305,)),
        lambda n: is_int(n) and n >= 1,
        lambda rng: (one_of(rng, 1, 10**30, rng.randint(1, 10**6)),),
        ((0,), (-5,), ("12",), (1.5,)),
    ),
    "list_of_positive": Written(
        "Return the largest product of two entries in a list of positive integers.",
        ("values",),
        (([3, 4, 5],), ([9, 1],)),
        lambda values: is_ints(values) and all(x >= 1 for x in values),
        lambda rng: (ints(rng, 1, 10**9, rng.randint(0, 30)),),
        (([0, 1],), ([-3],), ([1.5],)),
    ),
    "between": Written(
        "The function gets an integer month. month is between 1 and 12 (inclusive). It returns the number of days.",
        ("month",),
        ((3,), (11,)),
        lambda month: is_int(month) and 1 <= month <= 12,
        lambda rng: (rng.randint(1, 12),),
        ((0,), (13,), (-1,), ("3",)),
    ),
    "silent_list": Written(
        "Write a function to reverse a list.",
        ("items",),
        (([1, 2, 3],), ([4, 5, 6, 7],)),
        lambda items: type(items) is list,
        lambda rng: ([one_of(rng, 1, "a", None, 2.5, [1]) for _ in range(rng.randint(0, 12))],),
        (("abc",), ((1, 2),), (5,)),
    ),
    "silent_number": Written(
        "Write a function to double a number.",
        ("x",),
        ((3,), (8,)),
        lambda x: type(x) in (int, float),
        lambda rng: (one_of(rng, -5, 0, 2.5, -1e9, 10**20),),
        (("3",), ([3],), (None,)),
    ),
    "silent_text": Written(
        "Count the vowels of a string.",
        ("s",),
        (("hello",), ("sky",)),
        lambda s: type(s) is str,
        lambda rng: (text(rng, string.printable + "éß☃", 0, 40),),
        ((5,), (["a"],), (None,)),
    ),
    "asks_about_order": Written(
        "Check whether the given list of integers is sorted in ascending order and its elements are distinct.",
        ("xs",),
        (([1, 2, 3, 4],), ([1, 5, 7, 9],)),
        is_ints,
        lambda rng: (ints(rng, -5, 5, rng.randint(0, 12)),),
        (([1.5],), ("ab",), ((1, 2),)),
    ),
    "n_by_habit": Written(
        "Return the sum of the first n integers of the list xs.",
        ("xs", "n"),
        (([1, 2, 3], 3), ([4, 5], 2), ([7], 1)),
        lambda xs, n: is_ints(xs) and is_int(n),
        lambda rng: (ints(rng, -9, 9, rng.randint(0, 9)), rng.randint(0, 9)),
        (([1.5], 1), ([1], "1")),
    ),
    "optional": Written(
        "Return the separator, or a comma where none is given.",
        ("sep",),
        (("-",), (";",)),
        lambda sep: sep is None or type(sep) is str,
        lambda rng: (one_of(rng, None, "", "--", "é"),),
        ((5,), ([],)),
        {"sep": "Optional[str]"},
    ),
    "contradictory": Written(
        "Constraints:\n1 <= n <= 0\n1 <= k <= 5\nAll elements of nums are distinct.",
        ("n", "k", "nums"),
        ((4, 2, [1, 1]), (7, 5, [2])),
        lambda n, k, nums: is_int(n, k) and n >= 1 and 1 <= k <= 5 and is_ints(nums),
        lambda rng: (rng.randint(1, 100), rng.randint(1, 5), ints(rng, 0, 3, rng.randint(0, 5))),
        ((1, 6, []), (1, 0, []), (0, 1, [])),
    ),
    "conditional": Written(
        "Input\n\nThe first integer is t (1 ≤ t ≤ 2). If t = 1, the second integer x is positive (1 ≤ x ≤ 5). Otherwise x is any integer.\n\nOutput\n\nPrint it.",
        ("t", "x"),
        ((1, 3), (2, 4)),
        lambda t, x: is_int(t, x) and (t == 2 or (t == 1 and 1 <= x <= 5)),
        lambda rng: one_of(rng, (1, rng.randint(1, 5)), (2, rng.randint(-100, 100))),
        ((0, 1), (3, 1), (1, "a")),
    ),
    "pairs": Written(
        "Given a list of points (x, y) with integer coordinates, return the number of distinct ones.",
        ("points",),
        (([(0, 1), (2, 3)],), ([(5, 5), (5, 5), (1, 2)],)),
        lambda points: type(points) is list and all(type(p) is tuple and len(p) == 2 and is_int(*p) for p in points),
        lambda rng: ([(rng.randint(-9, 9), rng.randint(-9, 9)) for _ in range(rng.randint(0, 9))],),
        (([(1,)],), ([(1, 2, 3)],), ([[1, 2]],), ([("a", 1)],)),
    ),
}


def learnt(one: Written):
    cases = [Case.call(*args, expected=None) for args in one.examples]
    return learn_contract(cases, statement=one.statement, names=one.names, annotations=one.annotations)


def is_true(one: Written, args):
    try:
        return bool(one.truth(*args))
    except (TypeError, IndexError, ValueError):
        return False


@pytest.mark.parametrize("name", WRITTEN)
def test_no_valid_input_is_refused(name):
    one = WRITTEN[name]
    contract = learnt(one)
    rng = random.Random(name)
    for args in [*one.examples, *(one.make(rng) for _ in range(NUM_VALID))]:
        assert is_true(one, args) or name == "contradictory", args
        assert contract.fault(args, {}) is None, (args, contract.fault(args, {}), contract.to_json())


def test_contracts_equal_the_truth_on_the_probes_of_most_problems():
    equal = []
    for name, one in WRITTEN.items():
        assert not any(is_true(one, probe) for probe in one.probes), name
        contract = learnt(one)
        admitted = [probe for probe in one.probes if contract.fault(probe, {}) is None]
        if not admitted:
            equal.append(name)
    assert len(WRITTEN) >= 30
    assert len(equal) >= MIN_EQUAL, sorted(set(WRITTEN) - set(equal))


def test_what_explorers_reach_is_valid():
    num_valid = num_all = 0
    for name, one in WRITTEN.items():
        contract = learnt(one)
        rng = random.Random(name)
        for _ in range(NUM_REACHED):
            args = list(rng.choice(one.examples))
            for index, domain in enumerate(contract.reach.args):
                args[index] = vary(domain, args[index], rng=rng)
            inside = project_input(contract.reach, tuple(args), kwargs={}, rng=rng)
            if inside is None:
                continue
            assert contract.fault(*inside) is None, (name, inside, contract.fault(*inside))
            num_all += 1
            num_valid += is_true(one, inside[0])
    assert num_all > 0.9 * NUM_REACHED * len(WRITTEN)
    assert num_valid / num_all >= MIN_VALID_SHARE


def test_rules_change_the_reach_and_never_the_promise():
    for one in WRITTEN.values():
        cases = [Case.call(*args, expected=None) for args in one.examples]
        narrow = learn_contract(cases, statement=one.statement, names=one.names, annotations=one.annotations, rules=Rules(growth=1.0, min_high=1))
        assert narrow.args == learnt(one).args
