"""Explorers take turns where gains come from, under a budget that is measured."""

from __future__ import annotations

import itertools
import time
from types import SimpleNamespace

import pytest

from symtune.suites import portfolio
from symtune.suites.budget import Budget
from symtune.suites.portfolio import MAX_IDLE_TURNS, Portfolio


@pytest.fixture
def budget():
    return Budget(1.0, guest=SimpleNamespace(run_cpu_s=0.0), judge=SimpleNamespace(inputs_cpu_s=0.0))


def play(monkeypatch, budget, explorers, gains, *, cost_s=0.02):
    """Return whose turns it was, with explorers of endless batches and these gains per turn."""
    monkeypatch.setattr(portfolio, "EXPLORERS", explorers)
    turns = []

    def worth(name, _batch):
        turns.append(name)
        budget.seconds_by_name["worth"] = budget.seconds_by_name.get("worth", 0.0) + cost_s
        return gains(name, turns)

    target = SimpleNamespace(turn_s=0.0)
    Portfolio(list(explorers), target, budget).run(worth, is_over=lambda: False)
    return turns


def endless(_target):
    return itertools.repeat([((1,), {})])


def test_everybody_has_a_first_turn_and_then_turns_go_to_the_one_that_gains(monkeypatch, budget):
    turns = play(monkeypatch, budget, dict.fromkeys(("a", "b", "c"), endless), lambda name, _: 10.0 if name == "b" else 0.0)
    assert turns[:3] == ["a", "b", "c"]
    assert turns.count("b") > 2 * (turns.count("a") + turns.count("c"))


def test_the_budget_is_kept(monkeypatch, budget):
    turns = play(monkeypatch, budget, {"a": endless}, lambda *_: 1.0, cost_s=0.1)
    assert len(turns) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("holds_up_in", ["exhaustive", "mutation", None])
def test_who_proposes_at_once_has_a_first_turn_on_a_spent_budget_until_one_input_holds_up(monkeypatch, budget, holds_up_in):
    budget.seconds_by_name["references"] = 5.0
    names = ["boundary", "exhaustive", "dictionary", "mutation", "symbolic", "large", "difference"]
    monkeypatch.setattr(portfolio, "EXPLORERS", dict.fromkeys(names, lambda _: itertools.repeat([((1,), {})] * 100)))
    turns = []

    def worth(name, batch):
        assert len(batch) == portfolio.FEW
        turns.append(name)
        return 1.0

    Portfolio(names, SimpleNamespace(turn_s=0.0), budget).run(worth, is_over=lambda: False, has_any=lambda: holds_up_in in turns)
    assert turns == (names[:2] if holds_up_in == "exhaustive" else names[:4])


def test_it_ends_when_nothing_has_come_for_long_and_the_rest_is_not_spent(monkeypatch, budget):
    turns = play(monkeypatch, budget, dict.fromkeys(("a", "b"), endless), lambda *_: 0.0)
    assert sorted(turns) == ["a"] * MAX_IDLE_TURNS + ["b"] * MAX_IDLE_TURNS
    assert budget.left_s > 0.5


def test_a_gain_wakes_the_others(monkeypatch, budget):
    late_gain = {"b": MAX_IDLE_TURNS}
    turns = play(
        monkeypatch, budget, dict.fromkeys(("a", "b"), endless), lambda name, turns: float(turns.count(name) == late_gain.get(name))
    )
    assert turns[: 2 * MAX_IDLE_TURNS] == ["a", "b"] * MAX_IDLE_TURNS
    assert turns.count("a") == MAX_IDLE_TURNS + 1


def test_late_explorers_wait_until_all_others_rest(monkeypatch, budget):
    turns = play(monkeypatch, budget, {"difference": endless, "a": endless}, lambda *_: 0.0)
    assert turns[:MAX_IDLE_TURNS] == ["a"] * MAX_IDLE_TURNS
    assert set(turns[MAX_IDLE_TURNS:]) == {"difference"}


def test_explorers_that_are_done_have_no_more_turns(monkeypatch, budget):
    turns = play(monkeypatch, budget, {"once": lambda _: iter([[]]), "a": endless}, lambda *_: 1.0)
    assert turns.count("once") == 1


def test_what_guests_and_the_thread_use_is_charged_by_name():
    guest, judge = SimpleNamespace(run_cpu_s=5.0), SimpleNamespace(inputs_cpu_s=7.0)
    budget = Budget(10.0, guest=guest, judge=judge)
    with budget.spent_by("a"):
        guest.run_cpu_s += 1.0
    with budget.spent_by("b"):
        judge.inputs_cpu_s += 2.0
        started = time.thread_time()
        while time.thread_time() - started < 0.05:
            pass
    assert budget.seconds_by_name["a"] == pytest.approx(1.0, abs=0.02)
    assert budget.seconds_by_name["b"] == pytest.approx(2.05, abs=0.03)
    assert budget.left_s == pytest.approx(6.95, abs=0.05)
