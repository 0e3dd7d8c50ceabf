"""Inputs of small worlds: their values meet, and none lies outside the contract."""

from __future__ import annotations

import random
import string

from symtune.suites.contracts.contract import Domain, Region
from symtune.suites.contracts.dense import draw_input

NUM_DRAWS = 1500


def drawn(*domains, **fields):
    region = Region(args=domains, **fields)
    rng = random.Random(0)
    found = [one for _ in range(NUM_DRAWS) if (one := draw_input(region, rng)) is not None]
    assert all(region.fault(*one) is None for one in found)
    return [args for args, _ in found]


def test_sums_of_squares_coincide_where_products_differ():
    """Two rectangles with equal diagonals and other areas, such as 1 by 7 and 5 by 5: hardly ever met in wide bounds."""
    side = Domain(kind="int", low=1, high=100)
    row = Domain(kind="list", items=(side,), min_size=2, max_size=2)
    lists = [args[0] for args in drawn(Domain(kind="list", items=(row,), min_size=1, max_size=100))]

    def coincide(rows):
        areas = {}
        for left, right in rows:
            areas.setdefault(left**2 + right**2, set()).add(left * right)
        return any(len(one) > 1 for one in areas.values())

    assert sum(map(coincide, lists)) >= 3


def test_every_letter_stands_beside_its_other_case_now_and_then():
    texts = [args[0] for args in drawn(Domain(kind="text", alphabet=string.ascii_letters, min_size=1, max_size=50))]
    assert all(any(low in text and low.upper() in text for text in texts) for low in string.ascii_lowercase)


def test_literals_are_pieces_of_texts_and_come_twice():
    """A sentence that stands twice, and two exclamation marks before one: the programs speak of `I ` and of the marks."""
    region = Region(args=(Domain(kind="text", alphabet=string.ascii_letters + " .!?", max_size=60),))
    rng = random.Random(1)
    texts = [draw_input(region, rng, constants=("?", ".", "!", "I ", 3))[0][0] for _ in range(3000)]
    sentences = [[one.strip() for one in text.replace("!", ".").split(".") if one.strip().startswith("I ")] for text in texts]
    assert sum(len(set(one)) < len(one) for one in sentences) >= 5
    assert sum(text.count("!") > 1 and "!I " in text for text in texts) >= 5


def test_one_argument_occurs_in_another():
    pairs = drawn(Domain(kind="list", items=(Domain(kind="int"),)), Domain(kind="int", low=1))
    assert 0.1 < sum(number in items for items, number in pairs) / len(pairs) < 0.95


def test_items_that_may_be_anything_are_those_that_were_met():
    lists = [args[0] for args in drawn(Domain(kind="list", items=(Domain(kind="any", seen=(3, "x", 9)),)))]
    assert {item for one in lists for item in one} == {3, "x", 9}


def test_what_a_contract_wants_of_its_collections_is_kept():
    domain = Domain(kind="list", items=(Domain(kind="int", low=10, high=99),), min_size=3, max_size=5, order="strictly_rising")
    assert len(drawn(domain)) > NUM_DRAWS / 4
