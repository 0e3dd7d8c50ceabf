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
    assert sum(rewards[-2:]) / 2 > 0.8
