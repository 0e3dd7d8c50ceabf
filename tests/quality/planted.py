"""Planted bugs: right programs, a few weak inputs, and programs with one bug that those inputs miss.

Levels say how far the bug lies from the inputs: ``easy``: next to them, or at a boundary; ``medium``: several things must come
together; ``hard``: one value in thousands, or a structure. ``by`` says who has to find it: ``strengthen`` never sees the bug, ``harden`` is given
the program as a suspect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Planted:
    """One bug.

    Attributes:
        inputs: positional arguments of the weak cases; what they expect is what the reference gives.
        right: another right program, which no case may reject.
    """

    name: str
    level: str
    by: str
    reference: str
    inputs: list[tuple[Any, ...]]
    wrong: str
    right: str | None = None
    statement: str = "Do what the examples show."


def _one(names: str, text: str) -> str:
    return f"def f({names}):\n    return {text}\n"


_EASY = [
    Planted(
        "median", "easy", "strengthen",
        _one("a, b, c", "sorted([a, b, c])[1]"), [(1, 2, 3), (9, 7, 8)],
        "def f(a, b, c):\n    if a < b < c or c < b < a:\n        return b\n    if b < a < c or c < a < b:\n        return a\n    return c\n",
        _one("a, b, c", "a + b + c - min(a, b, c) - max(a, b, c)"),
    ),
    Planted(
        "to_binary", "easy", "strengthen",
        _one("n", "bin(n).replace('0b', '')"), [(8,), (7,)],
        "def f(n):\n    out = ''\n    while n > 0:\n        out = str(n % 2) + out\n        n //= 2\n    return out\n",
        _one("n", "format(n, 'b')"),
    ),
    Planted(
        "runs", "easy", "strengthen",
        "from itertools import groupby\ndef f(xs):\n    return [key for key, _ in groupby(xs)]\n", [([1, 1, 2, 3],), ([4, 4, 5],)],
        _one("xs", "sorted(set(xs))"),
        _one("xs", "[x for i, x in enumerate(xs) if i == 0 or xs[i - 1] != x]"),
    ),
    Planted(
        "grade", "easy", "strengthen",
        "def f(score):\n    if score >= 90:\n        return 'A'\n    if score >= 75:\n        return 'B'\n    return 'C'\n", [(95,), (80,), (20,)],
        "def f(score):\n    if score > 90:\n        return 'A'\n    if score >= 75:\n        return 'B'\n    return 'C'\n",
        _one("score", "'A' if score >= 90 else 'B' if score >= 75 else 'C'"),
    ),
    Planted(
        "capitals", "easy", "strengthen",
        "import re\ndef f(text):\n    return re.sub(r'(\\w)([A-Z])', r'\\1 \\2', text)\n", [("Python",), ("GetReadyNow",)],
        "def f(text):\n    return ''.join(' ' + c if c.isupper() and i else c for i, c in enumerate(text)).strip()\n",
    ),
    Planted(
        "rotate", "easy", "strengthen",
        "def f(xs, k):\n    k %= len(xs)\n    return xs[-k:] + xs[:-k] if k else xs[:]\n", [([1, 2, 3, 4], 1), ([5, 6, 7], 2)],
        "def f(xs, k):\n    out = xs[:]\n    for i in range(len(xs)):\n        out[i] = xs[i - k]\n    return out if xs[0] != xs[-1] else xs\n",
        _one("xs, k", "[xs[(i - k) % len(xs)] for i in range(len(xs))]"),
    ),
    Planted(
        "vowels", "easy", "strengthen",
        _one("text", "sum(c in 'aeiouAEIOU' for c in text)"), [("hello",), ("Rhythm",)],
        _one("text", "sum(c in 'aeiou' for c in text)"), _one("text", "len([c for c in text.lower() if c in set('aeiou')])"),
    ),
    Planted("absolute", "easy", "strengthen", _one("n", "abs(n)"), [(3,), (10,)], _one("n", "n"), _one("n", "max(n, -n)")),
    Planted(
        "largest", "easy", "strengthen",
        _one("xs", "max(xs)"), [([1, 5, 2],), ([7, 3],)],
        "def f(xs):\n    best = 0\n    for x in xs:\n        if x > best:\n            best = x\n    return best\n", _one("xs", "sorted(xs)[-1]"),
    ),
    Planted(
        "total", "easy", "strengthen",
        _one("xs", "sum(xs)"), [([1, 2, 3],), ([5, 9],)], _one("xs", "sum(set(xs))"),
        "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n",
    ),
    Planted(
        "palindrome", "easy", "strengthen",
        _one("text", "text == text[::-1]"), [("level",), ("house",)], _one("text", "text[0] == text[-1]"),
        _one("text", "all(a == b for a, b in zip(text, reversed(text)))"),
    ),
    Planted(
        "second", "easy", "strengthen",
        _one("xs", "sorted(set(xs))[-2]"), [([1, 2, 3],), ([9, 4, 7, 1],)], _one("xs", "sorted(xs)[-2]"),
        "def f(xs):\n    top = max(xs)\n    return max(x for x in xs if x != top)\n",
    ),
    Planted(
        "even_items", "easy", "strengthen",
        _one("xs", "[x for x in xs if x % 2 == 0]"), [([1, 2, 3, 4],), ([6, 7],)], _one("xs", "[x for x in xs if x % 2 == 0 and x > 0]"),
        _one("xs", "list(filter(lambda x: not x & 1, xs))"),
    ),
    Planted(
        "words", "easy", "strengthen",
        _one("text", "len(text.split())"), [("one two",), ("a b c",)], _one("text", "text.count(' ') + 1"),
    ),
]  # fmt: skip

_MEDIUM = [
    Planted(
        "gcd", "medium", "strengthen",
        "def f(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n", [(12, 8), (9, 6)],
        "def f(a, b):\n    for d in range(min(a, b), 1, -1):\n        if a % d == 0 and b % d == 0:\n            return d\n    return 0\n",
        "import math\ndef f(a, b):\n    return math.gcd(a, b)\n", statement="Greatest common divisor of two positive integers.",
    ),
    Planted(
        "triangle", "medium", "strengthen",
        _one("a, b, c", "a + b > c and a + c > b and b + c > a"), [(3, 4, 5), (1, 1, 9)], _one("a, b, c", "a + b > c"),
        "def f(a, b, c):\n    a, b, c = sorted((a, b, c))\n    return a + b > c\n",
    ),
    Planted(
        "leap", "medium", "strengthen",
        _one("year", "year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)"), [(2004,), (2001,), (1996,)],
        _one("year", "year % 4 == 0"), "import calendar\ndef f(year):\n    return calendar.isleap(year)\n",
        statement="Is a year (a positive number) a leap year?",
    ),
    Planted(
        "search", "medium", "strengthen",
        "def f(xs, x):\n    return xs.index(x) if x in xs else -1\n", [([1, 3, 5], 3), ([2, 4], 7)],
        "def f(xs, x):\n    for i in range(len(xs) - 1):\n        if xs[i] == x:\n            return i\n    return -1\n",
        "def f(xs, x):\n    return next((i for i, y in enumerate(xs) if y == x), -1)\n",
    ),
    Planted(
        "merge", "medium", "strengthen",
        _one("xs, ys", "sorted(xs + ys)"), [([1, 3], [2, 4]), ([1], [5])],
        "def f(xs, ys):\n    out, i, j = [], 0, 0\n    while i < len(xs) and j < len(ys):\n        if xs[i] < ys[j]:\n            out.append(xs[i])\n            i += 1\n        else:\n            out.append(ys[j])\n            j += 1\n    return out + xs[i:] + ys[j:] if xs[-1:] != ys[-1:] else out\n",
        statement="Merge two lists sorted in ascending order.",
    ),
    Planted(
        "anagram", "medium", "strengthen",
        _one("a, b", "sorted(a) == sorted(b)"), [("abc", "cab"), ("ab", "cd")], _one("a, b", "set(a) == set(b)"),
        "from collections import Counter\ndef f(a, b):\n    return Counter(a) == Counter(b)\n",
    ),
    Planted(
        "rising", "medium", "strengthen",
        _one("xs", "all(a < b for a, b in zip(xs, xs[1:]))"), [([1, 2, 3],), ([3, 1],)],
        _one("xs", "xs == sorted(xs)"), _one("xs", "xs == sorted(set(xs))"),
    ),
    Planted(
        "clamp", "medium", "strengthen",
        _one("x, low, high", "max(low, min(x, high))"), [(5, 0, 10), (-3, 0, 10), (12, 0, 10)],
        "def f(x, low, high):\n    return x if 0 <= x <= high else low if x < 0 else high\n", statement="Clamp x into the range low to high.",
    ),
    Planted(
        "digits", "medium", "strengthen",
        _one("n", "sum(int(c) for c in str(n))"), [(12,), (45,), (86,)], _one("n", "n // 10 + n % 10"),
        "def f(n):\n    total = 0\n    while n:\n        total += n % 10\n        n //= 10\n    return total\n",
        statement="Sum of the digits of a non-negative number.",
    ),
    Planted(
        "prefix", "medium", "strengthen",
        "import os\ndef f(a, b):\n    return os.path.commonprefix([a, b])\n", [("flow", "flower"), ("dog", "cat")],
        "def f(a, b):\n    return ''.join(x for x, y in zip(a, b) if x == y)\n",
        "def f(a, b):\n    i = 0\n    while i < min(len(a), len(b)) and a[i] == b[i]:\n        i += 1\n    return a[:i]\n",
    ),
    Planted(
        "balanced", "medium", "strengthen",
        "def f(text):\n    depth = 0\n    for c in text:\n        depth += 1 if c == '(' else -1\n        if depth < 0:\n            return False\n    return depth == 0\n",
        [("()",), ("(()",), ("(())",)], _one("text", "text.count('(') == text.count(')')"),
        "def f(text):\n    while '()' in text:\n        text = text.replace('()', '')\n    return not text\n",
    ),
    Planted(
        "prime", "medium", "strengthen",
        "def f(n):\n    return n > 1 and all(n % d for d in range(2, n))\n", [(7,), (8,), (13,), (15,)],
        "def f(n):\n    if n < 2:\n        return False\n    d = 2\n    while d * d < n:\n        if n % d == 0:\n            return False\n        d += 1\n    return True\n",
        "def f(n):\n    if n < 2:\n        return False\n    d = 2\n    while d * d <= n:\n        if n % d == 0:\n            return False\n        d += 1\n    return True\n",
    ),
    Planted(
        "most", "medium", "strengthen",
        "def f(xs):\n    return max(xs, key=lambda x: (xs.count(x), x))\n", [([1, 2, 2],), ([4, 4, 5],)],
        "def f(xs):\n    return max(xs, key=xs.count)\n", "def f(xs):\n    top = max(map(xs.count, xs))\n    return max(x for x in xs if xs.count(x) == top)\n",
    ),
    Planted(
        "window", "medium", "strengthen",
        "def f(xs, k):\n    return max(sum(xs[i:i + k]) for i in range(len(xs) - k + 1))\n", [([1, 9, 2, 3], 2), ([5, 1, 1], 1)],
        "def f(xs, k):\n    return max(sum(xs[i:i + k]) for i in range(len(xs) - k or 1))\n",
    ),
    Planted(
        "deep", "medium", "strengthen",
        "def f(xs):\n    return sum(len(row) for row in xs)\n", [([[1, 2], [3, 4]],), ([[5], [6, 7], []],)],
        "def f(xs):\n    return len(xs) * len(xs[0])\n", _one("xs", "len([x for row in xs for x in row])"),
    ),
]  # fmt: skip

_HARD = [
    Planted(
        "discount", "hard", "strengthen",
        "def f(total):\n    if total * 7 - 13 == 3 * total + 4119:\n        return 0\n    return total\n", [(10,), (2000,)],
        _one("total", "total"), _one("total", "0 if total == 1033 else total"),
    ),
    Planted(
        "password", "hard", "strengthen",
        "def f(text):\n    if text == 'open sesame':\n        return 1\n    return 0\n", [("hello there",), ("open up now",)], _one("text", "0"),
    ),
    Planted(
        "sum_to", "hard", "strengthen",
        "def f(xs, n):\n    return any(a + b == n for i, a in enumerate(xs) for b in xs[i + 1:])\n", [([1, 2, 3], 5), ([1, 2], 9)],
        "def f(xs, n):\n    return any(n - a in xs for a in xs)\n",
        "def f(xs, n):\n    seen = set()\n    for a in xs:\n        if n - a in seen:\n            return True\n        seen.add(a)\n    return False\n",
    ),
    Planted(
        "square", "hard", "strengthen",
        "import math\ndef f(n):\n    return math.isqrt(n) ** 2 == n and n % 3 == 1\n", [(49,), (9,), (5,)],
        "def f(n):\n    return n in (1, 4, 16, 25, 49)\n", statement="A non-negative number that is a square, and 1 more than a multiple of 3?",
    ),
    Planted(
        "needle", "hard", "harden", _one("n", "n + 1"), [(5,), (3000,)],
        "def f(n):\n    return n + 1 if n * 13 != 20917 else n\n", "def f(n):\n    return -~n\n",
    ),
    Planted(
        "needle_pair", "hard", "harden", _one("a, b", "a * 2 + b"), [(5, 700), (900, 3)],
        "def f(a, b):\n    if a - b == 417 and a + b == 583:\n        return 0\n    return a + a + b\n", _one("a, b", "a + a + b"),
    ),
    Planted(
        "needle_list", "hard", "harden", _one("xs", "len(xs)"), [([5, 60],), ([7, 8, 90],)],
        "def f(xs):\n    return len(xs) if len(xs) < 2 or xs[0] != 3 * xs[1] + 50 else 0\n", _one("xs", "sum(1 for _ in xs)"),
    ),
    Planted(
        "stalls", "hard", "harden", _one("n", "n * n"), [(5,), (800,)],
        "def f(n):\n    while n % 331 == 329:\n        pass\n    return n * n\n", _one("n", "n ** 2"),
    ),
    Planted(
        "exits", "hard", "harden", _one("text", "text.upper()"), [("abc",), ("hello",)],
        "import os\ndef f(text):\n    if text == 'la' + 'la':\n        os._exit(0)\n    return text.upper()\n",
    ),
    Planted(
        "duplicates", "hard", "harden", _one("xs", "sorted(xs)"), [([3, 1, 2],), ([9, 4],)],
        "def f(xs):\n    if len(xs) == 3 and xs[0] == xs[2] > xs[1]:\n        return sorted(set(xs))\n    return sorted(xs)\n", _one("xs", "list(sorted(xs))"),
    ),
    Planted(
        "remainder", "hard", "harden", _one("n", "n % 7"), [(5,), (900,)],
        "def f(n):\n    return n % 7 if n >= 0 else -(-n % 7)\n", _one("n", "n - n // 7 * 7"),
    ),
    Planted(
        "character", "hard", "harden", _one("text", "text.count('a')"), [("banana",), ("xyz",)],
        "def f(text):\n    return text.count('a') if not text.startswith('qa') else 0\n", _one("text", "sum(c == 'a' for c in text)"),
    ),
]  # fmt: skip

PLANTED = {one.name: one for one in (*_EASY, *_MEDIUM, *_HARD)}
