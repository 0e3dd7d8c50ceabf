"""Behaviour over episodes: what a turn limit cuts, which errors are repaired, how much is edited; control and gains, by hand."""

from __future__ import annotations

import pytest
from made_episodes import RIGHT, SOURCES, episode, problem, random_episodes, verdict

from symtune.domain import Episode, Outcome, Unjudged
from symtune.errors import BadInputError
from symtune.evaluation import counts_of_episodes, counts_of_judgements, episode_behaviour, episode_solve_rate
from symtune.evaluation.dialogues import dialogues
from symtune.evaluation.edits import edit_size
from symtune.evaluation.stored_episodes import evaluate_episodes

ROUNDING = 1e-12
"""Means of a few exact ratios."""

A, B = problem("a", "introductory"), problem("b", "competition")
EPISODES = [
    episode("a", "P", index=0), episode("a", "WP", index=1), episode("a", "RWP", index=2), episode("a", "WWW", index=3),
    episode("b", "NF", index=0), episode("b", "CNN", index=1), episode("b", "WRF", index=2), episode("b", "WNP", index=3),
]  # fmt: skip


def test_rates_by_turn_limit_are_those_worked_out_by_hand() -> None:
    behaviour = episode_behaviour([A, B], EPISODES, max_turns=3, num_resamples=20)
    rates = [behaviour.solve_rates[str(limit)].value for limit in (1, 2, 3)]
    assert rates == pytest.approx([(1 / 4 + 0) / 2, (2 / 4 + 0) / 2, (3 / 4 + 1 / 4) / 2], abs=ROUNDING)


def test_one_at_three_is_the_mean_share_of_solved_rollouts_whatever_the_filter() -> None:
    rate = episode_solve_rate([A, B], EPISODES, n=1, budget=3, turns=3, num_resamples=20)
    assert rate.total.value == pytest.approx((3 / 4 + 1 / 4) / 2, abs=ROUNDING)
    assert rate.by_difficulty["introductory"].value == pytest.approx(3 / 4)
    assert rate.name == "1@3"
    assert rate.num_drawn == 1


def test_the_filter_is_the_public_verdict_of_the_last_turn() -> None:
    (row,) = counts_of_episodes([B], [one for one in EPISODES if one.problem_id == "b"])
    assert (row.num_kept, row.num_kept_solved, row.num_dropped, row.num_dropped_solved) == (3, 1, 1, 0)


def test_a_cut_rollout_is_unsolved_because_it_went_on() -> None:
    (row,) = counts_of_episodes([A], [one for one in EPISODES if one.problem_id == "a"], turn_limit=2)
    assert (row.num_kept, row.num_kept_solved, row.num_dropped, row.num_unjudged) == (2, 2, 2, 0)


def test_unjudged_rollouts_enter_no_figure() -> None:
    spoilt = [*EPISODES, episode("a", "U", index=4), episode("a", "WU", index=5)]
    assert episode_solve_rate([A, B], spoilt, n=1, budget=3, turns=3).total == episode_solve_rate([A, B], EPISODES, n=1, budget=3, turns=3).total
    behaviour = episode_behaviour([A, B], spoilt, max_turns=3, num_resamples=0)
    assert behaviour.num_unjudged == 2
    # The second one's first turn is known: it failed a public test, so one more rollout is unsolved within one turn.
    assert behaviour.solve_rates["1"].value == pytest.approx((1 / 5 + 0) / 2, abs=ROUNDING)
    assert behaviour.turns[0].outcomes["unjudged"] == 1


def test_repairs_by_outcome_and_cause_are_those_counted_by_hand() -> None:
    first, second, third = episode_behaviour([A, B], EPISODES, max_turns=3, num_resamples=20).turns
    assert first.outcomes == {"passed": 1, "failed_test": 4, "runtime_error": 1, "compile_error": 1, "no_code": 1, "unjudged": 0}
    assert first.followed == {"failed_test": 4, "runtime_error": 1, "compile_error": 1, "no_code": 1}
    assert first.repaired == {"failed_test": 1, "runtime_error": 0, "compile_error": 0, "no_code": 1}
    assert first.repaired_share.value == pytest.approx(2 / 7)
    assert second.repaired == {"failed_test": 1, "runtime_error": 1, "no_code": 1}
    assert second.repaired_causes == {"exception": 1, "wrong_value": 1}
    assert second.followed_causes == {"exception": 1, "wrong_value": 2}
    assert third.followed == {}
    assert third.repaired_share.value is None


def test_the_control_is_the_first_turns_at_the_same_budget_unless_another_is_given() -> None:
    result = evaluate_episodes([A, B], EPISODES, name="x", turns=3, budget=3, num_resamples=20)
    # a: 1 of 4 first turns is right and it alone passes the filter: solved when among the 3 drawn. b: never.
    assert result.control.rate.total.value == pytest.approx((3 / 4 + 0) / 2, abs=ROUNDING)
    assert result.control.rate.turns == 1
    assert "first turns" in result.control.rate.origin
    singles = [episode(name, letter, index=index) for name in "ab" for index, letter in enumerate("PWW")]
    given = evaluate_episodes([A, B], EPISODES, name="x", turns=3, budget=3, control=singles, num_resamples=20)
    assert given.control.rate.total.value == 1.0
    assert given.control.gains["total"].difference.value == pytest.approx(-1 / 2)
    assert given.control.gains["competition"].relative.value == pytest.approx(-3 / 4)


def test_programs_judged_on_examples_and_on_all_tests_are_a_control_too() -> None:
    public = [verdict("a", letter).model_copy(update={"program_id": f"a#{i}"}) for i, letter in enumerate("PPWP")]
    final = [verdict("a", letter).model_copy(update={"program_id": f"a#{i}"}) for i, letter in enumerate("PWWW")]
    (row,) = counts_of_judgements([A], public=public, final=final)
    assert (row.num_kept, row.num_kept_solved, row.num_dropped) == (3, 1, 1)
    aside = Unjudged(problem_id="a", program_id="a#3", reason="the guest died")
    (row,) = counts_of_judgements([A], public=public, final=[*final[:3], aside])
    assert (row.num_kept, row.num_unjudged) == (2, 1)
    with pytest.raises(BadInputError, match="no verdict on the examples"):
        counts_of_judgements([A], public=public[:2], final=final)
    bare = A.model_copy(update={"examples": ()})
    (row,) = counts_of_judgements([bare], public=[], final=final)
    assert (row.num_kept, row.num_kept_solved) == (4, 1)  # nothing to filter by


def test_too_few_rollouts_leave_a_problem_out_and_say_so() -> None:
    rate = episode_solve_rate([A, B], EPISODES[:5], n=1, budget=6, turns=3, num_resamples=20)
    assert rate.num_drawn == 2
    # a: 3 of 4 kept and all solved; two drawn always hold one of them.
    assert rate.total.value == 1.0
    assert rate.total.reason is not None
    assert "1 of 2 problems have fewer than 2" in rate.total.reason


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: episode_solve_rate([A], EPISODES, n=1, budget=3, turns=3), "which is not given"),
        (lambda: episode_solve_rate([A, A], EPISODES[:1], n=1, budget=3, turns=3), "occurs twice"),
        (lambda: episode_solve_rate([A, B], [*EPISODES, EPISODES[0]], n=1, budget=3, turns=3), "stands twice"),
        (lambda: episode_solve_rate([A, B], EPISODES, n=1, budget=5, turns=5), "ended at its turn limit of 3"),
    ],
)
def test_what_does_not_fit_is_refused(change, says) -> None:
    with pytest.raises(BadInputError, match=says):
        change()


def test_edit_sizes_are_chrf_worked_out_by_hand() -> None:
    # "abcd" -> "abce": n-grams kept of orders 1 to 4: 3/4, 2/3, 1/2, 0/1; precision equals recall, mean 23/48.
    assert edit_size("abcd", "abce") == pytest.approx(1 - 23 / 48, abs=1e-9)
    assert edit_size(RIGHT, RIGHT) == 0.0
    assert edit_size("aaaa", "bbbb") == pytest.approx(1.0)
    assert edit_size("if x:\n    y", "if x:\n  y") == pytest.approx(0.0, abs=1e-9)  # white space is not counted


def test_unchanged_programs_and_edits_are_counted_per_turn() -> None:
    second, third = episode_behaviour([A, B], EPISODES, max_turns=3, num_resamples=20).edits or ()
    # Second turns: a: W->P, R->W, W->W (same); b: N->., C->N, W->R, W->N: one pair.
    assert (second.num_pairs, second.num_without) == (4, 3)
    assert second.unchanged.value == pytest.approx(1 / 4)
    assert sum(second.histogram) == 4
    assert second.histogram[0] == 1
    sizes = [edit_size(SOURCES[x], SOURCES[y]) for x, y in ("WP", "RW", "WR")]
    assert second.size.value == pytest.approx(sum(sizes) / 4)
    assert (third.num_pairs, third.num_without) == (3, 2)


def test_random_feedback_is_compared_problem_by_problem() -> None:
    many = [problem(f"p{i}") for i in range(12)]
    ours = random_episodes(many, num_episodes=8, right=0.2, repair=0.6, seed=1)
    theirs = random_episodes(many, num_episodes=8, right=0.2, repair=0.05, seed=1)
    result = evaluate_episodes(many, ours, name="x", random_feedback=theirs)
    assert result.random_feedback is not None
    gain = result.random_feedback.gains["total"].difference
    own = episode_solve_rate(many, theirs, n=1, budget=3, turns=3)
    assert gain.value == pytest.approx((result.rate.total.value or 0) - (own.total.value or 0), abs=ROUNDING)
    assert gain.low is not None
    assert gain.low > 0
    assert "random feedback" in result.other_behaviour
    assert all(Outcome.PASSED.value in turn.outcomes for turn in result.behaviour.turns)


def test_an_episode_whose_first_prompt_did_not_fit_is_a_failed_rollout() -> None:
    bare = Episode(problem_id="a", turns=(), id="a#9", end_reason="context_full")
    (row,) = counts_of_episodes([A], [bare], turn_limit=3)
    assert (row.num_kept, row.num_dropped, row.num_unjudged) == (0, 1, 0)
    behaviour = episode_behaviour([A], [bare], max_turns=2)
    assert behaviour.turns == ()
    assert behaviour.turns_used == {"0": 1}
    assert behaviour.solve_rates["2"].value == 0.0
    assert dialogues([A], [bare], policy="x")[0].turns == ()
