"""Settings of the stages whose verbs have no config of their own: one frozen model each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from symtune.config import Config
from symtune.models import BackendConfig
from symtune.rollout import EpisodeConfig, SampleConfig


class GymConfig(Config):
    """Gym problems."""

    split: Literal["train", "validation", "test"] = Field("train", description="Splits share no composition.")
    count: int = Field(1000, ge=1, description="Number of problems.")
    seed: int = Field(0, description="Seed of the generator.")
    depths: tuple[Literal["introductory", "interview", "competition"], ...] = Field(
        ("introductory", "interview", "competition"), description="Difficulties of the problems in turn."
    )
    breadth: Literal["core", "full"] = Field("core", description="Which parts problems are made of.")
    open_choice: bool = Field(
        False, description="Problems with one thing open that only the public tests settle; depths and breadth do not apply."
    )
    with_truth: bool = Field(False, description="Also write truth.jsonl: the problems with their hidden truth suites as tests.")


class NoConfig(Config):
    """No settings."""


class ImportConfig(Config):
    """Outside rows."""

    format: str = Field(description="Name of the format: apps, mbpp-plus, ...")
    tests: Literal["all", "base"] = Field("all", description="base leaves the plus inputs of EvalPlus data sets out.")
    workers: int = Field(2, ge=1, description="Guests at work at the same time.")


class CheckConfig(Config):
    """Checking references."""

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
    max_cases: int = Field(60, ge=1, description="New cases per problem at most.")
    max_paths: int | None = Field(
        None, ge=1, description="Symbolic paths per problem at most; with an ample budget the suite then depends on the seed alone."
    )


class SampleStageConfig(SampleConfig):
    """Sampling, and where it runs."""

    device: str = Field("auto", description="cpu, cuda, or auto.")


class RolloutStageConfig(EpisodeConfig):
    """Episodes, and where they are played."""

    backend: BackendConfig = Field(BackendConfig(), description="What runs the model.")
    round: int = Field(0, ge=0, description="Part of every seed.")
    device: str = Field("auto", description="cpu, cuda, or auto.")
    max_unjudged_fraction: float = Field(0.02, ge=0, le=1, description="Share of episodes without a verdict past which the stage stops.")


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


class EvaluateEpisodesConfig(Config):
    """Evaluation of a policy's episodes."""

    name: str = Field(description="Row label in the tables.")
    description: str = Field("", description="How the policy was made, in one sentence.")
    paper_row: str | None = Field(None, description="Row of the RLEF paper's tables it corresponds to.")
    turns: int = Field(3, ge=1, description="Turn limit; longer episodes are cut there (paper: 3).")
    budget: int = Field(3, ge=1, description="k of n@k in samples, each turn one (paper: 3 and 100).")
    n: int = Field(1, ge=1, description="Programs submitted (paper: 1 at 3, 10 at 100).")
    num_resamples: int = Field(200, ge=1, description="Bootstrap resamples of the problems (paper: 200).")
    seed: int = Field(0, description="Seed of the resampling.")
    judge_turns: bool = Field(False, description="Also judge the programs of earlier turns on all tests, to be looked at.")
    workers: int = Field(2, ge=1, description="Guests at work at the same time when earlier turns are judged.")


class EvaluateCriticConfig(Config):
    """Evaluation of a critic."""

    name: str = Field(description="Row label in the tables.")
    description: str = Field("", description="How the critic was made, in one sentence.")
    paper_row: str | None = Field(None, description="Row of the paper's Table 1 it corresponds to.")
    batch_size: int = Field(32, ge=1, description="Programs read at once.")
    critic_tokenizer: str | None = Field(None, description="Folder or hub id of the critic's tokenizer; None: the critic's own.")
    seed: int = Field(0, description="Seed of the resampling.")


class ReportConfig(Config):
    """The report."""

    title: str = Field("symtune report", description="Headline of the page.")
