"""pass@k: hand-worked values, and the definition itself counted out."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.errors import BadInputError
from symtune.evaluation import pass_at_k

ROUNDING = 1e-12
"""A product of at most a few hundred factors in float64 stays within this of the exact fraction."""


@pytest.mark.parametrize(
    ("num_samples", "num_passed", "k", "expected"),
    [
        (5, 0, 1, 0.0),
        (5, 5, 1, 1.0),
        (5, 2, 1, 0.4),
        (4, 1, 2, 0.5),  # 3 of the 6 pairs hold the one that passes
        (4, 2, 2, 5 / 6),  # 1 of the 6 pairs misses both
        (5, 1, 5, 1.0),
        (10, 3, 5, 1 - 21 / 252),  # C(7, 5) / C(10, 5)
    ],
)
def test_hand_worked_values(num_samples: int, num_passed: int, k: int, expected: float) -> None:
    assert pass_at_k(num_samples, num_passed, k) == pytest.approx(expected, abs=ROUNDING)


@given(st.integers(1, 9), st.data())
@settings(max_examples=80, deadline=None)
def test_equals_the_share_of_all_draws_that_hold_a_passing_program(num_samples: int, data: st.DataObject) -> None:
    num_passed = data.draw(st.integers(0, num_samples))
    k = data.draw(st.integers(1, num_samples))
    programs = [True] * num_passed + [False] * (num_samples - num_passed)
    draws = list(itertools.combinations(programs, k))
    assert pass_at_k(num_samples, num_passed, k) == pytest.approx(sum(map(any, draws)) / len(draws), abs=ROUNDING)


@given(st.integers(1, 1000), st.data())
@settings(max_examples=100, deadline=None)
def test_stays_exact_where_binomials_are_huge(num_samples: int, data: st.DataObject) -> None:
    num_passed = data.draw(st.integers(0, num_samples))
    k = data.draw(st.integers(1, num_samples))
    exact = 1 - Fraction(comb(num_samples - num_passed, k), comb(num_samples, k))
    got = pass_at_k(num_samples, num_passed, k)
    assert 0.0 <= got <= 1.0
    assert got == pytest.approx(float(exact), abs=ROUNDING)


@pytest.mark.parametrize(("num_samples", "num_passed", "k"), [(4, 1, 5), (0, 0, 1), (5, 6, 1), (5, -1, 1), (5, 1, 0)])
def test_refuses_what_has_no_estimate(num_samples: int, num_passed: int, k: int) -> None:
    with pytest.raises(BadInputError):
        pass_at_k(num_samples, num_passed, k)


def test_the_refusal_says_how_many_samples_there_were() -> None:
    with pytest.raises(BadInputError, match=r"pass@5 needs 5 judged samples of the problem, got 4"):
        pass_at_k(4, 1, 5)
