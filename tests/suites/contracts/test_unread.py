"""Sentences that promise something of which nothing stands in the contract are found; declarations and what was read are not."""

from __future__ import annotations

import pytest

from symtune.domain import Case
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.unread import unread_promises


def unread(words, *args):
    statement = f"A tale.\n\n-----Input-----\n\n{words}\n\n-----Output-----\n\nIt is guaranteed that the answer is short.\n"
    contract = learn_contract([Case(args=args)], statement=statement, names=("n", "a")[: len(args)], rules=Rules().of_contests(), meanings={})
    return unread_promises(statement, contract)


@pytest.mark.parametrize("words", [
    "It's guaranteed that the given sequence is not nice.",
    "String s has exactly $\\frac{n}{2}$ zeroes and $\\frac{n}{2}$ ones.",
    "It is guaranteed that at most two tracks start at each spot.",
    "All variable names are different.",
    "In each test case no two knights are such that one beats both.",
    "Each stone is either green or next to a green one.",
])  # fmt: skip
def test_a_promise_that_gave_nothing_is_unread(words):
    assert unread(f"One integer n (1 ≤ n ≤ 9). {words}", 4) == [words]


@pytest.mark.parametrize("words", [
    "The next line contains exactly n integers.",
    "The second line has exactly three space-separated numbers.",
    "It is guaranteed that the sum of n over all test cases does not exceed 100.",
    "It is guaranteed that the answer exists.",
    "It is guaranteed that n is even.",
    "It is guaranteed that 2 ≤ n.",
    "It is not guaranteed that the roads join all cities.",
])  # fmt: skip
def test_declarations_sums_answers_and_what_was_read_are_not(words):
    assert unread(f"One integer n (1 ≤ n ≤ 9). {words}", 4) == []


def test_each_item_of_a_list_that_a_promise_opens_is_a_promise():
    words = "It is guaranteed that:\n\n  * 2 ≤ n;\n  * no knight stands alone;\n  * the sum of n over all test cases is at most 10."
    assert unread(f"One integer n (1 ≤ n ≤ 9). {words}", 4) == ["It is guaranteed that no knight stands alone."]
