"""Bounds that go by the place of an item are read with the index that the statement counts from, kept by every input, and stand for trees."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.comparisons import Comparison
from symtune.suites.contracts.expressions import Ref
from symtune.suites.contracts.graphs import as_rooted, is_rooted
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.ranks import INDEX, ranked_formula
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.unread import unread_promises
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.meanings import meanings_of
from symtune.suites.stdin.parts import Item, Part, Size

PARENTS = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"),)),
    Part(items=(Item(kind="int", name="p", is_run=True, size=Size(count="n", offset=-1)),)),
))  # fmt: skip
ROWS = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"),)),
    Part(parts=(Part(items=(Item(kind="int", name="p"), Item(kind="int", name="c"))),), size=Size(count="n"), name="rows"),
))  # fmt: skip


def contract(format, statement, *inputs):
    cases = [Case(args=args) for args in inputs]
    return learn_contract(cases, statement=f"Input\n\n{statement}\n\nOutput\n", names=format.names, rules=Rules().of_contests(), meanings=meanings_of(format))


@pytest.mark.parametrize(("words", "inside", "outside"), [
    ("The second line has n - 1 integers p_2, p_3, ..., p_n (1 ≤ p_i < i).", [1, 2, 3], [1, 3, 1]),
    ("The second line has n - 1 integers p0, p1, ..., pn - 2 (0 ≤ pi ≤ i).", [0, 1, 2], [0, 2, 0]),
    ("Next come n - 1 integers pi (1 ≤ pi ≤ i).", [1, 2, 3], [1, 3, 1]),
    ("n - 1 positive integers p2, p3, p4, ..., pn (1 ≤ pi ≤ i - 1).", [1, 2, 3], [1, 3, 1]),
])  # fmt: skip
def test_a_bound_by_the_place_starts_at_the_index_that_is_written(words, inside, outside):
    found = contract(PARENTS, words, (inside,))
    assert found.fault((inside,), {}) is None
    assert found.fault((outside,), {}) == "formula"


def test_inputs_are_brought_inside_in_many_shapes():
    found = contract(PARENTS, "n - 1 integers p_2, p_3, ..., p_n (1 ≤ p_i < i).", ([1, 1, 2, 4],))
    rng = random.Random(0)
    made = [project_input(found.reach, ([rng.randint(1, 20) for _ in range(5)],), kwargs={}, rng=rng) for _ in range(40)]
    assert all(one is not None and found.fault(*one) is None for one in made)
    assert len({tuple(one[0][0]) for one in made if one}) > 10
    assert "range(len(p))" in precondition_source(found.reach)


def test_a_letter_that_is_no_index_of_the_items_promises_nothing():
    found = contract(PARENTS, "n - 1 integers p_j (1 ≤ p_j ≤ i).", ([1, 1, 2],))
    assert not [one for one in found.relations if "range" in one.text]


def test_a_tree_of_parents_is_read_where_their_bound_was():
    statement = "n - 1 integers p_2, p_3, ..., p_n (1 ≤ p_i < i). It is guaranteed that this set of branches forms a tree."
    assert unread_promises(f"Input\n\n{statement}\n\nOutput\n", contract(PARENTS, statement, ([1, 1, 2],))) == []
    without = statement.replace("(1 ≤ p_i < i)", "")
    assert len(unread_promises(f"Input\n\n{without}\n\nOutput\n", contract(PARENTS, without, ([1, 1, 2],)))) == 1


def test_parents_in_any_order_make_a_tree_with_one_root():
    assert is_rooted([2, 0, 2])
    assert is_rooted([(2, 5), (0, 1), (2, 7)])
    assert is_rooted([3, 1])
    assert not is_rooted([2, 3, 2, 0])
    assert not is_rooted([0, 0, 1])
    assert not is_rooted([3, 2])
    found = contract(ROWS, "Lines with p_i and c_i, where p_i is the parent of vertex i or 0. The values of p_i describe a rooted tree.", ([(2, 0), (0, 2), (2, 0)],))
    assert "is_rooted(rows)" in {one.text for one in found.relations}
    rng = random.Random(0)
    for size in range(1, 8):
        marked = as_rooted([(0, place) for place in range(size)], rng)
        assert is_rooted(marked)
        assert [row[1] for row in marked] == list(range(size))
        assert is_rooted(as_rooted([1] * size, rng))


def test_colours_beside_edges_are_not_taken_for_parents():
    coloured = InputFormat(parts=(*ROWS.parts[:1], Part(items=(Item(kind="int", name="a", is_run=True, size=Size(count="n")),))))
    assert not contract(coloured, "The graph is a tree. n colours a_i.", ([0, 1, 1],)).relations


def test_the_place_may_stand_on_either_side_and_its_name_is_no_argument():
    item, place = Ref("p", ("i",)), Ref(INDEX, ("i",))
    assert ranked_formula(Comparison(item, "<", place, 0, 0), first=2, names=("p",)) == "all(p[x1] < x1 + 2 for x1 in range(len(p)))"
    assert ranked_formula(Comparison(place, "<=", item, 0, 0), first=1, names=("p", "x1")) == "all(x2 + 1 <= p[x2] for x2 in range(len(p)))"
