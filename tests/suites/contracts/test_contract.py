"""A contract says what the examples support, no more, and survives its JSON form."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case, decode_value
from symtune.suites import Contract, Rules, learn_contract
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.statement import read_promises
from symtune.suites.contracts.vary import vary

NUM_VARIATIONS = 300


def contract_of(*inputs, statement="", **rules):
    cases = [Case.call(*args, expected=None) for args in inputs]
    return learn_contract(cases, statement=statement, rules=Rules(**rules))


def fault(contract, *args):
    return contract.reach.fault(args, {})


@pytest.mark.parametrize(
    ("inputs", "inside", "outside"),
    [
        ([(3,), (8,)], [(0,), (12,)], [(True,), (3.0,), ("3",), (10**9,), (None,)]),
        ([(1.5,), (2.0,)], [(0.0,)], [(1,), (float("nan"),), (float("inf"),)]),
        ([("abc",), ("dE",)], [("Zz",), ("a b",)], [("",), ("a!",), ("a\x00",), ("é",), ("a1",)]),
        ([("a",), ("b",)], [("q",)], [("ab",), ("",)]),
        ([("0110",), ("1",)], [("0000",)], [("012",)]),
        ([([1, 2],), ([4],)], [([7, 7, 7],)], [([],), ([1, "a"],), ((1, 2),), ([1, None],), ([True],)]),
        ([([],), ([4],)], [([],)], [([""],)]),
        ([([(1, "a"), (2, "b")],)], [([(0, "z")],)], [([(1, 2)],), ([("a", 1)],), ([(1, "a", 3)],)]),
        ([([[1, 2], [3, 4]],), ([[5, 6]],)], [([[9, 9]],)], [([[1], [2, 3]],), ([[1, 2, 3]],)]),
        ([({"a": 1},), ({"b": 2},)], [({"c": 5},)], [({},), ({1: 1},), ({"a": "b"},)]),
        ([([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],)], [([{"a": 9, "b": "z"}],)], [([{"a": 1}],), ([{"a": "x", "b": "y"}],)]),
        ([([1, 2, 3, 4],), ([5, 6, 7, 8, 9],)], [([1, 2],)], [([1],), ([],)]),
        ([([1, 2], "a"), ([3], "b")], [([], "c")], [([1], "")]),
        ([({1, 2},)], [({5},)], [([5],), ({"a"},)]),
        ([(b"ab",), (b"c",)], [(b"ab",)], [(b"zz",), ("ab",)]),
    ],
)
def test_inputs_are_held_to_types_sizes_and_alphabets(inputs, inside, outside):
    contract = contract_of(*inputs)
    for args in [*inputs, *inside]:
        assert fault(contract, *args) is None, args
    for args in outside:
        assert fault(contract, *args) is not None, args


def test_signs_open_up_unless_the_statement_promises():
    assert fault(contract_of((3,), (8,)), -3) is None
    for statement in ("Find the nth prime.", "given a positive integer", "the first n natural numbers"):
        assert fault(contract_of((3,), (8,), statement=statement), -3) == "too_low"
    items = [([3, 4], 1), ([8], 1)]
    assert fault(contract_of(*items, statement="the number of items"), [-3], 0) is None
    assert fault(contract_of(*items, statement="a list of positive integers"), [-3], 0) == "too_low"
    assert fault(contract_of((3,), (8,), statement="is it positive or negative"), -3) is None
    assert fault(contract_of((3,), (-8,), statement="a positive number"), -3) is None


def test_order_is_kept_only_where_the_statement_speaks_of_it():
    rising = [([1, 2, 3, 9],), ([4, 5, 6, 7],)]
    assert fault(contract_of(*rising), [3, 1]) is None
    assert fault(contract_of(*rising, statement="search in a sorted array"), [3, 1]) == "unsorted"
    assert fault(contract_of(*rising, statement="an unsorted array"), [3, 1]) is None
    assert fault(contract_of(([2, 1, 5, 3],), statement="search in a sorted array"), [3, 1]) is None


def test_words_of_the_statement_keep_ranges_in_order_and_items_of_a_parity_there():
    ends = [(2, 5), (7, 13)]
    assert fault(contract_of(*ends), 9, 3) is None
    assert fault(contract_of(*ends, statement="the sum over the range l to r"), 9, 3) == "below"
    lists = [([1, 3, 4],), ([2, 5],)]
    assert fault(contract_of(*lists), [7, 7]) is None
    parted = contract_of(*lists, statement="the product of the first even and odd number")
    assert fault(parted, [7, 7]) == "no_even_item"
    assert fault(parted, [2, 2]) == "no_odd_item"
    assert fault(parted, [2, 7]) is None
    assert fault(contract_of(("a b",)), "a\tb") == "alphabet"
    assert fault(contract_of(("a b",), statement="remove all whitespaces"), "a\tb") is None


def test_relations_between_arguments_are_kept():
    contract = contract_of(([1, 2, 1], 3), ([5], 1), ([2, 2], 2))
    assert fault(contract, [4, 4], 2) is None
    assert fault(contract, [4, 4], 1) == "length_of"
    inside = [([1, 2, 1], 2), ([5], 0)]
    assert fault(contract_of(*inside), [4, 4], 2) is None
    assert fault(contract_of(*inside), [4, 4], 3) == "up_to_length"
    assert fault(contract_of(*inside, statement="the item at an index"), [4, 4], 2) == "index_in"
    pair = contract_of(([1, 2], ["a", "b"]), ([3, 4, 5], ["x", "y", "z"]))
    assert fault(pair, [1], ["a", "b"]) == "same_length"


def test_relations_hold_between_keyword_arguments_too():
    cases = [Case.call(kwargs={"xs": xs, "n": len(xs)}, expected=None) for xs in ([1, 2, 1], [5])]
    contract = learn_contract(cases).reach
    assert contract.fault((), {"xs": [4, 4], "n": 2}) is None
    assert contract.fault((), {"xs": [4, 4], "n": 1}) == "length_of"
    projected = project_input(contract, (), kwargs={"xs": [4, 4], "n": 7}, rng=random.Random(0))
    assert projected == ((), {"xs": [4, 4], "n": 2})


def test_one_input_is_too_little_for_a_relation():
    assert contract_of(([1, 2, 1], 3)).reach.relations == ()


def test_a_contract_read_back_from_json_holds_inputs_to_the_same():
    contract = contract_of(([1, 2], "ab", (1, "x"), b"k"), ([3], "C", (2, "y"), b"k"))
    again = Contract.from_json(contract.to_json())
    for args in (([1, 2], "ab", (1, "x"), b"k"), ([1], "a!", (1, "x"), b"k"), ([1], "a", (1, 2), b"k"), ([1], "a", (1, "x"), b"z")):
        assert contract.fault(args, {}) == again.fault(args, {})
        assert contract.reach.fault(args, {}) == again.reach.fault(args, {})
    assert again.to_json() == contract.to_json()


SHAPES = [
    [(3, 10), (5, 7)],
    [([3, 1, 2], 2), ([1], 0)],
    [("Hello World", "l"), ("abc", "b")],
    [([[1, 2], [3, 4]],), ([[5, 6]],)],
    [([("a", 1), ("b", 2)],), ([("c", 3)],)],
    [({"a": [1, 2], "b": [3]},)],
    [((1, 2, 3, 4), {5, 6})],
    [([1, "a", [2, 3]],), (["b", 4],)],
    [(1.5, [2.5, -3.0])],
    [([True, False], None)],
    [([{"name": "a", "price": 2}, {"name": "b", "price": 5}], 1)],
]


@pytest.mark.parametrize("inputs", SHAPES)
@pytest.mark.parametrize("statement", ["", "first n numbers of a sorted list with distinct items", "the first even and odd index in a range"])
def test_what_projection_returns_is_inside_the_contract(inputs, statement):
    contract = contract_of(*inputs, statement=statement).reach
    rng = random.Random(1)
    num_inside = 0
    for _ in range(NUM_VARIATIONS):
        args = list(rng.choice(inputs))
        for index, domain in enumerate(contract.args):
            for _ in range(3):
                args[index] = vary(domain, args[index], rng=rng, constants=(7, "zz", 2.5))
        projected = project_input(contract, tuple(args), kwargs={}, rng=rng)
        if projected is not None:
            num_inside += 1
            assert contract.fault(projected[0], {}) is None
    assert num_inside > NUM_VARIATIONS * 0.8


def test_projection_leaves_valid_inputs_alone_and_mends_foreign_characters_alike():
    contract = contract_of(("abc",), ("ba",)).reach
    rng = random.Random(0)
    assert project_input(contract, ("cab",), kwargs={}, rng=rng) == (("cab",), {})
    ((text,), _) = project_input(contract, ("\x00a\x00",), kwargs={}, rng=rng)
    assert len(text) == 3
    assert text[0] == text[2]
    assert text[1] == "a"


def test_promises_name_the_words_they_come_from():
    promises = read_promises("Return the nth item of a sorted list of distinct integers.")
    assert (promises.is_ordinal, promises.is_sorted, promises.is_unique) == ("nth", "sorted list", "distinct")
    assert read_promises("Sort a list.").is_sorted is None


def test_decoded_values_need_no_special_case():
    contract = contract_of((decode_value({"$tuple": [1, 2, 3, 4]}),))
    assert fault(contract, (9, 9)) is None
    assert fault(contract, [9, 9]) == "type"
