"""Types and sizes that the examples show by accident are opened where the reference shows it, and nowhere else."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from symtune.domain import Case, Cause, Problem
from symtune.judging import CaseResult
from symtune.suites.contracts import Contract, Region, learn_contract
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.vary import pick
from symtune.suites.contracts.widen import widen


def widened(source: str, *inputs: tuple[Any, ...], statement: str = "Do it.", names: tuple[str, ...] = ()) -> Region:
    """Widen the contract of a reference of our own, which is safe to run here."""
    scope: dict[str, Any] = {}
    exec(source, scope)
    function = scope["f"]
    cases = [Case.call(*args, expected=function(*copy.deepcopy(args))) for args in inputs]

    def run(asked):
        results = []
        for case in asked:
            try:
                results.append(CaseResult(value=function(*copy.deepcopy(case.args))))
            except Exception as error:
                results.append(CaseResult(cause=Cause.EXCEPTION, message=str(error)))
        return results

    problem = Problem(id="p", statement=statement, entry_point="f", tests=cases)
    contract = widen(learn_contract(cases, statement=statement, names=names), cases, problem=problem, source=source, run=run)
    assert all(contract.fault(case.args, {}) is None for case in cases)
    assert_reach_is_inside(contract)
    return contract.reach


def assert_reach_is_inside(contract: Contract) -> None:
    rng = random.Random(0)
    for _ in range(50):
        inside = project_input(contract.reach, tuple(pick(one, rng) for one in contract.reach.args), kwargs={}, rng=rng)
        assert inside is None or contract.fault(*inside) is None, (inside, contract.fault(*inside))


def test_what_the_header_says_of_items_is_not_opened():
    cases = [Case.call([3, 1, 2], expected=[2, 1, 3]), Case.call([5, 6], expected=[6, 5])]
    problem = Problem(id="p", statement="Reverse it.", entry_point="f", tests=cases)
    said = learn_contract(cases, statement="Reverse it.", names=("xs",), annotations={"xs": "list[int]"})
    run = lambda asked: [CaseResult(value=case.args[0][::-1]) for case in asked]  # noqa: E731
    kept = widen(said, cases, problem=problem, source="", run=run)
    assert kept.args == said.args
    assert kept.reach.args[0].items == said.reach.args[0].items
    open_one = widen(learn_contract(cases, statement="Reverse it."), cases, problem=problem, source="", run=run)
    assert open_one.fault((["a", None],), {}) is None


def test_what_the_words_say_of_items_is_not_opened():
    source = "def f(xs):\n    return xs[::-1]\n"
    assert widened(source, ([1, 2],), ([3, 4, 5],), statement="Reverse a list of integers.").fault((["a"],), {}) == "type"
    assert widened(source, ([1, 2],), ([3, 4, 5],), statement="Reverse a list.").fault((["a"],), {}) is None


def test_items_that_are_only_moved_may_be_anything():
    contract = widened("def f(xs, ys):\n    return [x for x in xs if x not in ys]\n", ([1, 2, 3, 4], [2, 4]), ([5, 6, 7], [5]))
    assert contract.fault(([[1], {"a": 2}, None], [[1]]), {}) is None


def test_an_argument_whose_name_says_that_it_is_a_text_stays_one():
    source, inputs = "def f(xs, x):\n    return xs + [x]\n", ((["a", "b"], "best"), (["We", "are"], "Dev"))
    assert widened(source, *inputs).fault((["a"], 3), {}) is None
    assert widened(source, *inputs, names=("xs", "test_str")).fault((["a"], 3), {}) == "type"


def test_items_of_sets_stay_hashable():
    contract = widened("def f(xs):\n    return len(set(xs))\n", ([1, 2, 2],), ([5, 6, 7],))
    assert contract.fault((["a", 2.5, (1, 2)],), {}) is None
    assert contract.fault(([[1]],), {}) == "unhashable"


def test_an_item_looked_for_is_renamed_with_the_list_but_a_place_is_not():
    found = widened("def f(xs, x):\n    return xs.index(x)\n", ([7, 8, 9], 8), ([5, 3, 6], 6))
    assert found.fault((["a", None], None), {}) is None
    taken = widened("def f(xs, k):\n    return xs[:k] + xs[k + 1:]\n", ([7, 8, 9], 1), ([5, 6, 4, 3], 2))
    assert taken.fault((["a", None], 1), {}) is None
    assert taken.fault((["a", None], "a"), {}) == "type"


@pytest.mark.parametrize("source", [
    "def f(xs):\n    return max(xs)\n",
    "def f(xs):\n    return sum(xs)\n",
    "def f(xs):\n    return [x + 1 for x in xs]\n",
    "def f(xs):\n    return sorted(xs)\n",
])  # fmt: skip
def test_items_that_are_looked_into_stay_what_they_are(source):
    assert widened(source, ([3, 1, 2],), ([9, 5],)).fault((["a", None],), {}) == "type"


def test_tuples_that_may_be_longer_are_sequences():
    source = "def f(a, b):\n    return tuple(tuple(x * y for x, y in zip(p, q)) for p, q in zip(a, b))\n"
    contract = widened(source, (((1, 3), (4, 5)), ((6, 7), (3, 9))), (((2, 4), (5, 6)), ((7, 8), (4, 1))))
    assert contract.fault((((1, 2, 3), (4, 5, 6)), ((1, 2, 3), (4, 5, 6))), {}) is None


def test_tuples_whose_places_matter_stay_records():
    source = "def f(p, q):\n    return (p[0] * q[0], p[1] + q[1])\n"
    contract = widened(source, ((1, 3), (4, 5)), ((2, 4), (7, 8)))
    assert contract.fault(((1, 2, 3), (4, 5, 6)), {}) == "size"


def test_a_reference_that_tests_types_meets_others_and_deeper_ones_if_it_calls_itself():
    flat = widened("def f(xs):\n    return sum(isinstance(x, list) for x in xs)\n", ([[1, 2], [3]],), ([[4], [5], [6, 7]],))
    assert flat.fault(([[1], 2],), {}) is None
    source = "def f(xs):\n    return sum(f(x) if isinstance(x, list) else x for x in xs)\n"
    deep = widened(source, ([1, [2, 3]],), ([4, [5]],))
    assert deep.fault(([1, [2, [3, [4]]], 0.5],), {}) is None


def test_numbers_may_be_floats_where_nothing_speaks_of_integers():
    source = "def f(xs):\n    return [x ** 3 for x in xs]\n"
    assert widened(source, ([1, 2],), ([3],)).fault(([0.5],), {}) is None
    assert widened(source, ([1, 2],), ([3],), statement="Cube a list of integers.").fault(([0.5],), {}) == "type"
    halved = "def f(xs):\n    return [x // 2 for x in xs]\n"
    assert widened(halved, ([1, 2],), ([3],)).fault(([0.5],), {}) == "type"


def test_a_number_that_is_a_place_stays_whole():
    source = "def f(xs, n):\n    total = 0\n    for x in xs:\n        total += x\n    return total / n\n"
    contract = widened(source, ([1.0, 2.0], 2), ([3.0, 4.0, 5.0], 3))
    assert contract.fault(([1.5, 2.5], 2.0), {}) is not None


def test_what_promises_order_is_left_alone():
    statement = "Find the first place of x in a sorted array."
    source = "def f(xs, x):\n    return xs.index(x) if x in xs else -1\n"
    contract = widened(source, ([1, 2, 3, 4], 3), ([5, 6, 7, 8], 9), statement=statement)
    assert contract.fault((["a", None], "a"), {}) == "type"


def test_an_order_that_only_breaks_ties_is_found_out():
    source = "def f(xs):\n    return max(xs, key=lambda x: (xs.count(x), x))\n"
    assert widened(source, ([1, 2, 2],), ([4, 4, 5],)).fault((["a", None],), {}) == "type"


def test_an_item_that_the_words_call_a_number_stays_one():
    source = "def f(xs, x):\n    return xs.count(x)\n"
    inputs = ([1, 2, 1], 1), ([3, 3, 3, 4], 3), ([5, 6], 7)
    said = widened(source, *inputs, statement="Count the number of occurrences of a number in a given list.")
    assert said.fault(([[1]], [1]), {}) is not None
    assert widened(source, *inputs, statement="Count the occurrences of an element in a given list.").fault(([[1]], [1]), {}) is None
