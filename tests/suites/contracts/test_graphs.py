"""What a statement promises of edges is read, kept by every input, and never put on rows that are no edges."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.graphs import as_connected, as_simple, as_tree, is_connected, is_simple, is_tree
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.rules import Rules
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.meanings import meanings_of
from symtune.suites.stdin.parts import Item, Part, Size

ENDS = Part(items=(Item(kind="int", name="u"), Item(kind="int", name="v")))
TREE = InputFormat(parts=(Part(items=(Item(kind="count", name="n"),)), Part(parts=(ENDS,), size=Size(count="n", offset=-1), name="edges")))
GRAPH = InputFormat(parts=(
    Part(items=(Item(kind="int", name="n"), Item(kind="count", name="m"))), Part(parts=(ENDS,), size=Size(count="m"), name="edges"),
))  # fmt: skip
PATH = [(1, 2), (2, 3), (3, 4)]


def contract(format, statement, *inputs):
    cases = [Case(args=args) for args in inputs]
    return learn_contract(cases, statement=statement, names=format.names, rules=Rules().of_contests(), meanings=meanings_of(format))


def formulas(found):
    return {one.text for one in found.relations if one.kind == "formula"}


def test_a_tree_has_one_vertex_more_than_edges_and_no_cycle():
    assert is_tree(PATH)
    assert is_tree([])
    assert not is_tree([(1, 2), (2, 3), (3, 1)])
    assert not is_tree([(1, 2), (3, 4)])
    assert not is_tree([(1, 1)])


def test_a_connected_graph_has_all_its_vertices_in_one_part():
    assert is_connected([(1, 2), (2, 3), (1, 3)], 3)
    assert not is_connected([(1, 2), (2, 1), (1, 2)], 3)
    assert not is_connected([(1, 2), (3, 4)], 4)


def test_redrawn_edges_keep_their_other_columns_and_the_promise():
    rng = random.Random(0)
    for size in range(1, 9):
        tree = as_tree([(1, 1, place) for place in range(size)], rng)
        assert is_tree(tree)
        assert [edge[2] for edge in tree] == list(range(size))
        joined = as_connected([(7, 9)] * (size + 3), size + 1, rng)
        assert is_connected(joined, size + 1)
    assert is_simple(as_simple([(1, 2), (2, 1), (3, 3), (1, 2)], rng))


@pytest.mark.parametrize("words", [
    "It is guaranteed that the given set of edges forms a tree.",
    "The next n-1 lines describe edges of the tree.",
    "It is guaranteed that the given graph is a tree.",
    "-----Constraints-----\n\n - The given graph is a tree.",
])  # fmt: skip
def test_words_of_a_tree_are_a_promise_about_the_edges(words):
    found = contract(TREE, words, (PATH,))
    assert "is_tree(edges)" in formulas(found)
    assert found.fault(([(1, 2), (1, 2)],), {}) == "formula"
    assert any(one.promise == "is_tree(edges)" and one.source == "statement" for one in found.evidence)


def test_connected_loopless_and_simple_are_read_from_one_sentence():
    found = contract(GRAPH, "You can assume that the road network is connected and has no loops or multiedges.", (4, [*PATH, (1, 3)]))
    assert formulas(found) == {"is_connected(edges, n)", "all(edge[0] != edge[1] for edge in edges)", "is_simple(edges)"}


def test_a_promise_that_an_example_breaks_is_none():
    assert "is_tree(edges)" not in formulas(contract(TREE, "The roads form a tree.", ([(1, 2), (1, 2), (3, 3)],)))


def test_a_definition_of_trees_promises_nothing_of_a_graph_that_counts_its_edges():
    assert not formulas(contract(GRAPH, "A spruce is a tree whose leaves are green. The edges form a tree, or they do not.", (4, PATH)))


@pytest.mark.parametrize("words", ["All points are distinct.", "It is guaranteed that all pairs (u_i, v_i) are different.", "No two points coincide."])
def test_rows_that_are_all_different_stay_so(words):
    found = contract(GRAPH, words, (4, PATH))
    assert formulas(found) == {"is_unique(edges)"}
    inside = project_input(found.reach, (4, [(1, 2), (1, 2), (2, 3)]), kwargs={}, rng=random.Random(0))
    assert inside is not None
    assert inside[0][1] == [(1, 2), (2, 3)]


def test_a_question_about_connection_promises_nothing():
    assert not formulas(contract(GRAPH, "Find out how many cities are connected by roads.", (4, PATH)))


def test_inputs_are_brought_inside_and_the_solver_is_told_nothing_of_it():
    statement = "u and v (1 <= u, v <= n). The edges form a tree."
    reach = contract(TREE, statement, (PATH,), ([(1, 2), (1, 3)],)).reach
    rng = random.Random(1)
    for _ in range(20):
        edges = [(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(rng.randint(1, 6))]
        inside = project_input(reach, (edges,), kwargs={}, rng=rng)
        assert inside is not None
        assert is_tree(inside[0][0])
        assert max(map(max, inside[0][0])) <= len(edges) + 1
    assert "is_tree" not in precondition_source(reach)


def test_where_edges_are_too_few_there_are_fewer_vertices():
    reach = contract(GRAPH, "u and v (1 <= u, v <= n). It is guaranteed that the graph is connected.", (4, PATH), (3, [(1, 2), (2, 3)])).reach
    inside = project_input(reach, (15, [(1, 2), (5, 1)]), kwargs={}, rng=random.Random(0))
    assert inside is not None
    assert is_connected(inside[0][1], inside[0][0])


def test_repeated_edges_and_loops_are_redrawn_and_left_out_where_no_pair_is_left():
    redrawn = as_simple([(1, 2, "a"), (2, 1, "b"), (3, 3, "c"), (1, 2, "d")], random.Random(0))
    assert redrawn[0] == (1, 2, "a")
    assert [edge[2] for edge in redrawn] == ["a", "b", "c"]  # three vertices have three pairs
    assert {frozenset(edge[:2]) for edge in redrawn} == {frozenset({1, 2}), frozenset({1, 3}), frozenset({2, 3})}
    assert not is_simple([(1, 2), (1, 2)])
    assert not is_simple([(1, 2), (2, 1)])


def test_edges_between_known_vertices_stay_where_a_tree_joins_them_and_too_few_edges_stay_as_they_are():
    rng = random.Random(0)
    edges = [(7, 9, 0), (9, 9, 1), (1, 3, 2), (8, 1, 3), (2, 2, 4)]
    joined = as_connected(edges, 3, rng)
    assert (joined[2], joined[4]) == (edges[2], edges[4])
    assert {*joined[3][:2]} <= {1, 2, 3}
    assert as_connected(edges, 7, rng) == edges
    assert {vertex for edge in as_connected([(0, 5)] * 4, 5, rng) for vertex in edge} == {0, 1, 2, 3, 4}


def test_trees_have_more_than_one_shape_and_either_end_of_an_edge_comes_first():
    trees = [as_tree([(1, 1)] * 3, random.Random(seed)) for seed in range(20)]
    most_joined = {max(sum(vertex in edge for edge in tree) for vertex in range(1, 5)) for tree in trees}
    assert most_joined == {2, 3}  # paths and stars
    assert {one < other for tree in trees for one, other in tree} == {True, False}


@pytest.mark.parametrize(("words", "formula"), [
    ("It is guaranteed that there is no more than one road between each pair of cities.", "is_simple(edges)"),
    ("It is guaranteed that each ordered pair (u, v) appears in the list of edges at most once.", "is_unique(edges)"),
    ("You are given a directed graph without multiple edges.", "is_unique(edges)"),
])  # fmt: skip
def test_no_edge_stands_there_twice_in_either_direction_unless_they_are_directed(words, formula):
    assert formulas(contract(GRAPH, words, (4, PATH))) == {formula}


def test_whoever_can_reach_all_by_one_edge_fewer_than_vertices_has_a_tree():
    words = "It is guaranteed that:\n\n  * for every a and b it is possible to get to the b-th intersection from the a-th one;\n  * the sum of n is at most 10."
    assert formulas(contract(TREE, words, (PATH,))) == {"is_tree(edges)"}


def test_a_count_that_is_a_half_counts_the_vertices_of_a_tree():
    houses = InputFormat(parts=(Part(items=(Item(kind="count", name="k"),)), Part(parts=(ENDS,), size=Size(count="k", factor=2, offset=-1), name="edges")))
    found = contract(houses, "k pairs (1 ≤ k ≤ 9). It is guaranteed that the given roads define a tree.", (PATH,))
    assert formulas(found) == {"is_tree(edges)", "1 <= (len(edges) + 1) // 2", "(len(edges) + 1) // 2 <= 9"}
