"""Supervised fine-tuning learns the references and keeps the epoch that validates best."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

import torch
from training_toys import SIZES, make_toy

from symtune.domain import Problem
from symtune.errors import RunMismatchError, TrainingError
from symtune.models import ModelConfig, Request, SamplingSettings, build_prompt, load_policy
from symtune.training import SftConfig, train_sft
from symtune.training.encoding import encode
from symtune.training.epochs import validation_loss
from symtune.training.sft import reference_pairs

TINY = ModelConfig(model="tiny-t5", sizes=SIZES.model_copy(update={"dropout": 0.0, "hidden_size": 64, "feed_forward_size": 128}))
SAME_LOSS = 1e-4
"""Two forward passes over batches padded to other widths, float32."""


def config(**changes) -> SftConfig:
    return SftConfig(**({"model": TINY, "learning_rate": 5e-3, "batch_size": 8, "device": "cpu"} | changes))


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("family", ["tiny-t5", "tiny-llama"])
def test_a_dozen_pairs_are_learnt_by_heart(family, tmp_path):
    problems = make_toy(12).problems
    sizes = TINY.sizes.model_copy(update={"num_layers": 2})
    model = TINY.model_copy(update={"model": family, "sizes": sizes})
    train_sft(config(model=model, num_epochs=100, batch_size=6, schedule="linear"), problems=problems, validation=None, out=tmp_path)
    metrics = lines(tmp_path / "metrics.jsonl")
    assert metrics[0]["loss"] > 1.0
    assert metrics[-1]["loss"] < 0.1
    policy = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu")
    problem = problems[7]
    reply = policy.generate([Request(build_prompt(problem), seed=None)], SamplingSettings(max_new_tokens=40))[0]
    assert reply.text == problem.references[0]
    assert reply.stop_reason == "end_token"


def test_the_best_epoch_is_saved_not_the_last(tmp_path):
    problems = make_toy(20).problems
    # The held-out problems ask for what the training problems never show, so a long training overfits.
    strangers = [
        problem.model_copy(update={"references": (f"def f(x):\n    return {number} * x\n",)})
        for number, problem in enumerate(problems[:6])
    ]
    summary = train_sft(config(num_epochs=25), problems=problems, validation=strangers, out=tmp_path)
    losses = [entry["validation_loss"] for entry in summary["curve"]]
    best = min(range(len(losses)), key=losses.__getitem__)
    assert best < len(losses) - 1, "the toy no longer overfits; the test shows nothing"
    assert summary["chosen_epoch"] == best + 1
    policy = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu")
    examples = encode(policy, reference_pairs(strangers)).examples
    assert abs(validation_loss(policy, examples, batch_size=4) - losses[best]) < SAME_LOSS
    assert lines(tmp_path / "records" / "epochs.jsonl")[best]["validation_loss"] == losses[best]


def test_a_score_replaces_the_validation_loss_and_leaves_the_training_alone(tmp_path):
    problems = make_toy(6).problems
    wanted = iter([0.1, 0.9, 0.9, 0.2])

    def score(policy) -> float:
        torch.rand(3)  # a score that samples
        return next(wanted)

    given = {"problems": problems, "validation": problems[:2]}
    scored = train_sft(config(num_epochs=4), **given, out=tmp_path / "scored", score=score)
    plain = train_sft(config(num_epochs=4), **given, out=tmp_path / "plain")
    assert scored["chosen_epoch"] == 2
    assert [entry["validation_loss"] for entry in scored["curve"]] == [entry["validation_loss"] for entry in plain["curve"]]


def test_patience_ends_the_training(tmp_path):
    problems = make_toy(6).problems
    scores = iter([0.5, 0.4, 0.3, 0.2])
    summary = train_sft(
        config(num_epochs=10, patience_epochs=2), problems=problems, validation=problems, out=tmp_path, score=lambda _: next(scores)
    )
    assert len(summary["curve"]) == 3
    assert summary["chosen_epoch"] == 1


def test_max_steps_counts_optimizer_steps(tmp_path):
    problems = make_toy(5).problems
    summary = train_sft(
        config(max_steps=7, batch_size=2, gradient_accumulation_steps=2), problems=problems, validation=None, out=tmp_path
    )
    assert summary["num_steps"] == 7


def test_accumulated_micro_steps_equal_one_large_step(tmp_path):
    problems = make_toy(8).problems
    weights = []
    for name, batch_size, accumulation in (("large", 8, 1), ("small", 2, 4)):
        changes = {"batch_size": batch_size, "gradient_accumulation_steps": accumulation, "group_by_length": False}
        train_sft(config(max_steps=3, **changes), problems=problems, validation=None, out=tmp_path / name)
        weights.append(load_policy(ModelConfig(model=str(tmp_path / name / "model")), device="cpu").model.state_dict())
    for name, large in weights[0].items():
        # Adam divides by a running root mean square, so gradients near zero may differ in sign after rounding.
        assert torch.allclose(large, weights[1][name], atol=2e-3), name
        assert (large - weights[1][name]).abs().mean() < 2e-5, name


def test_nothing_to_train_on_is_said(tmp_path):
    with pytest.raises(TrainingError, match="no problem has a reference"):
        train_sft(config(), problems=[Problem(id="p", statement="?", entry_point="f")], validation=None, out=tmp_path)


def test_a_loss_that_is_not_finite_stops_at_its_step_and_keeps_the_checkpoint(tmp_path, monkeypatch):
    import symtune.training.losses as losses

    real, calls = losses.sft_loss, []

    def spoilt(outputs, labels, num_tokens):
        calls.append(1)
        return real(outputs, labels, num_tokens) * (float("nan") if len(calls) == 6 else 1.0)

    monkeypatch.setattr(losses, "sft_loss", spoilt)
    with pytest.raises(TrainingError, match="step 6: the loss is nan"):
        train_sft(config(max_steps=9, save_every_steps=2), problems=make_toy(8).problems, validation=None, out=tmp_path)
    assert (tmp_path / "checkpoints" / "step_00000004" / "DONE").is_file()
    assert json.loads((tmp_path / "manifest.json").read_text())["status"] == "failed"
    assert all(entry["step"] <= 5 for entry in lines(tmp_path / "metrics.jsonl"))


def test_another_config_in_the_same_folder_is_refused(tmp_path):
    problems = make_toy(4).problems
    train_sft(config(max_steps=1), problems=problems, validation=None, out=tmp_path)
    with pytest.raises(RunMismatchError, match=r"config\.learning_rate"):
        train_sft(config(max_steps=1, learning_rate=1e-4), problems=problems, validation=None, out=tmp_path)
    with pytest.raises(RunMismatchError, match=r"inputs\.problems"):
        train_sft(config(max_steps=1), problems=problems[:3], validation=None, out=tmp_path)
