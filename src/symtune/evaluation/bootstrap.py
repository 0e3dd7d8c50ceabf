"""Percentile bootstrap over problems, for every figure that is a ratio of two sums.

A mean is sum(x_p) / sum(1); an accuracy over programs, resampled by problem, is sum(right_p) / sum(programs_p); a relative
gain is sum(a_p - b_p) / sum(b_p). One resample draws P problems with replacement and takes numerator and denominator of
the same problems, so paired figures stay paired.

Source: Efron and Tibshirani 1993, chapter 13 (percentile interval). The papers state no interval for pass@k; ours.
Shapes: P problems, R resamples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symtune.domain.results import Estimate
from symtune.errors import BadInputError

DRAWS_AT_ONCE = 2_000_000
"""Indices drawn in one block; bounds memory at about 16 MB whatever P and R are."""


def estimate_mean(
    values: Sequence[float] | np.ndarray, *, num_resamples: int = 1000, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Return the mean of one value per problem [P], with its interval."""
    return estimate_ratio(values, np.ones(len(values)), num_resamples=num_resamples, seed=seed, level=level)


def estimate_ratio(
    numerators: Sequence[float] | np.ndarray,
    denominators: Sequence[float] | np.ndarray,
    *,
    num_resamples: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Return sum(numerators) / sum(denominators) over problems [P], with its percentile interval.

    Resamples whose denominator is 0 count as infinite when their numerator is not 0 and are left out when it is; an end
    of the interval that falls on an infinite one is None.

    Args:
        num_resamples: R; 0 gives no interval.
        seed: seed of the resampling; the same seed gives the same interval.
        level: share of resamples inside the interval, between 0 and 1.

    Raises:
        BadInputError: lengths differ, a value is not finite, or level or num_resamples are out of range.
    """
    top, bottom = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    _check(top, bottom, num_resamples=num_resamples, level=level)
    num_units = len(top)
    if num_units == 0:
        return Estimate(value=None, level=level, num_units=0, reason="nothing to average over")
    if bottom.sum() == 0:
        return Estimate(value=None, level=level, num_units=num_units, reason="the denominator is 0")
    value = float(top.sum() / bottom.sum())
    if num_resamples == 0:
        return Estimate(value=value, level=level, num_units=num_units, reason="no interval was asked for")
    draws = _resampled_ratios(top, bottom, num_resamples=num_resamples, seed=seed)
    tail = (1.0 - level) / 2.0
    low, high = _quantile(draws, tail), _quantile(draws, 1.0 - tail)
    reason = None if low is not None and high is not None else "some resamples have a denominator of 0"
    return Estimate(value=value, low=low, high=high, level=level, num_units=num_units, reason=reason)


def _check(top: np.ndarray, bottom: np.ndarray, *, num_resamples: int, level: float) -> None:
    if top.ndim != 1 or top.shape != bottom.shape:
        raise BadInputError(f"one numerator and one denominator per problem: got shapes {top.shape} and {bottom.shape}")
    if not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        raise BadInputError("a value to resample is not finite; leave such problems out and count them")
    if num_resamples < 0:
        raise BadInputError(f"num_resamples must be 0 or more, got {num_resamples}")
    if not 0.0 < level < 1.0:
        raise BadInputError(f"level must lie between 0 and 1, got {level}")


def _resampled_ratios(top: np.ndarray, bottom: np.ndarray, *, num_resamples: int, seed: int) -> np.ndarray:
    """Return the sorted ratios of the resamples [at most R]; 0 / 0 is left out."""
    rng, num_units = np.random.default_rng(seed), len(top)
    rows_at_once = max(1, DRAWS_AT_ONCE // num_units)
    tops, bottoms = np.empty(num_resamples), np.empty(num_resamples)
    for start in range(0, num_resamples, rows_at_once):
        stop = min(start + rows_at_once, num_resamples)
        drawn = rng.integers(num_units, size=(stop - start, num_units))
        tops[start:stop], bottoms[start:stop] = top[drawn].sum(axis=1), bottom[drawn].sum(axis=1)
    is_defined = (bottoms != 0) | (tops != 0)
    with np.errstate(divide="ignore"):
        ratios = tops[is_defined] / bottoms[is_defined]
    return np.sort(ratios)


def _quantile(draws: np.ndarray, share: float) -> float | None:
    """Return the linearly interpolated quantile of sorted draws, or None when it is not finite."""
    position = share * (len(draws) - 1)
    below = int(np.floor(position))
    above = min(below + 1, len(draws) - 1)
    weight = position - below
    value = draws[below] if weight == 0 else (1.0 - weight) * draws[below] + weight * draws[above]
    return float(value) if np.isfinite(value) else None
