"""The loop of RLEF learns, records what it did, chooses by validation, and stops where it should."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

import torch
from rlef_toys import MODEL, make_config, make_problems, play_game

from symtune.domain import Episode
from symtune.errors import BadConfigError, BadModelError, TooManyUnjudgedError, TrainingError
from symtune.models import LoraConfig, ModelConfig, load_policy
from symtune.models.config import BackendConfig
from symtune.training.rlef import train_rlef


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


ONE_CHOICE = {"max_turns": 1, "max_new_tokens": 1, "num_episodes": 8}


@pytest.mark.parametrize("value", ["turn", "token", "group"])
def test_the_reward_rises_on_a_game_of_one_right_choice(value, tmp_path):
    config = make_config(
        num_iterations=10, episodes_per_iteration=64, value=value, save_every_iterations=100, learning_rate=1e-2, episodes=ONE_CHOICE
    )
    train_rlef(config, problems=make_problems(), out=tmp_path, play=play_game)
    rewards = [line["reward"] for line in lines(tmp_path / "metrics.jsonl")]
    assert abs(rewards[0]) < 0.4, "half of all tokens are right"
    assert sum(rewards[-3:]) / 3 > 0.6


FIGURES = {
    "step", "num_updates", "reward", "return", "kl", "entropy", "clip_fraction", "explained_variance", "policy_loss", "value_loss",
    "policy_grad_norm", "value_grad_norm", "reply_tokens", "turns", "solve_rate", "solve_rate_turn_1", "solve_rate_turn_2", "no_code_fraction",
    "truncated_fraction", "unjudged_fraction", "num_episodes", "learning_rate", "generation_s", "judging_s", "update_s", "sampling_gap",
}  # fmt: skip


def test_every_iteration_leaves_its_figures_and_its_episodes(tmp_path):
    summary = train_rlef(make_config(num_iterations=2), problems=make_problems(), out=tmp_path, play=play_game)
    metrics = lines(tmp_path / "metrics.jsonl")
    assert [line["step"] for line in metrics] == [1, 2]
    assert set(metrics[0]) - {"schema"} == FIGURES
    assert metrics[0]["kl"] == 0.0, "the policy is still its reference"
    assert metrics[0]["sampling_gap"] < 1e-5
    assert (summary["num_updates"], summary["chosen_iteration"]) == (4, 2)
    episodes = [Episode.from_json(line) for line in lines(tmp_path / "records" / "episodes.jsonl")]
    assert len(episodes) == 32
    assert len({(episode.group, episode.id) for episode in episodes}) == 32
    assert metrics[0]["reward"] == pytest.approx(sum(1.0 if episode.is_solved else -1.0 for episode in episodes[:16]) / 16)
    load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu")


def test_log_probabilities_are_those_of_the_draws_at_another_temperature(tmp_path):
    train_rlef(make_config(num_iterations=1, episodes={"temperature": 0.6}), problems=make_problems(), out=tmp_path, play=play_game)
    assert lines(tmp_path / "metrics.jsonl")[0]["sampling_gap"] < 1e-5


def test_half_precision_passes_learn_with_whole_weights(tmp_path):
    config = make_config(num_iterations=6, mixed_precision="bf16", learning_rate=1e-2, episodes=ONE_CHOICE, episodes_per_iteration=64)
    train_rlef(config, problems=make_problems(), out=tmp_path, play=play_game)
    metrics = lines(tmp_path / "metrics.jsonl")
    assert 0 < metrics[0]["sampling_gap"] < 0.02, "bfloat16 has three digits; the sampler runs in it too"
    assert sum(line["reward"] for line in metrics[-2:]) > sum(line["reward"] for line in metrics[:2])
    weights = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu").model.state_dict()
    assert {weight.dtype for weight in weights.values()} == {torch.float32}


def weights_after(out, **changes) -> dict[str, torch.Tensor]:
    train_rlef(make_config(num_iterations=2, learning_rate=1e-3, **changes), problems=make_problems(), out=out, play=play_game)
    return load_policy(ModelConfig(model=str(out / "model")), device="cpu").model.state_dict()


@pytest.mark.parametrize("changes", [{"max_tokens_per_micro_batch": 30}, {"gradient_checkpointing": True}])
def test_how_memory_is_saved_does_not_change_what_is_learnt(changes, tmp_path):
    plain, other = weights_after(tmp_path / "plain"), weights_after(tmp_path / "other", **changes)
    for name, weight in plain.items():
        # Adam divides by a running root mean square, so gradients near zero may differ in sign after rounding.
        assert torch.allclose(weight, other[name], atol=2e-3), name
        assert (weight - other[name]).abs().mean() < 2e-5, name


def test_adapters_alone_are_trained_and_the_reference_is_the_policy_without_them(tmp_path):
    model = MODEL.model_copy(update={"lora": LoraConfig(rank=4, target_modules=("q_proj", "v_proj"))})
    train_rlef(make_config(model=model, num_iterations=3, learning_rate=1e-2), problems=make_problems(), out=tmp_path, play=play_game)
    kl = [line["kl"] for line in lines(tmp_path / "metrics.jsonl")]
    assert kl[0] == 0.0
    assert abs(kl[2]) > 1e-4
    from symtune.models import tokenizer_corpus

    start = load_policy(MODEL, corpus=tokenizer_corpus(make_problems()), device="cpu").model.state_dict()
    end = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu").model.state_dict()
    assert {name for name in start if not torch.equal(start[name], end[name])} == {
        "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.v_proj.weight"
    }  # fmt: skip


def test_validation_keeps_the_best_policy_not_the_last(tmp_path):
    validations = iter([0.25, 0.75, 0.5])
    saved = {}

    def play(problems, policy, *, config, **given):
        if config.temperature != 0.2:
            return play_game(problems, policy, config=config, **given)
        number, share = len(saved), next(validations)
        saved[number] = {name: weight.clone() for name, weight in policy.model.state_dict().items()}
        right = iter([place < share * len(problems) for place in range(len(problems))] * 2)
        return play_game(problems, policy, config=config.model_copy(update={"max_turns": 1}), is_right=lambda _: next(right), **given)

    config = make_config(num_iterations=3, validate_every_iterations=1)
    summary = train_rlef(config, problems=make_problems(), validation=make_problems(4), out=tmp_path, play=play)
    assert [line["solve_rate"] for line in summary["validation_curve"]] == [0.25, 0.75, 0.5]
    assert summary["chosen_iteration"] == 2
    kept = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu").model.state_dict()
    assert all(torch.equal(weight, saved[1][name]) for name, weight in kept.items())
    assert lines(tmp_path / "records" / "validation.jsonl")[1]["step"] == 2


def without_code(problems, policy, **given):
    rollout = play_game(problems, policy, is_right=lambda _: False, **given)
    for number, episode in enumerate(rollout.episodes):
        turns = tuple(turn.model_copy(update={"source": None, "judgement": None}) for turn in episode.turns)
        rollout.episodes[number] = episode.model_copy(update={"turns": turns, "judgement": None})
    return rollout


def test_a_model_that_never_writes_code_is_told_of_and_does_no_harm(tmp_path):
    with pytest.warns(UserWarning, match="no reply holds code"):
        train_rlef(make_config(num_iterations=2, value="group"), problems=make_problems(), out=tmp_path, play=without_code)
    line = lines(tmp_path / "metrics.jsonl")[0]
    assert line["reward"] == pytest.approx(-1.4)  # -1, and -0.2 for each of two replies
    assert line["policy_grad_norm"] == 0.0


@pytest.mark.parametrize("network", ["clipped_surrogate_loss", "clipped_value_loss"])
def test_a_loss_that_is_not_finite_stops_at_its_update_and_keeps_the_checkpoint(network, tmp_path, monkeypatch):
    from symtune.objectives import ppo

    real, calls = getattr(ppo, network), []

    def spoilt(*given, **named):
        calls.append(1)
        return real(*given, **named) * (float("nan") if len(calls) == 4 else 1.0)

    monkeypatch.setattr(ppo, network, spoilt)
    name = "policy" if "surrogate" in network else "value"
    with pytest.raises(TrainingError, match=f"iteration 2, update 2: the {name} loss is not finite, micro-batch 1 of 1: it is nan"):
        train_rlef(make_config(max_tokens_per_micro_batch=4096), problems=make_problems(), out=tmp_path, play=play_game)
    assert (tmp_path / "checkpoints" / "step_00000001" / "DONE").is_file()
    assert [line["step"] for line in lines(tmp_path / "metrics.jsonl")] == [1]


def test_an_encoder_decoder_is_refused_with_the_reason(tmp_path):
    model = MODEL.model_copy(update={"model": "tiny-t5"})
    with pytest.raises(BadModelError, match="is an encoder-decoder"):
        train_rlef(make_config(model=model), problems=make_problems(), out=tmp_path, play=play_game)


def test_a_backend_that_would_not_see_the_trained_weights_is_refused(tmp_path):
    model = MODEL.model_copy(update={"backend": BackendConfig(name="vllm")})
    with pytest.raises(BadConfigError, match="initial weights"):
        train_rlef(make_config(model=model), problems=make_problems(), out=tmp_path, play=play_game)


def test_trained_weights_that_would_round_every_step_away_are_refused(tmp_path):
    model = MODEL.model_copy(update={"dtype": "bfloat16"})
    with pytest.raises(BadConfigError, match="mixed_precision = 'bf16'"):
        train_rlef(make_config(model=model), problems=make_problems(), out=tmp_path, play=play_game)


def test_settings_that_contradict_each_other_are_refused():
    for changes, match in (
        ({"value": "group", "episodes": {"num_episodes": 1}}, "num_episodes to 2 or more"),
        ({"episodes_per_iteration": 18}, "multiple of episodes.num_episodes"),
        ({"updates_per_iteration": 17}, "is more than episodes_per_iteration"),
        ({"episodes": {"temperature": 0.0}}, "likeliest replies are no samples"),
    ):
        with pytest.raises(ValueError, match=match):
            make_config(**changes)


def test_lost_verdicts_stop_the_run_past_the_stated_share(tmp_path):
    def play(problems, policy, **given):
        rollout = play_game(problems, policy, **given)
        rollout.episodes[0] = rollout.episodes[0].model_copy(
            update={"judgement": None, "end_reason": "unjudged", "unjudged_reason": "the guest went away"}
        )
        return rollout

    train_rlef(make_config(num_iterations=1), problems=make_problems(), out=tmp_path / "one", play=play)
    line = lines(tmp_path / "one" / "metrics.jsonl")[0]
    assert (line["num_episodes"], line["unjudged_fraction"]) == (15, 1 / 16)
    with pytest.raises(TooManyUnjudgedError):
        train_rlef(make_config(max_unjudged_fraction=0.01), problems=make_problems(), out=tmp_path / "two", play=play)


def test_a_tracker_that_is_not_there_is_refused_and_one_that_is_hears_every_iteration(tmp_path, monkeypatch):
    with pytest.raises(BadConfigError, match="the tracker 'no-such' is not installed"):
        train_rlef(make_config(report_to=("no-such",)), problems=make_problems(), out=tmp_path / "none", play=play_game)
    heard = []
    monkeypatch.setattr("accelerate.Accelerator.log", lambda self, values, step: heard.append((step, set(values))))
    train_rlef(make_config(num_iterations=2), problems=make_problems(), out=tmp_path / "one", play=play_game)
    assert heard == [(step, FIGURES - {"step"}) for step in (1, 2)]
