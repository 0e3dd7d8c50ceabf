"""Percentile bootstrap: hand-worked cases, an independent twin, coverage, and what is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.errors import BadInputError
from symtune.evaluation import bootstrap, estimate_mean, estimate_ratio

FINITE = st.floats(-100, 100, allow_nan=False)


def test_equal_values_leave_no_doubt() -> None:
    estimate = estimate_mean([0.25] * 7, num_resamples=50)
    assert (estimate.value, estimate.low, estimate.high, estimate.num_units) == (0.25, 0.25, 0.25, 7)


def test_the_interval_is_that_of_a_slow_twin() -> None:
    values, seed, num_resamples = [0.0, 1.0, 0.5, 0.25, 1.0, 0.0], 3, 400
    drawn = np.random.default_rng(seed).integers(len(values), size=(num_resamples, len(values)))
    means = sorted(sum(values[index] for index in row) / len(values) for row in drawn)
    expected = np.percentile(means, [2.5, 97.5])
    estimate = estimate_mean(values, num_resamples=num_resamples, seed=seed)
    assert (estimate.low, estimate.high) == pytest.approx(tuple(expected), abs=1e-12)


def test_blocks_do_not_change_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [random.Random(1).random() for _ in range(40)]
    whole = estimate_mean(values, num_resamples=100, seed=5)
    monkeypatch.setattr(bootstrap, "DRAWS_AT_ONCE", 90)
    assert estimate_mean(values, num_resamples=100, seed=5) == whole


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng, num_sets = np.random.default_rng(0), 300
    covered = 0
    for index in range(num_sets):
        estimate = estimate_mean((rng.random(60) < 0.3).astype(float), num_resamples=300, seed=index)
        assert estimate.low is not None
        assert estimate.high is not None
        covered += estimate.low <= 0.3 <= estimate.high
    # 95% is nominal; 60 coin flips and a percentile interval give 90% or more, a wrong tail (for one) 85% at best
    assert 0.90 <= covered / num_sets <= 0.99


@given(st.lists(FINITE, min_size=1, max_size=30), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_interval_lies_within_the_values(values: list[float], seed: int) -> None:
    estimate = estimate_mean(values, num_resamples=60, seed=seed)
    assert estimate.low is not None
    assert estimate.high is not None
    slack = 1e-9
    assert min(values) - slack <= estimate.low <= estimate.high <= max(values) + slack


def test_a_paired_difference_of_equal_policies_is_exactly_zero() -> None:
    estimate = estimate_ratio([0.0] * 5, [0.1, 0.2, 0.0, 0.9, 1.0], num_resamples=100)
    assert (estimate.value, estimate.low, estimate.high) == (0.0, 0.0, 0.0)


def test_a_zero_denominator_has_no_value_and_says_so() -> None:
    estimate = estimate_ratio([1.0, 2.0], [0.0, 0.0])
    assert estimate.value is None
    assert "denominator" in (estimate.reason or "")


def test_an_end_that_is_infinite_is_left_out() -> None:
    estimate = estimate_ratio([1.0, 1.0], [1.0, 0.0], num_resamples=500)
    assert estimate.value == 2.0
    assert estimate.low == 1.0
    assert estimate.high is None
    assert estimate.reason


def test_no_values_give_no_value() -> None:
    assert estimate_mean([]).value is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate_ratio([1.0], [1.0, 2.0]),
        lambda: estimate_mean([float("nan")]),
        lambda: estimate_mean([1.0], num_resamples=-1),
        lambda: estimate_mean([1.0], level=1.0),
    ],
)
def test_refuses_bad_arguments(call) -> None:
    with pytest.raises(BadInputError):
        call()
