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


@pytest.mark.parametrize("value", ["turn", "token", "group"])
def test_the_reward_rises_on_a_game_of_one_right_choice(value, tmp_path):
    config = make_config(num_iterations=12, episodes_per_iteration=32, value=value, save_every_iterations=100)
    train_rlef(config, problems=make_problems(), out=tmp_path, play=play_game)
    rewards = [line["reward"] for line in lines(tmp_path / "metrics.jsonl")]
    assert sum(rewards[:2]) / 2 < 0.75, "the game is too easy to show anything"
    assert rewards[-1] > 0.9
