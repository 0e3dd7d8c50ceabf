"""The critic learns what can be told apart, from judged programs only."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

from training_toys import SIZES, make_toy

from symtune.domain import Judgement, Outcome
from symtune.errors import TrainingError
from symtune.models import ModelConfig, load_critic
from symtune.training import CriticConfig, evaluate_critic, train_critic
from symtune.training.critic import balanced, split_by_problem
from symtune.training.inputs import join

TINY = ModelConfig(model="tiny-t5", sizes=SIZES)


def config(**changes) -> CriticConfig:
    settings = {"model": TINY, "learning_rate": 5e-3, "num_epochs": 10, "batch_size": 8, "device": "cpu"}
    return CriticConfig(**(settings | changes))


def test_separable_outcomes_are_foretold_on_problems_never_seen(tmp_path):
    toy = make_toy(20)
    summary = train_critic(config(held_out_fraction=0.2), **toy.given(), out=tmp_path)
    # The greedy program looks like no other failed one, so even a perfect reader of the others may miss some.
    assert summary["held_out_accuracy"] > 0.9
    assert summary["held_out_mae"] < 0.2
    rows = [json.loads(line) for line in (tmp_path / "records" / "predictions.jsonl").read_text().splitlines()]
    assert len(rows) == summary["num_held_out"] == 4 * 5
    assert sum(row["predicted"] == row["true"] for row in rows) / len(rows) == summary["held_out_accuracy"]

    found = evaluate_critic(tmp_path, **toy.given(), device="cpu", batch_size=7)
    stored = {(row["problem_id"], row["program_id"]): row for row in rows}
    assert len(found.predicted) == 20 * 5
    for problem_id, program_id, guess, row in zip(
        found.problem_ids, found.program_ids, found.predicted, found.probabilities, strict=True
    ):
        if (problem_id, program_id) in stored:
            assert stored[problem_id, program_id]["predicted"] == guess
            assert row == pytest.approx(stored[problem_id, program_id]["probabilities"], abs=1e-4)


def test_unjudged_programs_are_kept_out(tmp_path):
    toy = make_toy(6)
    summary = train_critic(config(max_steps=1, held_out_fraction=0.0), **toy.given(), out=tmp_path)
    assert summary["num_unjudged"] == 6
    assert summary["num_programs"] == 6 * 5
    nothing = [verdict for verdict in toy.judgements if not isinstance(verdict, Judgement)]
    with pytest.raises(TrainingError, match="no program has a verdict"):
        train_critic(config(), problems=toy.problems, programs=toy.programs, judgements=nothing, out=tmp_path / "none")


def test_an_earlier_critic_goes_on_where_it_was(tmp_path, warm, toy):
    before = evaluate_critic(warm["critic"], **toy.given(), device="cpu")
    model = ModelConfig(model=str(warm["critic"]))
    train_critic(config(model=model, max_steps=1, learning_rate=1e-9), **toy.given(), out=tmp_path)
    after = evaluate_critic(tmp_path, **toy.given(), device="cpu")
    for old, new in zip(before.probabilities, after.probabilities, strict=True):
        assert new == pytest.approx(old, abs=1e-4)


def test_the_head_moves_too(tmp_path, warm, toy):
    train_critic(config(model=ModelConfig(model=str(warm["critic"])), max_steps=2), **toy.given(), out=tmp_path)
    old = load_critic(ModelConfig(model=str(warm["critic"])), device="cpu").state_dict()
    new = load_critic(ModelConfig(model=str(tmp_path / "model")), device="cpu").state_dict()
    assert not any(old[name].equal(new[name]) for name in old if name.startswith("head") and name.endswith("weight"))


def test_held_out_problems_share_nothing_with_the_training():
    toy = make_toy(10)
    items = join(toy.problems, toy.programs, toy.judgements).items
    seen, held_out = split_by_problem(items, fraction=0.3, seed=1)
    assert len({item.problem.id for item in held_out}) == 3
    assert not {item.problem.id for item in seen} & {item.problem.id for item in held_out}
    assert len(seen) + len(held_out) == len(items)


def test_balancing_makes_the_outcomes_equally_frequent():
    toy = make_toy(5)
    items = join(toy.problems, toy.programs, toy.judgements).items
    ranks = [item.judgement.outcome.rank for item in balanced(items)]
    assert {ranks.count(outcome.rank) for outcome in Outcome} == {10}
