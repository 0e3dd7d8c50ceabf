"""Sizes that the examples show by accident are loosened where the reference shows it, and nowhere else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from symtune.domain import Case, Cause
from symtune.judging import CaseResult
from symtune.suites.contracts import Region, learn_contract
from symtune.suites.contracts.loosen import loosen


def loosened(function: Any, *inputs: tuple[Any, ...], statement: str = "Do it.") -> Region:
    cases = [Case.call(*args, expected=function(*copy.deepcopy(args))) for args in inputs]

    def run(asked):
        results = []
        for case in asked:
            try:
                results.append(CaseResult(value=function(*copy.deepcopy(case.args))))
            except (IndexError, ValueError, ZeroDivisionError) as error:
                results.append(CaseResult(cause=Cause.EXCEPTION, message=str(error)))
        return results

    return loosen(learn_contract(cases, statement=statement), cases, statement=statement, run=run).reach


def test_a_list_may_be_empty_where_nothing_comes_of_nothing():
    assert loosened(sorted, ([3, 1],), ([5, 4, 6],)).fault(([],), {}) is None
    assert loosened(str.upper, ("ab",), ("cde",)).fault(("",), {}) is None


@pytest.mark.parametrize(
    "function", [lambda xs: len(xs), lambda xs: sum(xs) / len(xs), lambda xs: [max(xs)]], ids=["zero", "raises", "refuses"]
)
def test_a_list_stays_filled_where_the_answer_to_an_empty_one_tells_nothing(function):
    assert loosened(function, ([3, 1],), ([5, 4, 6],)).fault(([],), {}) == "size"


def test_a_statement_that_speaks_of_the_last_item_keeps_a_lone_list_filled():
    inputs = ([3, 1],), ([5, 4, 6],)
    assert loosened(lambda xs: xs[:-1], *inputs, statement="Remove the last element of the list.").fault(([],), {}) == "size"


def test_one_of_two_may_be_empty_where_the_other_still_has_an_answer():
    inputs = ([1, 2], [3]), ([4, 5, 6], [7, 8])
    region = loosened(lambda xs, ys: xs[:-1] + ys, *inputs, statement="Replace the last element of the first list by the second list.")
    assert region.fault(([1, 2], []), {}) is None
    with_first = loosened(lambda xs, ys: [xs[0], *ys], *inputs, statement="Put the first element before the second list.")
    assert with_first.fault(([], [3]), {}) == "size"


def test_texts_of_one_shape_keep_it():
    turned = loosened(lambda text: "-".join(text.split("-")[::-1]), ("2020-01-02",), ("2021-11-30",), ("1999-10-12",))
    assert turned.fault(("",), {}) is not None


def pairs(items, n):
    return sum(items[i] != items[j] for i in range(n) for j in range(i + 1, n))


def test_a_number_that_counts_items_may_be_less_than_all_of_them():
    region = loosened(pairs, ([1, 2, 1], 3), ([1, 1, 1, 1], 4), ([1, 2, 3, 4, 5], 5))
    assert region.fault(([1, 2, 1], 2), {}) is None
    assert region.fault(([1, 2, 1], 4), {}) == "up_to_length"


def test_a_number_that_the_statement_calls_a_length_stays_one():
    region = loosened(pairs, ([1, 2, 1], 3), ([1, 1, 1, 1], 4), statement="Take an array and its length n.")
    assert region.fault(([1, 2, 1], 2), {}) == "length_of"


def test_lists_whose_items_are_no_partners_may_differ_in_length():
    inputs = ([1, 2, 3], [3, 1, 9]), ([5, 6], [5, 7]), ([4, 5, 6, 7], [7, 8, 9, 4])
    assert loosened(lambda xs, ys: sorted(set(xs) & set(ys)), *inputs).fault(([1], [2, 1]), {}) is None
    added = loosened(lambda xs, ys: [x + y for x, y in zip(xs, ys, strict=False)], *inputs)
    assert added.fault(([1], [2, 1]), {}) == "same_length"
    compared = loosened(lambda xs, ys: all(x <= y + 100 for x, y in zip(xs, ys, strict=False)), *inputs)
    assert compared.fault(([1], [2, 1]), {}) == "same_length"


def test_two_indices_of_one_list_keep_their_order():
    cases = [Case.call([5, 6, 7, 8], 0, 2, expected=1), Case.call([5, 6, 7], 1, 2, expected=1), Case.call([5, 6, 7, 9], 1, 3, expected=1)]
    region = learn_contract(cases, statement="Sum from index i to index k.").reach
    assert region.fault(([5, 6, 7, 8], 2, 1), {}) == "below"
    assert region.fault(([5, 6, 7, 8], 1, 2), {}) is None
