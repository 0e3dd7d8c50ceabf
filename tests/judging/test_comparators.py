"""What each comparator takes for equal, and what it does not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symtune.errors import BadInputError
from symtune.judging import COMPARATORS, compare, find_comparator

NAN, INF = math.nan, math.inf

EQUAL = [
    ("exact", 1, 1.0), ("exact", True, 1), ("exact", [NAN], [math.nan * 1]), ("exact", {"a": [NAN]}, {"a": [NAN]}),
    ("exact", {NAN}, {float("nan")}), ("exact", complex(NAN, 1), complex(NAN, 1)), ("exact", "a", "a"), ("exact", None, None),
    ("float_close", 0.1 + 0.2, 0.3), ("float_close", [1, (2.0000001, 3)], [1, [2, 3]]), ("float_close", 10**400, 10**400),
    ("float_close", 1e20, 1e20 + 1e10), ("float_close", "x 0.3000000001 a", "x 0.3 a"), ("float_close", {"a": 0.3}, {"a": 0.3000000001}),
    ("float_close", {0.1 + 0.2}, {0.3}), ("float_close", INF, INF), ("float_close", NAN, NAN), ("float_close:1e-2", 3.14, 3.145),
    ("float_close:1e-2:1e-7", 3.14, 3.145), ("float_close:0:1e-2", 99.5, 100.0), ("float_close:1e-6:1e-7", 1e9 + 50.0, 1e9),
    ("unordered", [1, 2, 2], (2, 1, 2)), ("unordered", [[1, 2], {"a": [3]}], [{"a": (3,)}, (1, 2)]), ("unordered", [NAN, 1], [1, NAN]),
    ("unordered", "a b\nc\n", "c\na  b"), ("unordered", 3, 3),
    ("whitespace_tokens", "1  2\n3\n", "1 2\n3"), ("whitespace_tokens", "", "\n"), ("whitespace_tokens", 3, 3),
    ("sequence", [(1, [2])], ((1, (2,)),)), ("sequence", {"a": (1,)}, {"a": [1]}),
    ("same_set", [1, 1, 2], (2, 1)), ("same_set", [[1], [2], [1]], [(2,), (1,)]), ("same_truth", [0], True), ("same_truth", "", None),
]  # fmt: skip
DIFFERENT = [
    ("exact", [1], (1,)), ("exact", 0.1 + 0.2, 0.3), ("exact", [NAN, 1], [NAN, 2]), ("exact", "1", 1), ("exact", None, 0),
    ("exact", [NAN], [1.0]), ("exact", {NAN}, {1.0}), ("exact", {"a": NAN}, {"b": NAN}), ("exact", None, "None"),
    ("float_close", 1.0, 1.00001), ("float_close", [1.0], [1.0, 2.0]), ("float_close", INF, 1e308), ("float_close", INF, -INF),
    ("float_close", NAN, 1.0), ("float_close", 10**400, 1.0), ("float_close", "1.0 x", "1.0 y"), ("float_close", "1.0", "1.0 2.0"),
    ("float_close", None, 0.0), ("float_close:1e-2", 3.14, 3.2),
    ("float_close:1e-6:1e-7", 1e9 + 150.0, 1e9), ("float_close:0:1e-2", 98.5, 100.0), ("float_close:1e-6:0", 1e9 + 1.0, 1e9), ("float_close", "0.3", 0.3),
    ("unordered", [1, 2], [1, 1, 2]), ("unordered", [1, 1, 2], [1, 2, 2]), ("unordered", [[1, 2]], [[2, 1]]), ("unordered", "ab", ["a", "b"]),
    ("unordered", [{1: 2}], [[(1, 2)]]), ("unordered", 3, [3]),
    ("whitespace_tokens", "12", "1 2"), ("whitespace_tokens", "a", "A"), ("whitespace_tokens", "3", 3),
    ("sequence", [1, 2], [2, 1]), ("sequence", "ab", ["a", "b"]), ("same_set", [1], [1, 2]), ("same_set", [[1]], [[1], [2]]),
    ("same_set", None, [1]), ("same_truth", 0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "got", "expected"), EQUAL)
def test_equal(name, got, expected):
    assert compare(name, got, expected)
    assert compare(name, expected, got)


@pytest.mark.parametrize(("name", "got", "expected"), DIFFERENT)
def test_different(name, got, expected):
    assert not compare(name, got, expected)
    assert not compare(name, expected, got)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text("ab 1", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=8,
)


@pytest.mark.parametrize("name", sorted(set(COMPARATORS) - {"polynomial_root"}))  # which is no equality
@given(value=PLAIN)
def test_every_comparator_takes_a_value_for_itself(name, value):
    assert compare(name, value, value)


@given(PLAIN, PLAIN)
def test_no_comparator_raises_on_plain_values(got, expected):
    for name in COMPARATORS:
        assert compare(name, got, expected) in (True, False)


@pytest.mark.parametrize("name", ["", "Exact", "exact:1", "float_close:", "float_close:tight", "float_close:1e-6:", "float_close:1:2:3", "float_close:-1", "close"])
def test_unknown_comparators_are_refused(name):
    with pytest.raises(BadInputError):
        find_comparator(name)
