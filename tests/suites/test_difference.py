"""Symbolic difference search: what differs is found, what is said to be equal is, and doubt is admitted."""

from __future__ import annotations

import pytest

from symtune.domain import Case
from symtune.sandbox import Guest
from symtune.suites.difference import find_differences

BUDGET_S = 3.0


@pytest.fixture(scope="module")
def guest():
    with Guest("explore", hash_seed=1) as one:
        yield one


def search(guest, reference, suspect, *args, precondition=None, budget_s=BUDGET_S, entry_point="f", kwargs=None):
    return find_differences(
        guest,
        reference=reference,
        suspect=suspect,
        entry_point=entry_point,
        prelude="",
        examples=[Case.call(*args, kwargs=kwargs, expected=None)],
        precondition=precondition,
        budget_s=budget_s,
    )


def returning(text, names="n"):
    return f"def f({names}):\n    return {text}\n"


def test_the_one_number_that_differs_is_solved_for(guest):
    found = search(guest, returning("n"), returning("0 if n * 7 - 13 == 3 * n + 4119 else n"), 5)
    assert found.status == "different"
    assert found.inputs == [((1033,), {})]


def test_an_input_of_several_items_is_found(guest):
    found = search(guest, returning("sum(xs)", "xs"), returning("sum(set(xs))", "xs"), [1, 2])
    (args, _), *_ = found.inputs
    assert sum(args[0]) != sum(set(args[0]))


def test_an_input_on_which_the_suspect_raises_or_loops_differs(guest):
    raises = search(guest, returning("n"), returning("n if n % (n - 40) + 1 else n"), 5)
    assert ((40,), {}) in raises.inputs
    loops = search(guest, returning("n"), "def f(n):\n    while n == 77:\n        pass\n    return n\n", 5, budget_s=1.0)
    assert ((77,), {}) in loops.inputs


def test_another_type_differs_though_it_is_equal(guest):
    assert search(guest, returning("n > 3"), returning("int(n > 3)"), 5).status == "different"


SAME = [
    (returning("abs(n)"), returning("n if n > 0 else -n"), (5,)),
    (returning("a if a > b else b", "a, b"), returning("a if a >= b else b", "a, b"), (5, 6)),
    (
        "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n",
        returning("sum(reversed(xs))", "xs"),
        ([5, 6],),
    ),
]


@pytest.mark.parametrize(("reference", "suspect", "args"), SAME)
def test_programs_that_are_equal_are_proved_so_within_bounds(guest, reference, suspect, args):
    found = search(guest, reference, suspect, *args)
    assert (found.status, found.inputs) == ("equal_within_bounds", [])
    assert found.max_size >= 3


def test_equal_is_said_of_the_bounds_only(guest):
    longer = "def f(xs):\n    return len(xs) if len(xs) < 9 else 0\n"
    found = search(guest, returning("len(xs)", "xs"), longer, [5, 6])
    assert found.status == "equal_within_bounds"
    assert found.max_size < 9


def test_nothing_is_called_equal_when_floats_or_unfinished_paths_are_in_it(guest):
    floats = search(guest, returning("x + x", "x"), returning("x * 2", "x"), 1.5, budget_s=0.5)
    assert (floats.status, floats.inputs) == ("undecided", [])
    halves = search(guest, returning("n / 2"), returning("n * 0.5"), 3, budget_s=0.5)
    assert halves.status != "equal_within_bounds"
    endless = "def f(n):\n    count = 0\n    while n > 0:\n        n -= 1\n        count += 1\n    return count\n"
    open_end = search(guest, endless, endless.replace("count += 1", "count += 2 - 1"), 3, budget_s=0.5)
    assert (open_end.status, open_end.inputs) == ("undecided", [])


def test_what_the_reference_refuses_and_what_the_contract_leaves_out_is_no_difference(guest):
    refusing = "def f(n):\n    if n < 0:\n        raise ValueError\n    return n\n"
    assert search(guest, refusing, returning("abs(n)"), 5).status == "equal_within_bounds"
    precondition = "def precondition(n):\n    return n >= 0\n"
    assert search(guest, returning("n"), returning("abs(n)"), 5, precondition=precondition).status == "equal_within_bounds"
    assert search(guest, returning("n"), returning("abs(n)"), 5).status == "different"


def test_arguments_that_one_program_changes_are_fresh_for_the_other(guest):
    changing = "def f(xs):\n    xs.append(1)\n    return len(xs)\n"
    assert search(guest, changing, returning("len(xs) + 1", "xs"), [5]).status == "equal_within_bounds"


def test_methods_and_keywords_are_searched(guest):
    method = "class Solution:\n    def f(self, n):\n        return {}\n"
    found = search(guest, method.format("n"), method.format("n if n != 50 else 0"), 5, entry_point="Solution.f")
    assert found.inputs == [((50,), {})]
    found = search(guest, returning("n"), returning("n if n != 50 else 0"), kwargs={"n": 3})
    assert found.inputs == [((), {"n": 50})]


@pytest.mark.parametrize(
    "suspect",
    [
        "import os\ndef f(n):\n    os._exit(0)\n",
        "import os\nos._exit(0)\n",
        "def f(n) return n",
        "raise SystemExit",
        "def f(n):\n    x = [0]\n    while True:\n        x += x\n",
        "import os\ndef f(n):\n    while True:\n        os.fork()\n",
    ],
)
def test_a_hostile_suspect_decides_nothing_and_the_guest_lives_on(guest, suspect):
    found = search(guest, returning("n"), suspect, 5, budget_s=0.5)
    assert found.status in ("undecided", "different")
    assert search(guest, returning("n"), returning("n + 1"), 5).status == "different"


def test_a_suspect_without_the_entry_point_is_undecided_for_that_reason(guest):
    found = search(guest, returning("n"), "def g(n):\n    return n\n", 5)
    assert (found.status, found.reason) == ("undecided", "load")
