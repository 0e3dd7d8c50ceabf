"""The estimate of memory and time: sizes agree with models that are built, figures with numbers worked out by hand."""

from __future__ import annotations

import json

import pytest

from symtune.models import ModelConfig
from symtune.models.sizes import KNOWN_SIZES, ModelSizes, sizes_of
from symtune.rollout import EpisodeConfig
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_estimate import MachineConfig, estimate

TOY = ModelSizes(num_layers=2, hidden_size=8, feed_forward_size=16, key_value_size=4, vocabulary_size=100, is_tied=True)
"""A layer has 2 * 64 + 2 * 32 + 3 * 128 = 576 weights, the embedding 800: 1,952 in all."""

MACHINE = MachineConfig(
    memory_bytes=1e9, peak_flops=1e6, bandwidth_bytes_per_s=1e6, learning_share=0.5, playing_share=0.5, first_message_tokens=50,
    feedback_tokens=10, reply_tokens=20, turns=2,
)  # fmt: skip


def config(**changes) -> RlefConfig:
    given = {
        "model": ModelConfig(model="toy", dtype="float32"), "episodes": EpisodeConfig(max_turns=3, max_new_tokens=20, batch_size=4),
        "episodes_per_iteration": 8, "num_iterations": 10, "max_tokens_per_micro_batch": 100,
    }  # fmt: skip
    return RlefConfig(**(given | changes))


@pytest.mark.parametrize(("name", "billions"), [("Llama-3.1-8B", 8.03), ("Llama-3.1-70B", 70.6), ("1.5B", 1.54), ("0.5B", 0.494)])
def test_known_models_have_the_number_of_weights_that_is_published(name, billions):
    sizes = next(sizes for key, sizes in KNOWN_SIZES.items() if name in key)
    assert sizes.num_weights == pytest.approx(billions * 1e9, rel=0.01)


def test_a_preset_is_as_large_as_it_is_built(tmp_path):
    pytest.importorskip("torch")
    from symtune.models import load_policy, save_policy

    model = ModelConfig(model="tiny-llama")
    policy = load_policy(model, corpus=["def solve(a):\n    return a\n"] * 3, device="cpu")
    matrices = sum(weight.numel() for weight in policy.model.parameters() if weight.ndim == 2)
    built = sizes_of(ModelConfig(model=str(save_policy(policy, tmp_path))))
    assert built.num_weights == matrices
    assert sizes_of(model).num_layers == built.num_layers
    assert sizes_of(model).num_weights >= matrices  # the vocabulary may stay smaller than allowed


def test_memory_of_full_tuning_is_that_worked_out_by_hand():
    assert TOY.num_weights == 1952
    found = estimate(config(), TOY, machine=MACHINE)
    assert found.networks_bytes == 2 * 16 * 1952 + 4 * 1952  # two trained networks and a float32 reference
    # A layer keeps 8 * 8 + 2 * 4 + 4 * 16 = 136 numbers a token; replies are 40 of a dialogue's 100 tokens.
    assert found.learning_bytes == 4 * 100 * 136 * 2 + 3 * 4 * 100 * 0.4 * 100
    # Longest dialogue 50 + 3 * 20 + 2 * 10 = 130 tokens, 8 at once, keys and values of 4 numbers in 2 layers.
    assert found.playing_bytes == 8 * 130 * 2 * 2 * 4 * 4
    assert found.peak_bytes == found.networks_bytes + max(found.learning_bytes, found.playing_bytes)


def test_adapters_train_few_weights_and_need_no_second_policy():
    lora = {"model": {"model": "toy", "dtype": "bfloat16", "lora": {"rank": 2}}}
    found = estimate(config(**lora), TOY, machine=MACHINE)
    adapters = 2 * 2 * (16 + 12)  # two layers, rank 2, query 8 + 8 and value 8 + 4
    assert found.networks_bytes == 2 * (2 * 1952 + 16 * adapters)
    assert found.learning_s < estimate(config(), TOY, machine=MACHINE).learning_s


def test_time_is_that_worked_out_by_hand():
    found = estimate(config(), TOY, machine=MACHINE)
    forward = 2 * 1952 * 8 * 100
    assert found.learning_s == pytest.approx((3 * forward + 2 * 3 * forward) / 1e6 / 0.5)
    reading_s = 20 * 4 * 1952 * 4 / 1e6  # 16 replies in batches of 4, 20 steps each, four bytes a weight
    assert found.playing_s == pytest.approx(max(forward / 1e6, reading_s) / 0.5)
    assert found.total_s == pytest.approx(10 * (found.playing_s + found.learning_s))


def test_checkpointing_trades_memory_for_time_and_a_group_baseline_needs_one_network():
    plain = estimate(config(), TOY, machine=MACHINE)
    kept = estimate(config(gradient_checkpointing=True), TOY, machine=MACHINE)
    assert kept.learning_bytes < plain.learning_bytes
    assert kept.learning_s > plain.learning_s
    group = {"value": "group", "episodes": EpisodeConfig(max_turns=3, max_new_tokens=20, batch_size=4, num_episodes=4)}
    assert estimate(config(**group), TOY, machine=MACHINE).networks_bytes == (16 + 4) * 1952


def test_shards_divide_the_networks_and_the_work_but_not_the_policy_that_plays():
    cards = MACHINE.model_copy(update={"num_cards": 4})
    whole, sharded = (estimate(config(), TOY, machine=cards), estimate(config(sharding="full", mixed_precision="bf16"), TOY, machine=cards))
    one = estimate(config(), TOY, machine=MACHINE)
    assert whole.networks_bytes == one.networks_bytes == 4 * sharded.networks_bytes
    assert whole.learning_s == sharded.learning_s == one.learning_s / 4
    half = estimate(config(mixed_precision="bf16"), TOY, machine=MACHINE)
    # Two layers of 576 weights in 2 bytes; the embedding's 800 weights and their gradient in 4.
    assert sharded.learning_bytes == half.learning_bytes + 2 * 576 * 2 + 2 * 800 * 4
    assert sharded.playing_bytes == half.playing_bytes + 2 * 576 * 2 + 800 * 4
    assert estimate(config(sharding="full"), TOY, machine=MACHINE) == one, "one process holds all"
    assert "4 cards" in sharded.lines(cards)[2]


def test_a_model_of_unknown_sizes_gives_none(tmp_path):
    assert sizes_of(ModelConfig(model="nobody/nothing")) is None
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "t5", "d_model": 8}))
    assert sizes_of(ModelConfig(model=str(tmp_path))) is None


def test_the_text_says_whether_it_fits():
    found = estimate(config(), TOY, machine=MACHINE)
    assert " fits a card" in found.lines(MACHINE)[1]
    assert "does NOT fit" in found.lines(MACHINE.model_copy(update={"memory_bytes": 1000.0}))[1]
