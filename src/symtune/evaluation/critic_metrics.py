"""A critic's predicted outcomes against the true ones: accuracy, MAE over ranks, confusion, recall, and baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symtune.domain import Outcome
from symtune.domain.results import CriticMetrics, CriticScores, Estimate
from symtune.errors import BadInputError
from symtune.evaluation.bootstrap import estimate_ratio

NUM_OUTCOMES = len(Outcome)


def critic_metrics(
    predicted: Sequence[Outcome | int],
    true: Sequence[Outcome | int],
    *,
    problem_ids: Sequence[str] | None = None,
    num_resamples: int = 1000,
    seed: int = 0,
) -> CriticMetrics:
    """Return the metrics of the paper's Table 1 with intervals.

    accuracy = mean(predicted == true); MAE = mean(|rank(predicted) - rank(true)|) with ranks 0..3.

    Programs of one problem resemble each other, so with ``problem_ids`` the bootstrap draws problems with all their
    programs; without them it draws programs, which makes the interval too narrow.

    Args:
        predicted, true: one outcome (or its rank 0..3) per program [N].
        problem_ids: the problem of each program [N].

    Raises:
        BadInputError: no programs, lengths that differ, or a rank outside 0..3.

    Source: Sakharova et al. 2025, Table 1.
    Differs: the baselines and intervals are ours. ``majority`` knows the true shares of this very set, which no critic
        does; ``chance`` is the expectation of a uniform guess, not one draw of it.
    """
    guess, truth = _ranks(predicted, "predicted"), _ranks(true, "true")
    if len(guess) != len(truth) or not len(truth):
        raise BadInputError(f"one prediction per true outcome, one or more: got {len(guess)} and {len(truth)}")
    if problem_ids is not None and len(problem_ids) != len(truth):
        raise BadInputError(f"one problem id per program: got {len(problem_ids)} for {len(truth)} programs")
    unit = _units(problem_ids, len(truth))

    def estimate(values: np.ndarray, weights: np.ndarray | None = None) -> Estimate:
        ones = np.ones(len(truth)) if weights is None else weights
        tops, bottoms = np.bincount(unit, weights=values), np.bincount(unit, weights=ones)
        return estimate_ratio(tops, bottoms, num_resamples=num_resamples, seed=seed)

    def scores(guessed: np.ndarray) -> CriticScores:
        return CriticScores(accuracy=estimate((guessed == truth).astype(float)), mae=estimate(np.abs(guessed - truth)))

    confusion: np.ndarray = np.zeros((NUM_OUTCOMES, NUM_OUTCOMES), dtype=int)
    np.add.at(confusion, (truth, guess), 1)
    majority = np.full(len(truth), np.bincount(truth, minlength=NUM_OUTCOMES).argmax())
    ranks = np.arange(NUM_OUTCOMES)
    chance_mae = np.abs(ranks[None, :] - truth[:, None]).mean(axis=1)
    return CriticMetrics(
        num_programs=len(truth),
        num_problems=None if problem_ids is None else int(unit.max()) + 1,
        scores=scores(guess),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        recall={outcome.value: _recall(estimate, guess, truth, outcome) for outcome in Outcome},
        baselines={
            "majority": scores(majority),
            "chance": CriticScores(
                accuracy=estimate(np.full(len(truth), 1.0 / NUM_OUTCOMES)), mae=estimate(chance_mae)
            ),
        },
        num_resamples=num_resamples,
        seed=seed,
    )


def _recall(
    estimate: Callable[..., Estimate], guess: np.ndarray, truth: np.ndarray, outcome: Outcome
) -> Estimate:
    is_member = (truth == outcome.rank).astype(float)
    if not is_member.any():
        return Estimate(value=None, reason=f"no program is truly {outcome.value}")
    return estimate(is_member * (guess == outcome.rank), is_member)


def _ranks(outcomes: Sequence[Outcome | int], name: str) -> np.ndarray:
    ranks = [item.rank if isinstance(item, Outcome) else int(item) for item in outcomes]
    bad = next((rank for rank in ranks if not 0 <= rank < NUM_OUTCOMES), None)
    if bad is not None:
        raise BadInputError(f"{name} outcomes have ranks 0..{NUM_OUTCOMES - 1}, got {bad}")
    return np.asarray(ranks, dtype=np.int64)


def _units(problem_ids: Sequence[str] | None, num_programs: int) -> np.ndarray:
    """Return the index of the resampling unit of each program [N]."""
    if problem_ids is None:
        return np.arange(num_programs)
    index: dict[str, int] = {}
    return np.asarray([index.setdefault(name, len(index)) for name in problem_ids], dtype=np.int64)
