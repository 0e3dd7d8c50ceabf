"""Planted bugs that the given cases miss are found within a budget, and other right programs are left in peace."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Problem, Program
from symtune.judging import judge
from symtune.suites import strengthen

BUDGET_S = 2.0

PLANTED = {
    "median": (
        "def f(a, b, c):\n    return sorted([a, b, c])[1]\n",
        [((1, 2, 3), 2), ((9, 7, 8), 8)],
        "def f(a, b, c):\n    if a < b < c or c < b < a:\n        return b\n    if b < a < c or c < a < b:\n        return a\n    return c\n",
        "def f(a, b, c):\n    return a + b + c - min(a, b, c) - max(a, b, c)\n",
    ),
    "to_binary": (
        "def f(n):\n    return bin(n).replace('0b', '')\n",
        [((8,), "1000"), ((7,), "111")],
        "def f(n):\n    out = ''\n    while n > 0:\n        out = str(n % 2) + out\n        n //= 2\n    return out\n",
        "def f(n):\n    return format(n, 'b')\n",
    ),
    "runs": (
        "from itertools import groupby\ndef f(xs):\n    return [key for key, _ in groupby(xs)]\n",
        [(([1, 1, 2, 3],), [1, 2, 3]), (([4, 4, 5],), [4, 5])],
        "def f(xs):\n    return sorted(set(xs))\n",
        "def f(xs):\n    return [x for i, x in enumerate(xs) if i == 0 or xs[i - 1] != x]\n",
    ),
    "grade": (
        "def f(score):\n    if score >= 90:\n        return 'A'\n    if score >= 75:\n        return 'B'\n    return 'C'\n",
        [((95,), "A"), ((80,), "B"), ((20,), "C")],
        "def f(score):\n    if score > 90:\n        return 'A'\n    if score >= 75:\n        return 'B'\n    return 'C'\n",
        "def f(score):\n    return 'A' if score >= 90 else 'B' if score >= 75 else 'C'\n",
    ),
    "discount": (
        "def f(total):\n    if total * 7 - 13 == 3 * total + 4119:\n        return 0\n    return total\n",
        [((10,), 10), ((2000,), 2000)],
        "def f(total):\n    return total\n",
        "def f(total):\n    return 0 if total == 1033 else total\n",
    ),
    "capitals": (
        "import re\ndef f(text):\n    return re.sub(r'(\\w)([A-Z])', r'\\1 \\2', text)\n",
        [(("Python",), "Python"), (("GetReadyNow",), "Get Ready Now")],
        "def f(text):\n    return ''.join(' ' + c if c.isupper() and i else c for i, c in enumerate(text)).strip()\n",
        None,
    ),
    "rotate": (
        "def f(xs, k):\n    k %= len(xs)\n    return xs[-k:] + xs[:-k] if k else xs[:]\n",
        [(([1, 2, 3, 4], 1), [4, 1, 2, 3]), (([5, 6, 7], 2), [6, 7, 5])],
        "def f(xs, k):\n    out = xs[:]\n    for i in range(len(xs)):\n        out[i] = xs[i - k]\n    return out if xs[0] != xs[-1] else xs\n",
        "def f(xs, k):\n    return [xs[(i - k) % len(xs)] for i in range(len(xs))]\n",
    ),
    "vowels": (
        "def f(text):\n    return sum(c in 'aeiouAEIOU' for c in text)\n",
        [(("hello",), 2), (("Rhythm",), 0)],
        "def f(text):\n    return sum(c in 'aeiou' for c in text)\n",
        "def f(text):\n    return len([c for c in text.lower() if c in set('aeiou')])\n",
    ),
}


@pytest.fixture(scope="module")
def grown():
    problems = [
        Problem(
            id=name,
            statement="Do what the examples show.",
            entry_point="f",
            tests=tuple(Case.call(*args, expected=expected) for args, expected in cases),
            references=(reference,),
        )
        for name, (reference, cases, _, _) in PLANTED.items()
    ]
    return {problem.id: problem for problem in strengthen(problems, budget_s=BUDGET_S, workers=2)}


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_bug_is_missed_by_the_given_tests_and_caught_by_the_grown_ones(name, grown):
    _reference, cases, wrong, right = PLANTED[name]
    before = grown[name].model_copy(update={"tests": grown[name].tests[: len(cases)]})
    program = Program(problem_id=name, source=wrong, id="wrong")
    assert next(judge([before], [program], workers=1)).cause is None, "the bug should slip through the given tests"
    assert next(judge([grown[name]], [program], workers=1)).cause is not None
    if right is not None:
        verdict = next(judge([grown[name]], [Program(problem_id=name, source=right, id="right")], workers=1))
        assert verdict.cause is None, verdict.first_failure
