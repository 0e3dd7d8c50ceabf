"""The stages a recipe is made of: a config, the files it takes, and the function that does it. One line each in STAGES."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from symtune.config import Config

Inputs = Mapping[str, Any]
"""Input name -> path (or list of paths), resolved."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """One kind of stage.

    Attributes:
        verb: its name in a recipe.
        config_type: its settings.
        run: does it: ``run(config, inputs, folder) -> summary``.
        inputs: files it needs.
        optional_inputs: files it takes when they are given.
        owns_run_directory: whether ``run`` opens the run directory itself.
    """

    verb: str
    config_type: type[Config]
    run: Callable[[Any, Inputs, Path], dict[str, Any]]
    inputs: tuple[str, ...] = ()
    optional_inputs: tuple[str, ...] = ()
    owns_run_directory: bool = False


class GymConfig(Config):
    """Gym problems."""

    split: Literal["train", "validation", "test"] = Field("train", description="Splits share no composition.")
    count: int = Field(1000, ge=1, description="Number of problems.")
    seed: int = Field(0, description="Seed of the generator.")


class NoConfig(Config):
    """No settings."""


class ImportConfig(Config):
    """Outside rows."""

    format: str = Field(description="Name of the format.")
    split: str | None = Field(None, description="Split of a hub data set.")
    limit: int | None = Field(None, ge=1, description="Rows read at most; None: all.")
    workers: int = Field(2, ge=1, description="Guests at work at the same time.")


class SplitConfig(Config):
    """A seeded division of problems in two."""

    first_fraction: float = Field(0.5, gt=0, lt=1, description="Share of the problems that goes to the first part.")
    seed: int = Field(0, description="Seed of the shuffle.")


class TestsConfig(Config):
    """Suite strengthening."""

    budget_s: float = Field(10.0, gt=0, description="Seconds of exploration per problem.")
    workers: int = Field(2, ge=1, description="Guests at work at the same time.")
    seed: int = Field(0, description="Seed of every random choice.")
    max_cases: int = Field(50, ge=1, description="New cases per problem at most.")


class SampleConfig(Config):
    """Sampling."""

    num_samples: int = Field(20, ge=1, description="Programs per problem (CodeRL: about 20).")
    temperature: float = Field(0.6, gt=0, description="Sampling temperature (CodeRL: 0.6).")
    top_p: float = Field(0.95, gt=0, le=1, description="Nucleus mass (CodeRL: 0.95).")
    with_greedy: bool = Field(False, description="Also decode each problem greedily: the baseline of actor-critic learning.")
    batch_size: int = Field(64, ge=1, description="Replies decoded at once.")
    max_new_tokens: int = Field(512, ge=1, description="Longest program in tokens (CodeRL: 512).")
    seed: int = Field(0, description="Seed of the draws.")
    device: str = Field("auto", description="cpu, cuda, or auto.")


class JudgeConfig(Config):
    """Judging."""

    split: Literal["examples", "tests", "all"] = Field("tests", description="Cases to judge on.")
    workers: int = Field(2, ge=1, description="Guests at work at the same time.")
    stop: Literal["never", "first_failure"] = Field("never", description="Stop a program at its first failing case, or never.")
    isolation: Literal["namespaces", "rlimits"] = Field("namespaces", description="How the guest is kept apart.")


class EvaluateConfig(Config):
    """Evaluation of a policy."""

    name: str = Field(description="Row label in the tables.")
    description: str = Field("", description="How the policy was made, in one sentence.")
    paper_row: str | None = Field(None, description="Row of the paper's Table 2 it corresponds to.")
    ks: tuple[int, ...] = Field((1, 5), description="Every k of pass@k (paper: 5).")
    num_resamples: int = Field(1000, ge=1, description="Bootstrap resamples of the problems.")
    seed: int = Field(0, description="Seed of the resampling.")


class EvaluateCriticConfig(Config):
    """Evaluation of a critic."""

    name: str = Field(description="Row label in the tables.")
    description: str = Field("", description="How the critic was made, in one sentence.")
    paper_row: str | None = Field(None, description="Row of the paper's Table 1 it corresponds to.")
    batch_size: int = Field(32, ge=1, description="Programs read at once.")
    seed: int = Field(0, description="Seed of the resampling.")


class ReportConfig(Config):
    """The report."""

    title: str = Field("symtune report", description="Headline of the page.")
