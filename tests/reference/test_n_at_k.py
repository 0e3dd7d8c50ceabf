"""n@k equals hand-worked numbers, and a slow twin that enumerates every draw and every submission."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from symtune.domain.episode_results import SolveCounts
from symtune.errors import BadInputError
from symtune.evaluation.n_at_k import n_at_k, rollouts_in
from symtune.evaluation.pass_at_k import pass_at_k

ROUNDING = 1e-12
"""The formula sums at most a few products of exact ratios, each rounded to a double."""


def counts(kept_solved: int, kept_wrong: int, dropped_solved: int, dropped_wrong: int) -> SolveCounts:
    return SolveCounts(
        problem_id="p", num_kept=kept_solved + kept_wrong, num_kept_solved=kept_solved,
        num_dropped=dropped_solved + dropped_wrong, num_dropped_solved=dropped_solved,
    )  # fmt: skip


def by_enumeration(row: SolveCounts, *, n: int, num_drawn: int) -> Fraction:
    """Every draw of rollouts equally likely; in each, every choice of submissions equally likely."""
    rollouts = [(True, index < row.num_kept_solved) for index in range(row.num_kept)]
    rollouts += [(False, index < row.num_dropped_solved) for index in range(row.num_dropped)]
    total, num_draws = Fraction(0), 0
    for draw in itertools.combinations(range(len(rollouts)), num_drawn):
        kept = [index for index in draw if rollouts[index][0]]
        dropped = [index for index in draw if not rollouts[index][0]]
        first = list(itertools.combinations(kept, min(n, len(kept))))
        rest = list(itertools.combinations(dropped, min(max(n - len(kept), 0), len(dropped))))
        right = sum(any(rollouts[index][1] for index in (*one, *other)) for one in first for other in rest)
        total += Fraction(right, len(first) * len(rest))
        num_draws += 1
    return total / num_draws


def test_n_at_k_equals_the_enumeration_of_all_draws():
    for row in itertools.product(range(3), repeat=4):
        for num_drawn in range(1, sum(row) + 1):
            for n in range(1, num_drawn + 2):
                twin = by_enumeration(counts(*row), n=n, num_drawn=num_drawn)
                budget = 3 * num_drawn + 2  # two samples that buy no rollout
                found = n_at_k(counts(*row), n=n, budget=budget, turns=3)
                assert found == pytest.approx(float(twin), abs=ROUNDING), (row, num_drawn, n)


def test_numbers_worked_out_by_hand():
    # One rollout of three turns: the share of rollouts that end solved, whatever the filter says.
    assert n_at_k(counts(1, 1, 0, 2), n=1, budget=3, turns=3) == pytest.approx(1 / 4)
    # 1@3 of single turns, 4 samples of which 1 is right and passes the filter alone: solved when it is among the 3 drawn.
    assert n_at_k(counts(1, 0, 0, 3), n=1, budget=3, turns=1) == pytest.approx(3 / 4)
    # Now one wrong program passes the filter too. Both drawn (2 of 4 draws): 1/2. Only the right one (1 of 4): 1. Sum: 1/4 + 1/4.
    assert n_at_k(counts(1, 1, 0, 2), n=1, budget=3, turns=1) == pytest.approx(1 / 2)
    # With two submissions both go in when both are drawn: solved whenever the right one is drawn.
    assert n_at_k(counts(1, 1, 0, 2), n=2, budget=3, turns=1) == pytest.approx(3 / 4)
    # Everything passes the filter: submitting n at random of those drawn is drawing n at random: pass@n.
    assert n_at_k(counts(2, 5, 0, 0), n=2, budget=6, turns=1) == pytest.approx(1 - (5 / 7) * (4 / 6))


def test_as_many_submissions_as_draws_is_pass_at_that_number():
    for solved, wrong in ((0, 9), (3, 6), (9, 0)):
        assert n_at_k(counts(solved, 0, 0, wrong), n=4, budget=12, turns=3) == pytest.approx(pass_at_k(9, solved, 4), abs=ROUNDING)


def test_ten_at_hundred_is_33_rollouts_of_three_turns():
    assert rollouts_in(100, 3) == 33
    assert rollouts_in(3, 3) == 1
    # 200 rollouts, one right and it alone passes the public tests: solved exactly when it is among the 33.
    assert n_at_k(counts(1, 0, 0, 199), n=10, budget=100, turns=3) == pytest.approx(33 / 200)


@pytest.mark.parametrize(
    ("n", "budget", "turns", "says"),
    [
        (1, 2, 3, "buys no rollout"),
        (0, 3, 3, "1 <= n <= k"),
        (4, 3, 1, "1 <= n <= k"),
        (1, 0, 1, "1 or more"),
        (1, 15, 3, "draws 5 rollouts"),
    ],
)
def test_what_cannot_be_measured_is_refused(n, budget, turns, says):
    with pytest.raises(BadInputError, match=says):
        n_at_k(counts(1, 1, 1, 1), n=n, budget=budget, turns=turns)


def test_counts_that_contradict_each_other_are_refused():
    with pytest.raises(BadInputError, match="more rollouts solved"):
        n_at_k(SolveCounts(problem_id="p", num_kept=1, num_kept_solved=2), n=1, budget=1, turns=1)
