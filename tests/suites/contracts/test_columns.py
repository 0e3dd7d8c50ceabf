"""Columns that the format could not name are found where the Input section lists as many letters; letters that mean something else are not."""

from __future__ import annotations

import pytest

from symtune.domain import Case
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.rules import Rules
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.meanings import meanings_of
from symtune.suites.stdin.parts import Item, Part, Size

GRAPH = InputFormat(parts=(
    Part(items=(Item(kind="int", name="n"), Item(kind="count", name="m"))),
    Part(parts=(Part(items=(Item(kind="int", name="x2"), Item(kind="int", name="x3"))),), size=Size(count="m"), name="x1"),
))  # fmt: skip


def formulas(words):
    statement = f"Input\n\nn and m (1 ≤ n ≤ 9). {words}\n\nOutput\n"
    found = learn_contract([Case(args=(4, [(1, 2), (2, 4)]))], statement=statement, names=GRAPH.names, rules=Rules().of_contests(), meanings=meanings_of(GRAPH))
    return {one.text for one in found.relations}


@pytest.mark.parametrize("words", [
    "Road i is given as a pair of cities u_i, v_i (1 ≤ u_i, v_i ≤ n).",
    "Every connector is given as a pair of brains a b it connects (1 ≤ a, b ≤ n).",
    'Lines in the format "xi yi" (without the quotes) (1 ≤ xi, yi ≤ n).',
])  # fmt: skip
def test_as_many_letters_as_columns_are_their_names(words):
    assert formulas(words) >= {"all(x2[0] <= n for x2 in x1)", "all(x2[1] <= n for x2 in x1)"}


@pytest.mark.parametrize("words", [
    "Each line has u_i, v_i and w_i (1 ≤ u_i, v_i, w_i ≤ n).",
    "Each line has two of n and m (1 ≤ n, m ≤ 9).",
])  # fmt: skip
def test_more_letters_and_known_ones_are_not(words):
    assert not [text for text in formulas(words) if "x1" in text]
