"""Critic metrics: hand-worked figures, baselines, and intervals that respect problems."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.domain import Outcome
from symtune.domain.results import CriticMetrics
from symtune.errors import BadInputError
from symtune.evaluation import critic_metrics

RANKS = st.integers(0, 3)


def test_hand_worked_figures() -> None:
    true = [0, 1, 2, 2, 3, 3, 3, 3]
    predicted = [0, 2, 2, 3, 3, 3, 1, 0]
    metrics = critic_metrics(predicted, true)
    assert metrics.scores.accuracy.value == pytest.approx(4 / 8)
    assert metrics.scores.mae.value == pytest.approx((0 + 1 + 0 + 1 + 0 + 0 + 2 + 3) / 8)
    assert metrics.confusion == ((1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 1, 1), (1, 1, 0, 2))
    assert [metrics.recall[outcome.value].value for outcome in Outcome] == [1.0, 0.0, 0.5, 0.5]
    assert metrics.baselines["majority"].accuracy.value == pytest.approx(0.5)
    assert metrics.baselines["majority"].mae.value == pytest.approx((3 + 2 + 1 + 1) / 8)
    assert metrics.baselines["chance"].accuracy.value == 0.25
    # a uniform guess errs by (0+1+2+3)/4 = 1.5 from either end and by (1+0+1+2)/4 = 1 from the middle
    assert metrics.baselines["chance"].mae.value == pytest.approx((5 * 1.5 + 3 * 1.0) / 8)


def test_outcomes_and_ranks_mean_the_same() -> None:
    assert critic_metrics([Outcome.PASSED, 0], [3, Outcome.FAILED_TEST]) == critic_metrics([3, 0], [3, 2])


def test_a_class_that_never_occurs_has_no_recall_and_says_so() -> None:
    recall = critic_metrics([3, 3], [3, 3]).recall["compile_error"]
    assert recall.value is None
    assert recall.reason == "no program is truly compile_error"


def test_programs_of_one_problem_count_as_one_draw() -> None:
    """Ten problems whose 20 programs are all right or all wrong hold ten facts, not two hundred."""
    problem_ids = [f"p{index // 20}" for index in range(200)]
    predicted = [3 if int(name[1:]) % 2 else 0 for name in problem_ids]
    by_problem = critic_metrics(predicted, [3] * 200, problem_ids=problem_ids)
    by_program = critic_metrics(predicted, [3] * 200)
    assert by_problem.num_problems == 10
    assert by_program.num_problems is None
    assert by_problem.scores.accuracy.value == by_program.scores.accuracy.value == 0.5
    wide, narrow = (item.scores.accuracy.high - item.scores.accuracy.low for item in (by_problem, by_program))
    assert wide > 3 * narrow


@given(st.lists(st.tuples(RANKS, RANKS), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_the_confusion_matrix_holds_every_program_and_gives_the_scores(pairs: list[tuple[int, int]]) -> None:
    metrics = critic_metrics([a for a, _ in pairs], [b for _, b in pairs], num_resamples=10)
    cells = [(t, p, metrics.confusion[t][p]) for t in range(4) for p in range(4)]
    assert sum(count for _, _, count in cells) == len(pairs)
    assert metrics.scores.accuracy.value == pytest.approx(sum(n for t, p, n in cells if t == p) / len(pairs))
    assert metrics.scores.mae.value == pytest.approx(sum(abs(t - p) * n for t, p, n in cells) / len(pairs))


def test_the_json_form_comes_back_equal() -> None:
    metrics = critic_metrics([0, 1, 2], [0, 2, 2], problem_ids=["a", "a", "b"])
    assert CriticMetrics.from_json(metrics.to_json()) == metrics


@pytest.mark.parametrize(("predicted", "true"), [([], []), ([1], [1, 2]), ([4], [1]), ([1], [-1])])
def test_refuses_bad_input(predicted: list[int], true: list[int]) -> None:
    with pytest.raises(BadInputError):
        critic_metrics(predicted, true)
