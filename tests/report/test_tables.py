"""Tables and curves: best figures are marked, baselines stand once, missing figures say why, panels hold what was logged."""

from __future__ import annotations

from pathlib import Path

from symtune.domain import Run
from symtune.domain.results import CriticResult, Estimate, Evaluation, PolicyResult, Scores
from symtune.evaluation import critic_metrics
from symtune.evaluation.suite_growth import suite_sizes
from symtune.report.curves import panels_of
from symtune.report.figures import _last_bar
from symtune.report.sources import StoredRun
from symtune.report.tables import critic_table, policy_tables
from symtune.report.text import table_text


def policy(name: str, value: float | None, reason: str | None = None) -> PolicyResult:
    total = Scores(
        num_problems=4, num_samples=20, num_unjudged=0, unjudged_fraction=0.0, outcome_fractions={}, cause_fractions={},
        pass_at_k={"5": Estimate(value=value, low=value, high=None, num_units=4, reason=reason)},
    )  # fmt: skip
    evaluation = Evaluation(ks=(5,), num_resamples=10, seed=0, total=total, by_difficulty={}, counts=())
    return PolicyResult(name=name, evaluation=evaluation)


def critic(name: str, predicted: list[int], true: list[int]) -> CriticResult:
    return CriticResult(name=name, metrics=critic_metrics(predicted, true, num_resamples=10))


def test_the_largest_pass_at_k_is_marked_and_a_missing_one_says_why() -> None:
    table = policy_tables([policy("a", 0.2), policy("b", 0.3), policy("c", None, "too few samples")])[0]
    assert [row.cells[-1].is_best for row in table.rows] == [False, True, False]
    assert [row.cells[-1].text for row in table.rows] == ["20.00", "30.00", "–"]
    assert table.notes == ("c: too few samples.",)
    assert "30.00*" in table_text(table)


def test_a_single_policy_is_not_called_the_best() -> None:
    assert not policy_tables([policy("a", 0.2)])[0].rows[0].cells[-1].is_best


def test_an_open_end_of_an_interval_is_shown_as_open() -> None:
    assert policy_tables([policy("a", 0.2)])[0].rows[0].cells[-1].interval == "20.00 to –"


def test_a_critic_is_best_by_high_accuracy_and_by_low_error() -> None:
    table = critic_table([critic("sharp", [3, 3, 3, 0], [3, 3, 3, 3]), critic("near", [3, 2, 2, 2], [3, 3, 3, 3])])
    sharp, near = table.rows[0].cells, table.rows[1].cells
    assert (sharp[0].is_best, near[0].is_best) == (True, False)
    assert (sharp[1].is_best, near[1].is_best) == (True, True)  # both err by 3 ranks in all
    table = critic_table([critic("sharp", [3, 3, 0, 0], [3, 3, 3, 3]), critic("near", [3, 2, 2, 2], [3, 3, 3, 3])])
    assert (table.rows[0].cells[1].is_best, table.rows[1].cells[1].is_best) == (False, True)


def test_baselines_stand_once_for_the_same_programs_and_apart_for_others() -> None:
    same = critic_table([critic("a", [3, 0], [3, 0]), critic("b", [0, 0], [3, 0])])
    assert [row.kind for row in same.rows] == ["ours", "ours", "baseline", "baseline"]
    other = critic_table([critic("a", [3, 0], [3, 0]), critic("b", [0, 0], [1, 0])])
    assert [row.label for row in other.rows if row.kind == "baseline"][2] == "always the most frequent outcome (programs of b)"


def test_a_few_huge_suites_do_not_squeeze_the_histogram() -> None:
    assert _last_bar((suite_sizes([1, 2, 5]), suite_sizes([7]))) == (7, False)
    assert _last_bar((suite_sizes([3] * 99), suite_sizes([1000]))) == (6, True)
    assert _last_bar((suite_sizes([]), suite_sizes([]))) == (1, False)


def test_panels_hold_losses_and_scores_apart_by_step() -> None:
    lines = [{"step": 10 * i, "loss": 1.0 / i, "learning_rate": 0.1, "accuracy": 0.1 * i, "note": "x"} for i in (1, 2, 3)]
    run = StoredRun(label="a/03-sft", path=Path("."), run=Run(stage="sft", config_digest=""), config={}, metrics=tuple(lines))
    loss, scores = panels_of([run])
    assert (loss.title, loss.x_label) == ("03-sft: loss", "step")
    assert loss.series == {"loss": ((10.0, 1.0), (20.0, 0.5), (30.0, 1 / 3))}
    assert list(scores.series) == ["accuracy"]


def test_a_metric_logged_once_or_never_finite_makes_no_curve() -> None:
    lines = ({"step": 1, "loss": 1.0}, {"step": 2, "accuracy": True}, {"step": 3, "accuracy": "high"})
    run = StoredRun(label="sft", path=Path("."), run=Run(stage="sft", config_digest=""), config={}, metrics=lines)
    assert panels_of([run]) == []
