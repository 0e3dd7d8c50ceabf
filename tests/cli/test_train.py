"""A config file gives values, flags win over it, and LoRA is a table of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from symtune import training
from symtune.cli.train import CriticCommand, RlefCommand, parse_command
from symtune.errors import BadConfigError

PATHS = ["--problems", "p", "--programs", "q", "--judgements", "j", "--out", "o"]


def test_flags_win_over_the_file(tmp_path):
    path = tmp_path / "critic.toml"
    path.write_text('learning_rate = 1e-3\nnum_epochs = 3\n[model]\nmodel = "tiny-t5"\n[model.lora]\nrank = 4\n')
    argv = [*PATHS, "--config", str(path), "--num-epochs", "5"]
    command = parse_command(CriticCommand, argv, prog="x", config_type=training.CriticConfig)
    assert (command.config.learning_rate, command.config.num_epochs) == (1e-3, 5)
    assert (command.config.model.model, command.config.model.lora.rank) == ("tiny-t5", 4)
    assert command.out == Path("o")


def test_without_a_file_the_model_is_named_by_a_flag():
    command = parse_command(CriticCommand, [*PATHS, "--model.model", "tiny-t5"], prog="x", config_type=training.CriticConfig)
    assert command.config.model.model == "tiny-t5"
    assert command.config.model.lora is None


def test_a_wrong_key_in_the_file_names_the_right_one(tmp_path):
    path = tmp_path / "critic.toml"
    path.write_text("learning_rat = 1e-3\n")
    with pytest.raises(BadConfigError, match="did you mean 'learning_rate'"):
        parse_command(CriticCommand, [*PATHS, "--config", str(path)], prog="x", config_type=training.CriticConfig)


def test_rlef_takes_how_episodes_are_played_as_a_table_and_as_flags(tmp_path):
    path = tmp_path / "rlef.toml"
    path.write_text('beta = 0.0\n[model]\nmodel = "tiny-llama"\n[episodes]\nmax_turns = 1\nnum_episodes = 4\n')
    argv = ["--problems", "p", "--out", "o", "--validation", "v", "--config", str(path), "--episodes.max-turns", "5", "--value", "group"]
    command = parse_command(RlefCommand, argv, prog="x", config_type=training.RlefConfig)
    assert (command.config.beta, command.config.value, command.validation) == (0.0, "group", Path("v"))
    assert (command.config.episodes.max_turns, command.config.episodes.num_episodes) == (5, 4)


def test_the_defaults_of_rlef_are_the_papers():
    config = training.RlefConfig(model={"model": "tiny-llama"})
    assert (config.learning_rate, config.weight_decay, config.warmup_steps, config.beta, config.clip, config.gamma) == (2e-7, 0.1, 50, 0.05, 0.2, 1.0)
    assert config.episodes_per_iteration // config.updates_per_iteration == 256
    assert config.num_iterations * config.updates_per_iteration == 12_000
    assert config.validate_every_iterations * config.updates_per_iteration == 800
    assert (config.episodes.max_turns, config.episodes.temperature, config.episodes.top_p, config.episodes.top_k) == (3, 1.0, 1.0, 0)
    assert (config.played_for_validation.temperature, config.played_for_validation.top_p) == (0.2, 0.95)
