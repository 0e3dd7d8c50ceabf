"""What is promised of a text or of points as a whole is read, and inputs are made so."""

from __future__ import annotations

import random
import re

import pytest

from symtune.domain import Case
from symtune.suites.contracts import learn_contract
from symtune.suites.contracts.patterns import marks_pattern, pattern_of, recombined
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.unread import unread_promises
from symtune.suites.contracts.wholes import as_convex, as_palindrome, is_convex, is_palindrome
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.meanings import meanings_of
from symtune.suites.stdin.parts import Item, Part, Size

POINTS = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"),)),
    Part(parts=(Part(items=(Item(kind="int", name="x"), Item(kind="int", name="y"))),), size=Size(count="n"), name="points"),
))  # fmt: skip
WORD = InputFormat(parts=(Part(items=(Item(kind="word", name="s"),)),))
LIST = InputFormat(parts=(
    Part(items=(Item(kind="count", name="n"), Item(kind="int", name="k"), Item(kind="int", name="x1"))),
    Part(items=(Item(kind="int", name="a", is_run=True, size=Size(count="n")),)),
))  # fmt: skip
SQUARE = [(0, 0), (0, 2), (2, 2), (2, 0)]  # with the clock


def contract(format, statement, *inputs):
    cases = [Case(args=args) for args in inputs]
    return learn_contract(cases, statement=f"Input\n\n{statement}\n\nOutput\n", names=format.names, rules=Rules().of_contests(), meanings=meanings_of(format))


def inside(found, *args):
    made = project_input(found.reach, args, kwargs={}, rng=random.Random(0))
    return made is not None and found.fault(*made) is None


def test_corners_of_a_convex_polygon_turn_one_way_around_once():
    assert is_convex(SQUARE, -1)
    assert is_convex(SQUARE[::-1], 1)
    assert is_convex(SQUARE, 0)
    assert not is_convex(SQUARE, 1)
    assert not is_convex([(0, 0), (1, 0), (2, 0), (1, 2)], 0)
    assert not is_convex([SQUARE[place] for place in (0, 2, 1, 3)], 0)
    star = [(0, 3), (2, -3), (-3, 1), (3, 1), (-2, -3)]
    assert not is_convex(star, 0)  # each corner turns the same way, twice around


def test_points_are_cut_to_the_corners_of_their_hull():
    rng = random.Random(0)
    for turn in (1, -1, 0):
        points = [(rng.randint(-9, 9), rng.randint(-9, 9)) for _ in range(12)]
        assert is_convex(as_convex(points, turn, rng), turn)


def test_fewer_than_three_points_are_no_polygon_and_stay_as_they_are():
    assert not is_convex([(0, 0), (1, 1)], 0)
    assert as_convex([(2, 2), (2, 2)], 0, random.Random(0)) == [(2, 2)]
    assert sorted(as_convex([(2, 2), (0, 1)], 1, random.Random(0))) == [(0, 1), (2, 2)]


def test_a_convex_polygon_goes_with_the_clock_where_the_example_does():
    words = "The set of points is guaranteed to be convex, all points are distinct, the points are ordered in clockwise order."
    found = contract(POINTS, words, (SQUARE,))
    assert found.fault((SQUARE[::-1],), {}) == "formula"
    assert inside(found, [(0, 0), (1, 1), (5, 9), (3, 3), (8, 2), (2, 2)])
    assert unread_promises(f"Input\n\n{words}\n\nOutput\n", found) == []


def test_half_a_sentence_that_was_read_does_not_stand_for_the_other_half():
    words = "All points are distinct and are guaranteed to be the corners of a convex polygon."
    crooked = [(0, 0), (2, 2), (0, 2), (2, 0)]
    assert len(unread_promises(f"Input\n\n{words}\n\nOutput\n", contract(POINTS, words, (crooked,)))) == 1


def test_a_palindrome_stays_one():
    assert as_palindrome("abcd") == "abba"
    assert as_palindrome("abcde") == "abcba"
    assert is_palindrome("abcba")
    found = contract(WORD, "A string s. It is guaranteed that s is a palindrome.", ("nolon",))
    assert found.fault(("no",), {}) == "formula"
    assert inside(found, "lonl")
    assert not contract(WORD, "A string s. Check whether s is a palindrome.", ("nolon",)).relations


def test_numbers_without_leading_zeroes_have_none():
    found = contract(WORD, "A number s without leading zeroes. It contains more than 1 and at most 10^5 digits.", ("101",), ("110",))
    assert found.fault(("011",), {}) == "formula"
    assert found.fault(("1",), {}) == "size"
    assert inside(found, "0110")
    assert not contract(WORD, "Write a program that gives s as a number without leading zeroes.", ("011",)).relations


def test_a_string_whose_length_is_even_stays_so():
    found = contract(WORD, "String s can have lowercase and uppercase English letters and its length is even.", ("abba",), ("Ab",))
    assert found.fault(("aba",), {}) == "formula"
    assert inside(found, "Abb")


def test_a_value_or_a_range_leaves_out_zero_between_them():
    found = contract(LIST, "Three integers n, k and len (1 ≤ n ≤ 9, 1 ≤ k ≤ 9, 1 ≤ len ≤ n). Each number is either -1 or between 1 and k (inclusive).", (2, 1, [1, -1, 2]))
    assert found.fault((2, 1, [0]), {}) == "zero"
    assert found.fault((2, 1, [-2]), {}) == "too_low"
    assert found.fault((2, 1, [3]), {}) == "formula"
    assert found.fault((2, 2, [1]), {}) == "formula"  # len, which the list of names calls by a word


@pytest.mark.parametrize(("texts", "pattern"), [
    (["2->00", "3->"], r"([0-9])\->([0-9]*)"),
    (["a=12", "b=7"], r"([a-z])=([0-9]+)"),
    (["ab", "cd"], ""),
    (["#.#", "#.."], ""),
    (["a b", "c d"], ""),
])  # fmt: skip
def test_texts_with_the_same_marks_keep_them(texts, pattern):
    assert marks_pattern(texts) == pattern
    if pattern:
        rng = random.Random(0)
        made = {recombined(texts, pattern, rng) for _ in range(50)}
        assert len(made) > 5
        assert marks_pattern([*texts, *made]) == pattern


@pytest.mark.parametrize(("texts", "pattern"), [
    (["2026-01-02", "2020-11-13"], r"\d{4}\-\d{2}\-\d{2}"),
    (["(7, 8, 9)", "(7, 81, 190)"], r"\(\d+,\ \d+,\ \d+\)"),
    (["1/5", "17/234"], r"\d+/\d+"),
    (["1/5", "17-234"], ""),
    (["(7, 8)", "(7, 8, 9)"], ""),
    (["7", "12"], ""),
])  # fmt: skip
def test_numbers_in_texts_keep_the_marks_around_them_and_may_have_more_digits(texts, pattern):
    assert pattern_of(texts) == pattern
    assert not pattern or all(re.fullmatch(pattern, text) for text in texts)
