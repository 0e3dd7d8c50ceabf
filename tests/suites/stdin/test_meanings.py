"""What a statement says of counts and columns holds of the lists and rows that they stand for."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case, Problem
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.rules import Rules
from symtune.suites.grow import unusable
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.meanings import meanings_of
from symtune.suites.stdin.parts import Item, Part, Size

LIST = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"),)), Part(items=(Item(kind="int", name="a", is_run=True, size=Size(count="n")),)),
))  # fmt: skip
TREE = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"),)),
    Part(parts=(Part(items=(Item(kind="int", name="l"), Item(kind="int", name="r"))),), size=Size(count="n", offset=-1), name="rows"),
))  # fmt: skip


def contract(format, statement, *inputs):
    cases = [Case(args=args) for args in inputs]
    return learn_contract(cases, statement=statement, names=format.names, rules=Rules().of_contests(), meanings=meanings_of(format))


def test_bounds_of_a_count_bound_its_list():
    found = contract(LIST, "n (3 ≤ n ≤ 500) integers. It is guaranteed that n is even.", ([1, 2, 3, 4],), ([1, 2, 3, 4, 5, 6],))
    assert found.fault(([1, 2],), {}) == "size"
    assert found.fault(([1, 2, 3, 4, 5],), {}) == "formula"
    assert found.fault(([1, 2, 3, 4],), {}) is None


def test_a_count_bounds_items_as_well():
    found = contract(LIST, "The second line contains n integers a_i (1 ≤ a_i ≤ n-1).", ([1, 2, 1],), ([1, 1],))
    assert found.fault(([1, 2],), {}) == "formula"


def test_columns_are_places_of_rows_and_an_offset_is_undone():
    found = contract(TREE, "2 ≤ n ≤ 4. Each line has two integers l_i, r_i (1 ≤ l_i < r_i ≤ n).", ([(1, 2), (1, 3)],), ([(1, 2)],))
    assert found.fault(([(2, 1)],), {}) == "formula"
    assert found.fault(([(1, 3)],), {}) == "formula"
    assert found.fault(([(1, 2), (1, 3), (3, 4)],), {}) is None
    assert found.fault(([(1, 2), (1, 3), (3, 4), (1, 2)],), {}) is not None


def test_what_the_examples_break_is_not_kept():
    assert contract(LIST, "1 ≤ n ≤ 2.", ([1, 2, 3],)).fault(([1, 2, 3],), {}) is None


def test_contest_texts_keep_to_the_letters_shown_unless_more_are_stated():
    word = InputFormat(parts=(Part(items=(Item(kind="word", name="s"),)),))
    assert contract(word, "A string s of stations.", ("AB",), ("BBA",)).reach.args[0].alphabet == "AB"
    stated = contract(word, "s consists of uppercase English letters.", ("AB",), ("BBA",))
    assert "Z" in stated.reach.args[0].alphabet


def test_two_values_named_with_or_are_all_there_are():
    found = contract(LIST, "n integers a_1, ..., a_n (a_i = 0 or a_i = 1).", ([0, 1, 1],), ([1, 0],))
    assert found.fault(([0, 2],), {}) == "too_high"


def test_a_matrix_of_texts_that_always_was_square_stays_square_in_contests():
    grid = InputFormat(parts=(
        Part(items=(Item(kind="count", name="n"),)), Part(parts=(Part(items=(Item(kind="word", name="w"),)),), size=Size(count="n"), name="g"),
    ))  # fmt: skip
    reach = contract(grid, "A square field.", (["01", "10"],), (["000", "010", "111"],)).reach
    assert reach.fault((["01"],), {}) == "not_square"
    inside = project_input(reach, (["0111", "1"],), kwargs={}, rng=random.Random(0))
    assert inside is not None
    assert reach.fault(*inside) is None


def test_thousands_may_be_parted_by_a_tie():
    found = contract(LIST, r"n ($1 \le n \le 131~072$) integers.", ([1, 2, 3, 4],))
    assert found.args[0].max_size == 131072


@pytest.mark.parametrize(("words", "reason"), [
    ("If there are several answers, you can print any.", "several_answers"),
    ("If there are multiple solutions, print any of them.", "several_answers"),
    ("Print several numbers. Is there any way?", None),
])  # fmt: skip
def test_a_text_problem_whose_words_take_several_answers_is_set_apart(words, reason):
    case = Case(stdin="1\n", expected="1\n")
    problem = Problem(id="p", statement=words, entry_point=None, references=("print(input())",), tests=(case,))
    assert unusable(problem, [case]) == reason
    assert unusable(problem.model_copy(update={"checker": "def check(*_): return True"}), [case]) is None


def test_a_count_that_is_a_power_of_two_keeps_its_list_so():
    for words in ("It is guaranteed that $n = 2^k$ for some integer $k \\ge 0$.", "n is a power of two."):
        found = contract(LIST, words, ([1, 2, 3, 4],), ([5],))
        assert found.fault(([1, 2, 3],), {}) == "formula"
        assert found.fault(([1] * 16,), {}) is None


def test_a_column_named_without_an_index_is_that_of_every_row():
    found = contract(TREE, "Each of these lines contains two integers l and r (1 ≤ l < r ≤ n).", ([(1, 2), (1, 3)],), ([(1, 2)],))
    assert found.fault(([(2, 1)],), {}) == "formula"
    assert found.fault(([(1, 3)],), {}) == "formula"


def test_an_index_may_stand_without_its_bar():
    found = contract(TREE, "-----Input-----\n\nEach line has two integers li, ri (1 ≤ li < ri ≤ n).", ([(1, 2), (1, 3)],), ([(1, 2)],))
    assert found.fault(([(2, 1)],), {}) == "formula"
    assert contract(LIST, "-----Input-----\n\nn integers ai (2 ≤ ai ≤ 9).", ([2, 3],)).fault(([1, 3],), {}) == "too_low"


def test_lines_of_one_number_are_the_items_of_its_name():
    lines = InputFormat(parts=(
        Part(items=(Item(kind="count", name="n"),)),
        Part(parts=(Part(items=(Item(kind="int", name="a"),)),), size=Size(count="n"), name="x1"),
    ))  # fmt: skip
    assert contract(lines, "Each of the next n lines has an integer a_i (2 ≤ a_i ≤ n).", ([2, 3, 3],)).fault(([1, 3],), {}) == "formula"


@pytest.mark.parametrize("words", [
    "The second line has n distinct integers a_i in ascending order.",
    "The second line has n integers a_1, a_2, ..., a_n in strictly increasing order.",
    "The second line has n integers a_i (a_i < a_{i + 1}).",
    "The second line has n integers a_{i} (a_{i} < a_{i} + 1).",
])  # fmt: skip
def test_an_order_said_of_named_items_is_kept(words):
    assert contract(LIST, words, ([1, 5, 9],), ([2, 3],)).fault(([3, 1],), {}) == "unsorted"


def test_an_order_asked_for_is_no_promise():
    assert contract(LIST, "Print the integers a_i in ascending order.", ([1, 5, 9],), ([2, 3],)).fault(([3, 1],), {}) is None


def test_a_sum_written_out_bounds_what_is_compared_with_it():
    two = InputFormat(parts=(*LIST.parts, Part(items=(Item(kind="count", name="m"),)),
                             Part(items=(Item(kind="int", name="q", is_run=True, size=Size(count="m")),))))  # fmt: skip
    found = contract(two, "The labels q_1, ..., q_m (1 ≤ q_i ≤ a_1 + a_2 + ... + a_n).", ([2, 3], [5, 1]))
    assert found.fault(([2, 3], [6]), {}) == "formula"
    assert found.fault(([2, 3], [4]), {}) is None
