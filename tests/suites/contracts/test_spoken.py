"""The reach admits an empty collection and a zero where statement or reference speak of them, and nowhere else."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Cause
from symtune.judging import CaseResult
from symtune.suites.contracts.learn import learn_contract
from symtune.suites.contracts.spoken import open_to_nothing

SQUARE = "def f(n):\n    if n == 0:\n        return 0\n    return n * n\n"
SAID = "Find the n-th number."


def reach(source, *inputs, statement=SAID):
    scope: dict = {}
    exec(source, scope)
    cases = [Case.call(*args, expected=scope["f"](*args)) for args in inputs]

    def run(asked):
        results = []
        for case in asked:
            try:
                results.append(CaseResult(value=scope["f"](*case.args)))
            except (IndexError, ValueError, ZeroDivisionError):
                results.append(CaseResult(cause=Cause.EXCEPTION))
        return results

    contract = learn_contract(cases, statement=statement, names=("n",))
    return open_to_nothing(contract, cases, statement=statement, source=source, entry_point="f", run=run).reach


def test_a_reference_that_asks_for_zero_is_given_it():
    assert reach(SQUARE, (3,), (8,)).fault((0,), {}) is None
    assert reach(SQUARE.replace("n == 0", "0 == n"), (3,), (8,)).fault((0,), {}) is None


@pytest.mark.parametrize(
    "source",
    [
        SQUARE.replace("n == 0", "n == 1"),
        SQUARE.replace("return 0", "raise ValueError"),
        SQUARE.replace("return 0", "return None"),
        "def f(n):\n    total = 0\n    while True:\n        total += n % 10\n        n //= 10\n        if n == 0:\n            return total\n",
    ],
    ids=["other_number", "raises", "other_type", "no_longer_the_argument"],
)
def test_zero_stays_outside_where_nobody_asks_for_it_or_it_is_refused(source):
    assert reach(source, (3,), (8,)).fault((0,), {}) == "too_low"


def test_what_the_statement_promises_is_kept_whatever_the_reference_asks():
    assert reach(SQUARE, (3,), (8,), statement="You are given a positive integer n.").fault((0,), {}) is not None


COUNTING = "def f(n):\n    return len(n) > 1\n"


def test_a_statement_that_says_what_to_do_where_a_list_is_empty_is_given_an_empty_one():
    for said in ("Return False if the given list is empty.", "If the list is empty, return False."):
        assert reach(COUNTING, ([1],), ([1, 2],), statement=said).fault(([],), {}) is None
    said = "The function should return False if the given dictionary is empty."
    assert reach(COUNTING, ({"a": 1},), ({"b": 2, "c": 3},), statement=said).fault(({},), {}) is None


@pytest.mark.parametrize("said", ["Return an empty list if there is none.", "The list is non-empty.", "Remove empty lists.", "Count the items."])
def test_an_empty_answer_or_item_does_not_empty_the_argument(said):
    assert reach(COUNTING, ([1],), ([1, 2],), statement=said).fault(([],), {}) == "size"


def test_a_reference_that_refuses_an_empty_list_is_not_given_one():
    said = "Raise an error if the list is empty."
    assert reach("def f(n):\n    return n[0]\n", ([1],), ([3, 2],), statement=said).fault(([],), {}) == "size"
