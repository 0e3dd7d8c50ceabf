"""`symtune train sft | critic | coderl | dpo | rlef`: a TOML file and flags -> one training function.

``--config FILE`` gives values of the stage's config; a flag wins over the file. In code the same functions are
`symtune.train_sft` and its kin.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro
from pydantic import BaseModel

from symtune import training
from symtune.config import load_config

CommandT = TypeVar("CommandT")


@dataclasses.dataclass(frozen=True)
class SftCommand:
    """Supervised fine-tuning on references, or on episodes; a validation split chooses the number of epochs.

    Attributes:
        problems: problems.jsonl to learn.
        out: run directory; an unfinished run goes on.
        config: settings.
        validation: problems.jsonl that choose the epoch; without it the last epoch is kept.
        episodes: episodes.jsonl on these problems, learnt in place of their references; for decoder-only models.
    """

    problems: Path
    out: Path
    config: Annotated[training.SftConfig, tyro.conf.arg(name="")]
    validation: Path | None = None
    episodes: Path | None = None


@dataclasses.dataclass(frozen=True)
class JudgedCommand:
    """What every stage that learns from verdicts takes.

    Attributes:
        problems: problems.jsonl.
        programs: programs.jsonl.
        judgements: their judgements.jsonl.
        out: run directory; an unfinished run goes on.
    """

    problems: Path
    programs: Path
    judgements: Path
    out: Path


@dataclasses.dataclass(frozen=True)
class CriticCommand(JudgedCommand):
    """Train a four-way critic on judged programs.

    Attributes:
        config: settings.
    """

    config: Annotated[training.CriticConfig, tyro.conf.arg(name="")]


@dataclasses.dataclass(frozen=True)
class CoderlCommand(JudgedCommand):
    """Offline actor-critic fine-tuning as in CodeRL; the programs hold samples and greedy ones.

    Attributes:
        config: settings.
        critic: folder of the critic; without it every token weighs the same.
    """

    config: Annotated[training.CoderlConfig, tyro.conf.arg(name="")]
    critic: Path | None = None


@dataclasses.dataclass(frozen=True)
class DpoCommand(JudgedCommand):
    """Direct preference optimisation on pairs of a right and a wrong program.

    Attributes:
        config: settings.
    """

    config: Annotated[training.DpoConfig, tyro.conf.arg(name="")]


@dataclasses.dataclass(frozen=True)
class RlefCommand:
    """Multi-turn reinforcement learning on execution feedback (RLEF): PPO on episodes played on the problems.

    Attributes:
        problems: problems.jsonl with public and private tests.
        out: run directory; an unfinished run goes on.
        config: settings.
        validation: problems.jsonl that choose the policy to keep; without it the last one is kept.
    """

    problems: Path
    out: Path
    config: Annotated[training.RlefConfig, tyro.conf.arg(name="")]
    validation: Path | None = None


def sft(argv: Sequence[str], *, prog: str) -> dict[str, Any]:
    """Run `symtune train sft`."""
    return _train(training.train_sft, parse_command(SftCommand, argv, prog=prog, config_type=training.SftConfig))


def critic(argv: Sequence[str], *, prog: str) -> dict[str, Any]:
    """Run `symtune train critic`."""
    return _train(training.train_critic, parse_command(CriticCommand, argv, prog=prog, config_type=training.CriticConfig))


def coderl(argv: Sequence[str], *, prog: str) -> dict[str, Any]:
    """Run `symtune train coderl`."""
    return _train(training.train_coderl, parse_command(CoderlCommand, argv, prog=prog, config_type=training.CoderlConfig))


def dpo(argv: Sequence[str], *, prog: str) -> dict[str, Any]:
    """Run `symtune train dpo`."""
    return _train(training.train_dpo, parse_command(DpoCommand, argv, prog=prog, config_type=training.DpoConfig))


def rlef(argv: Sequence[str], *, prog: str) -> dict[str, Any]:
    """Run `symtune train rlef`."""
    return _train(training.train_rlef, parse_command(RlefCommand, argv, prog=prog, config_type=training.RlefConfig))


def parse_command(
    command_type: type[CommandT], argv: Sequence[str], *, prog: str, config_type: type[BaseModel]
) -> CommandT:
    """Read ``--config FILE`` first, then the flags on top of it."""
    early = argparse.ArgumentParser(prog=prog, add_help=False, allow_abbrev=False)
    early.add_argument("--config", type=Path)
    known, rest = early.parse_known_args(list(argv))
    if known.config is None:
        return tyro.cli(command_type, args=rest, prog=prog, config=(tyro.conf.AvoidSubcommands,))
    required = {
        field.name: tyro.MISSING
        for field in dataclasses.fields(command_type)  # type: ignore[arg-type]
        if field.default is dataclasses.MISSING and field.name != "config"
    }
    default = command_type(**{"config": load_config(config_type, known.config), **required})
    return tyro.cli(command_type, args=rest, prog=prog, default=default, config=(tyro.conf.AvoidSubcommands,))


def _train(function: Callable[..., dict[str, Any]], command: Any) -> dict[str, Any]:
    given = {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}
    return function(given.pop("config"), **given) | {"out": str(given["out"])}


def summarise_training(summary: dict[str, Any]) -> list[str]:
    """Return the lines the command line prints."""
    plain = {key: value for key, value in summary.items() if isinstance(value, str | int | float)}
    return [f"{key}: {value:.5g}" if isinstance(value, float) else f"{key}: {value}" for key, value in plain.items()]
