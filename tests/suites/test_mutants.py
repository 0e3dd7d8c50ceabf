"""Mutants: what is changed, what is left alone, no two alike, the same every time."""

from __future__ import annotations

import ast
import os
import random
import subprocess
import sys

import pytest

from symtune.suites.mutants import OPERATORS, make_mutants
from symtune.suites.mutants.make import fingerprint

ALL = 10_000

EXAMPLES = {
    "arithmetic": ("a + b", "a - b"),
    "operand": ("a + b", "a"),
    "swapped_operands": ("a - b", "b - a"),
    "constant": ("a + 1", "a + 2"),
    "unary": ("-a", "a"),
    "augmented": ("\n    a += b\n    return a", "\n    a -= b\n    return a"),
    "boundary": ("a < b", "a <= b"),
    "relation": ("a == b", "a != b"),
    "negated": ("\n    if a:\n        b = 1\n    return b", "\n    if not a:\n        b = 1\n    return b"),
    "connective": ("a and b", "a or b"),
    "forced": ("a if a > 2 else b", "b"),
    "function": ("min(a, b)", "max(a, b)"),
    "dropped_call": ("abs(a)", "a"),
    "swapped_arguments": ("pow(a, b)", "pow(b, a)"),
    "dropped_argument": ("sorted(a, key=b)", "sorted(a)"),
    "reverse": ("sorted(a)", "sorted(a, reverse=True)"),
    "repeats": ("len(a)", "len(set(a))"),
    "range_ends": ("list(range(a))", "list(range(1, a))"),
    "index": ("a[b]", "a[b - 1]"),
    "slice_ends": ("a[1:b]", "a[1:]"),
    "items": ("[a, b]", "[b, a]"),
    "looped_over": ("[x for x in a]", "[x for x in list(a)[1:]]"),
    "removed": ("\n    a.append(b)\n    return a", "\n    pass\n    return a"),
    "loop_control": (
        "\n    for x in a:\n        b = x\n    return b",
        "\n    for x in a:\n        b = x\n        break\n    return b",
    ),
    "dropped_branch": (
        "\n    if a:\n        b = 1\n    else:\n        b = 2\n    return b",
        "\n    if a:\n        b = 1\n    return b",
    ),
    "returned": ("a.get(b)", "not a.get(b)"),
    "other_name": ("a", "b"),
}
"""Operator -> body of ``def f(a, b)`` and one of its mutants; a body of one expression is returned."""


def program(body: str) -> str:
    return ast.unparse(ast.parse("def f(a, b):" + (body if body.startswith("\n") else f"\n    return {body}")))


def mutants(source: str, entry_point: str | None = "f", max_mutants: int = ALL, seed: int = 0):
    return make_mutants(source, entry_point=entry_point, max_mutants=max_mutants, rng=random.Random(seed))


def test_every_operator_has_an_example():
    assert set(EXAMPLES) == set(OPERATORS)


@pytest.mark.parametrize("operator", EXAMPLES)
def test_an_operator_makes_its_example(operator):
    before, after = EXAMPLES[operator]
    made = {one.source: one.operator for one in mutants(program(before))}
    assert made.get(program(after)) == operator


def test_a_mutant_names_the_line_it_changes():
    source = "def f(a, b):\n    # a comment\n\n    c = a * b\n    return c\n"
    assert {one.line for one in mutants(source) if one.operator == "arithmetic"} == {4}


SPARED = '''
import math

def f(a: int, b: int = 3) -> "list[int]":
    """Return 7."""
    assert a > 11, "eleven"
    if a < 0:
        raise ValueError("thirteen" + str(17))
    print(19)
    return a

def elsewhere(c):
    return c + 23

if __name__ == "__main__":
    print(f(29))
'''


def test_docstrings_hints_asserts_errors_prints_and_code_out_of_reach_are_left_alone():
    made = mutants(SPARED)
    assert made
    kept = ("7", "11", "eleven", "thirteen", "17", "19", "23", "29", "a: int", "list[int]")
    for one in made:
        assert all(word in one.source for word in kept), one
    assert {one.line for one in made} <= {4, 7, 10}


def test_helpers_and_tables_that_the_entry_point_uses_are_changed():
    source = "TABLE = [5]\ndef g(a):\n    return a + 3\nclass C:\n    def h(self):\n        return 9\ndef f(a):\n    return g(a) + TABLE[0] + C().h()\n"
    assert {one.line for one in mutants(source)} == {1, 3, 6, 8}


def test_methods_of_a_solution_are_changed():
    source = "class Solution:\n    limit = 4\n    def f(self, a):\n        return a < 2\n"
    assert {one.line for one in mutants(source, "Solution.f")} == {2, 4}


def test_a_program_that_reads_stdin_is_changed_all_over():
    source = "def main():\n    n = int(input())\n    print(n + 1)\nif __name__ == '__main__':\n    main()\n"
    made = mutants(source, None)
    assert {one.line for one in made} == {2, 3, 5}
    assert all("__name__ == '__main__'" in one.source for one in made)


def test_no_mutant_is_the_same_to_the_compiler_as_another_or_as_the_source():
    source = "def f(a):\n    return a + 2 * 3 + 6\n"
    marks = [fingerprint(one.source) for one in mutants(source)]
    assert len(set(marks)) == len(marks)
    assert fingerprint(source) not in marks
    assert not any("3 * 2" in one.source for one in mutants(source))


def test_the_larger_of_two_is_not_changed_at_the_tie():
    source = "def f(xs):\n    best = xs[0]\n    for x in xs:\n        if x > best:\n            best = x\n    return best if best > 3 else 3\n"
    assert not [one for one in mutants(source) if one.operator == "boundary"]


def test_the_same_seed_gives_the_same_mutants_and_operators_take_turns():
    source = "def f(xs, k):\n    total = 0\n    for i in range(len(xs)):\n        if xs[i] > k and i < 7:\n            total += xs[i] * 2\n    return total\n"
    made = mutants(source, max_mutants=12)
    assert made == mutants(source, max_mutants=12)
    assert made != mutants(source, max_mutants=12, seed=1)
    assert len(made) == 12
    assert len({one.operator for one in made}) >= 10
    assert len({one.line for one in made}) >= 4


@pytest.mark.parametrize("source", ["def f(:", "\0", "x = " + "(" * 300 + ")" * 300, "def f(a):\n    return a\0"])
def test_a_source_that_does_not_parse_has_no_mutants(source):
    assert mutants(source) == []


def test_what_the_compiler_says_of_the_style_of_a_program_is_not_printed():
    script = (
        "import random, warnings\n"
        "from symtune.suites.constants import constants_of\n"
        "from symtune.suites.mutants import make_mutants\n"
        "source = 'def f(a):\\n    return 1if a is 3 else a + 4\\n'\n"
        "assert make_mutants(source, entry_point='f', max_mutants=9, rng=random.Random(0)) and constants_of([source]) == (1, 3, 4)\n"
        "compile('a is 5', 'mine.py', 'eval')\n"
    )
    done = subprocess.run([sys.executable, "-W", "default", "-c", script], capture_output=True, text=True, check=True)
    warned = [line for line in done.stderr.splitlines() if "Warning" in line]
    assert [line.partition(": SyntaxWarning")[0] for line in warned] == ["mine.py:1"]


def test_the_order_in_which_a_process_hashes_names_changes_no_mutant():
    """Names bound together stand in a set on the way; suites and scores of two runs must meet the same mutants."""
    source = "def f(xs):\n    low, high, middle, other = xs\n    left, right = low, middle\n    return low + high * middle - other + left % right\n"
    program = (
        "import random, sys\nfrom symtune.suites.mutants import make_mutants\n"
        f"found = make_mutants({source!r}, entry_point='f', max_mutants=40, rng=random.Random(0))\n"
        "print([one.source for one in found])\n"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=True
        ).stdout
        for seed in range(4)
    }
    assert len(made) == 1
