"""Right programs of the just corpus that answer a problem of their own: comparators, checkers, large and odd answers."""

from __future__ import annotations

import math

from symtune.domain import Case, Problem


def _called(name: str, *cases: Case, entry_point: str = "f", **fields: object) -> Problem:
    return Problem(id=name, statement="", entry_point=entry_point, tests=cases, **fields)


NAN, INF = math.nan, math.inf
_MEGABYTES = 10 * 2**20
_DIVISOR_CHECKER = '''
def check(input, got, expected):
    try:
        p, q = map(int, got.split())
    except ValueError:
        return False
    return p > 1 and q > 1 and p * q == int(input)
'''
_PATH_CHECKER = '''
def check(input, got, expected):
    n = input["args"][0]
    return isinstance(got, list) and sorted(got) == list(range(n)) and all(abs(a - b) > 1 for a, b in zip(got, got[1:]))
'''

OTHERS: dict[str, tuple[Problem, str]] = {
    "method_of_solution": (
        _called("method", Case.call([2, 2], expected=4), Case.call([1], expected=1), entry_point="Solution.add"),
        "from typing import List\n\n\nclass Solution:\n    def __init__(self):\n        self.total = 0\n\n"
        "    def add(self, numbers: List[int]) -> int:\n        for x in numbers:\n            self.total += x\n        return self.total\n",
    ),
    "static_method": (
        _called("static", Case.call(2, expected=4), entry_point="Solution.twice"),
        "class Solution:\n    @staticmethod\n    def twice(x):\n        return 2 * x\n",
    ),
    "class_method_and_class_state": (
        _called("class", Case.call(2, expected=2), Case.call(3, expected=3), entry_point="Solution.keep"),
        "class Solution:\n    seen = []\n\n    @classmethod\n    def keep(cls, x):\n        cls.seen.append(x)\n        return cls.seen[-1]\n",
    ),
    "slots_and_property": (
        _called("slots", Case.call(2, expected=3), entry_point="Solution.run"),
        "class Solution:\n    __slots__ = ('x',)\n\n    @property\n    def next(self):\n        return self.x + 1\n\n"
        "    def run(self, x):\n        self.x = x\n        return self.next\n",
    ),
    "keyword_arguments": (
        _called("kwargs", Case.call(kwargs={"nums": [1, 2], "k": 2}, expected=[2, 4]), entry_point="Solution.scale"),
        "class Solution:\n    def scale(self, nums, k):\n        return [k * x for x in nums]\n",
    ),
    "prelude_of_the_site": (
        _called("prelude", Case.call([1, 2], expected=3), entry_point="Solution.add").model_copy(
            update={"meta": {"prelude": "from typing import *\nfrom functools import *\nfrom operator import *\n"}}
        ),
        "class Solution:\n    def add(self, nums: List[int]) -> Optional[int]:\n        return reduce(add, nums)\n",
    ),
    "nan": (_called("nan", Case.call(expected=NAN)), "def f():\n    return float('inf') - float('inf')\n"),
    "nan_within": (
        _called("nan-within", Case.call(expected=[1.0, NAN, {"a": NAN}], comparator="float_close:1e-9")),
        "def f():\n    return [1, float('nan'), {'a': float('nan')}]\n",
    ),
    "infinities": (_called("inf", Case.call(expected=[INF, -INF])), "def f():\n    return [float('inf'), -1e999]\n"),
    "floats_within_tolerance": (
        _called("close", Case.call(expected=0.3, comparator="float_close:1e-6"), Case.call(expected=0.3, comparator="float_close:1e-6")),
        "def f():\n    return 0.1 + 0.2\n",
    ),
    "decimals_in_text": (
        Problem(id="decimals", statement="", tests=(Case.text("", expected="0.333333 YES\n", comparator="float_close:1e-6"),)),
        "print('%.9f' % (1 / 3), 'YES')\n",
    ),
    "integer_for_a_float": (_called("int-float", Case.call(expected=2.0)), "def f():\n    return 2\n"),
    "bool_for_an_int": (_called("bool", Case.call(expected=1)), "def f():\n    return True\n"),
    "minus_zero": (_called("zero", Case.call(expected=0.0)), "def f():\n    return -0.0\n"),
    "set": (_called("set", Case.call([1, 2, 2], expected={1, 2})), "def f(a):\n    return set(a)\n"),
    "frozen_set_for_a_set": (_called("frozen", Case.call([1, 2], expected={1, 2})), "def f(a):\n    return frozenset(a)\n"),
    "set_of_tuples": (_called("pairs", Case.call(expected={(1, 2), (0, 1)})), "def f():\n    return {(i, i + 1) for i in range(2)}\n"),
    "dict_with_other_keys": (_called("dict", Case.call(expected={1: "a", (2, 3): None})), "def f():\n    return {(2, 3): None, 1: 'a'}\n"),
    "counter": (_called("counter", Case.call("aab", expected={"a": 2, "b": 1})), "from collections import Counter\n\n\ndef f(s):\n    return Counter(s)\n"),
    "default_dict": (
        _called("defaultdict", Case.call(expected={"x": [1]})),
        "from collections import defaultdict\n\n\ndef f():\n    d = defaultdict(list)\n    d['x'].append(1)\n    return d\n",
    ),
    "named_tuple": (
        _called("named", Case.call(expected=(1, 2))),
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\n\n\ndef f():\n    return P(1, 2)\n",
    ),
    "enum_of_int": (_called("enum", Case.call(expected=3)), "from enum import IntEnum\n\n\nclass C(IntEnum):\n    A = 3\n\n\ndef f():\n    return C.A\n"),
    "complex_and_bytes": (_called("plain", Case.call(expected=[1 + 2j, b"ab"])), "def f():\n    return [complex(1, 2), bytearray(b'ab')]\n"),
    "large_integer": (_called("large", Case.call(expected=3**20_000)), "def f():\n    return pow(3, 20_000)\n"),
    "none": (_called("none", Case.call([1], expected=None)), "def f(a):\n    a.append(2)\n"),
    "any_order": (
        _called("order", Case.call(expected=[[1, 2], [3]], comparator="unordered")),
        "def f():\n    return [[3], (1, 2)]\n",
    ),
    "any_order_as_set": (_called("as-set", Case.call(expected=(1, 2, 3), comparator="same_set")), "def f():\n    return [3, 1, 2, 2]\n"),
    "lines_in_any_order": (
        Problem(id="lines", statement="", tests=(Case.text("", expected="1 2\n3\n", comparator="unordered"),)),
        "print(3)\nprint(1, 2)\n",
    ),
    "one_of_several_answers": (
        Problem(
            id="divisors", statement="Print two factors.", checker=_DIVISOR_CHECKER,
            tests=(Case.text("12\n", expected="2 6"), Case.text("35\n", expected="5 7\n"), Case.text("64", expected="2 32")),
        ),
        "n = int(input())\nq = max(d for d in range(2, n) if n % d == 0)\nprint(q, n // q)\n",
    ),
    "one_of_several_values": (
        _called("path", Case.call(5, expected=[0, 2, 4, 1, 3]), Case.call(6, expected=[0, 2, 4, 1, 3, 5]), checker=_PATH_CHECKER),
        "def f(n):\n    return list(range(1, n, 2)) + list(range(0, n, 2))\n",
    ),
    "ten_megabytes_printed": (
        Problem(id="printed", statement="", tests=tuple(Case.text(f"{i}\n", expected=f"{i}" * _MEGABYTES) for i in range(8))),
        "print(input() * 10 * 2**20)\n",
    ),
    "ten_megabytes_in_lines": (
        Problem(id="in-lines", statement="", tests=(Case.text("1000000\n", expected="".join(f"{i}\n" for i in range(1_000_000))),)),
        "for i in range(int(input())):\n    print(i)\n",
    ),
    "ten_megabytes_returned": (
        _called("returned", *(Case.call(i, expected=chr(97 + i) * _MEGABYTES) for i in range(8))),
        "def f(i):\n    return 'abcdefgh'[i] * (10 * 2**20)\n",
    ),
    "a_million_numbers": (_called("numbers", Case.call(10**6, expected=list(range(10**6)))), "def f(n):\n    return [*range(n)]\n"),
    "ten_megabytes_read": (
        Problem(id="read", statement="", tests=(Case.text("1 " * 5_000_000, expected="5000000"),)),
        "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n",
    ),
    "text_beyond_ascii": (
        Problem(id="text", statement="", tests=(Case.text("żółć 数 🙂\n", expected="🙂 数 ćłóż\n"),)),
        "print(input()[::-1])\n",
    ),
    "text_with_odd_characters": (_called("odd", Case.call("a\x00\n\u2028\ud800", expected="\ud800\u2028\n\x00a")), "def f(s):\n    return s[::-1]\n"),
    "empty_input_and_output": (Problem(id="empty", statement="", tests=(Case.text("", expected=""),)), "import sys\nsys.stdin.read()\n"),
    "deeply_nested": (
        _called("nested", Case.call(150, expected=None, comparator="exact")).model_copy(
            update={"checker": "def check(input, got, expected):\n    n = 0\n    while got:\n        got, n = got[0], n + 1\n    return n == 150\n"}
        ),
        "def f(n):\n    x = []\n    for _ in range(n):\n        x = [x]\n    return x\n",
    ),
    "sleeps_a_little": (
        _called("sleep", Case.call(expected=1), Case.call(expected=1)),
        "import time\n\n\ndef f():\n    time.sleep(0.2)\n    return 1\n",
    ),
}  # fmt: skip
"""Name -> problem and program."""
