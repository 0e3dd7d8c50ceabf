"""DPO prefers right programs more and more; our loss and TRL's are the same number."""

from __future__ import annotations

import json
from collections import Counter

import pytest

pytest.importorskip("torch")
pytest.importorskip("trl")

import copy

import torch
from training_toys import make_toy

from symtune.domain import Outcome
from symtune.errors import TrainingError
from symtune.models import ModelConfig, load_policy
from symtune.training import DpoConfig, train_dpo
from symtune.training.callbacks import Watch
from symtune.training.dpo import draw_pairs
from symtune.training.encoding import encode
from symtune.training.inputs import join
from symtune.training.preference import (
    encode_preferences,
    pair_collator,
    preference_loss_of,
    total_log_probs,
    turn_dropout_off,
)
from symtune.training.trl_preference import dpo_trainer, preference_tokens

SAME_NUMBER = 2e-5
"""float32 through two codes that sum in another order."""


def config(model="unused", **changes) -> DpoConfig:
    settings = {"learning_rate": 1e-3, "num_epochs": 4, "batch_size": 6, "device": "cpu", "log_every_steps": 2}
    return DpoConfig(model=ModelConfig(model=str(model)), **(settings | changes))


def pairs_of(toy, **changes):
    return draw_pairs(join(toy.problems, toy.programs, toy.judgements).items, **({"num_per_problem": 1, "seed": 0} | changes))


def margin(folder, pairs) -> float:
    policy = load_policy(ModelConfig(model=str(folder)), device="cpu")
    sides = [
        total_log_probs(policy, encode(policy, [(side.problem, side.program.source) for side in given]).examples, batch_size=8)
        for given in ([pair.right for pair in pairs], [pair.wrong for pair in pairs])
    ]
    return (sum(sides[0]) - sum(sides[1])) / len(pairs)


@pytest.mark.parametrize("family", ["tiny-t5", "tiny-llama"])
def test_the_margin_widens(family, toy, warm, tmp_path):
    summary = train_dpo(config(warm[family]), **toy.given(), out=tmp_path)
    assert summary["num_pairs"] == 12
    assert summary["num_unjudged"] == 12
    pairs = pairs_of(toy).items
    assert margin(tmp_path / "model", pairs) > margin(warm[family], pairs) + 1.0
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines[-1]["reward_margin"] > lines[0]["reward_margin"]
    assert lines[-1]["accuracy"] > 0.9
    drawn = [json.loads(line) for line in (tmp_path / "records" / "pairs.jsonl").read_text().splitlines()]
    assert all(line["right"].endswith("#0") and not line["wrong"].endswith(("#0", "#lost")) for line in drawn)


def test_our_loss_and_gradient_are_trls_on_a_decoder_only_model(toy, warm, tmp_path):
    import trl

    policy = load_policy(ModelConfig(model=str(warm["tiny-llama"])), device="cpu")
    turn_dropout_off(policy.model)
    reference = copy.deepcopy(policy)
    with torch.no_grad():  # away from the reference, so that the loss is not log 2
        generator = torch.Generator().manual_seed(0)
        for weight in policy.model.parameters():
            weight += 0.05 * torch.randn(weight.shape, generator=generator)
    pairs = pairs_of(toy, num_per_problem=2).items[:8]
    examples = encode_preferences(policy, pairs)
    beta = 0.3

    arguments = trl.DPOConfig(
        output_dir=str(tmp_path), beta=beta, use_cpu=True, bf16=False, gradient_checkpointing=False, report_to="none",
        max_length=None, remove_unused_columns=False, disable_tqdm=True,
    )  # fmt: skip
    tokens = [preference_tokens(example) for example in examples]
    theirs = copy.deepcopy(policy)
    trainer = dpo_trainer(theirs, pairs, tokens=tokens, order=range(len(pairs)), arguments=arguments)
    trainer.ref_model.load_state_dict(reference.model.state_dict())
    trainer.model.train()
    batch = trainer.data_collator([{"pair": index} for index in range(len(pairs))])
    their_loss = trainer.compute_loss(trainer.model, batch)
    their_loss.backward()

    for side in ("right", "wrong"):
        totals = total_log_probs(reference, [example[side] for example in examples], batch_size=3)
        for example, total in zip(examples, totals, strict=True):
            example[f"reference_{side}"] = total
    watch = Watch()
    batch = pair_collator(policy)(examples)
    labels = batch.pop("labels")
    our_loss = preference_loss_of(beta, watch)(policy.model(**batch), labels, None)
    our_loss.backward()

    assert abs(our_loss.item() - torch.log(torch.tensor(2.0)).item()) > 0.01
    assert our_loss.item() == pytest.approx(their_loss.item(), abs=SAME_NUMBER)
    figures = watch.drain()
    assert figures["reward_margin"] == pytest.approx(trainer._metrics["train"]["rewards/margins"][0], abs=1e-4)
    assert figures["accuracy"] == pytest.approx(trainer._metrics["train"]["rewards/accuracies"][0])
    ours, other = dict(policy.model.named_parameters()), dict(theirs.model.named_parameters())
    for name, weight in ours.items():
        assert torch.allclose(weight.grad, other[name].grad, atol=SAME_NUMBER), name


def test_wrong_programs_are_drawn_uniformly_and_by_the_seed():
    toy = make_toy(400)
    pairs = pairs_of(toy)
    assert pairs.items == pairs_of(toy).items
    assert pairs.items != pairs_of(toy, seed=1).items
    # Four distinct wrong programs per problem, the greedy one among them: 100 each, standard deviation 8.7.
    counts = Counter(pair.wrong.program.program_id.partition("#")[2] for pair in pairs.items)
    assert counts.keys() == {"1", "2", "3", "greedy"}
    assert all(60 < count < 140 for count in counts.values())
    assert all(pair.right.judgement.outcome is Outcome.PASSED for pair in pairs.items)
    assert all(pair.right.problem.id == pair.wrong.problem.id for pair in pairs.items)


def test_a_problems_pair_does_not_depend_on_other_problems():
    toy = make_toy(9)
    alone = draw_pairs([item for item in join(toy.problems, toy.programs, toy.judgements).items if item.problem.id == "p5"], num_per_problem=1, seed=0)
    assert alone.items[0] in pairs_of(toy).items


def test_more_pairs_than_combinations_gives_each_once():
    pairs = pairs_of(make_toy(3), num_per_problem=50)
    assert len(pairs.items) == 3 * 4
    assert len({(pair.right.program.program_id, pair.wrong.program.program_id) for pair in pairs.items}) == 12


def test_problems_without_both_kinds_are_counted(tmp_path):
    toy = make_toy(3)
    wrong_only = [program for program in toy.programs if not program.program_id.endswith("#0")]
    with pytest.raises(TrainingError, match="3 have no right one, 0 no wrong one, 3 programs are unjudged"):
        train_dpo(config(), **(toy.given() | {"programs": wrong_only}), out=tmp_path)
