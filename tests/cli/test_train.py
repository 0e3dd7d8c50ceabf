"""A config file gives values, flags win over it, and LoRA is a table of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from symtune import training
from symtune.cli.train import CriticCommand, parse_command
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
