"""`symtune import | check | stats | gym | starter`: outside rows and embedded problems -> Problems."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from symtune.datasets import gym as gym_set
from symtune.datasets.starter import load_starter
from symtune.domain import Problem, Program
from symtune.store import save_records


def gym(
    *,
    out: Path | None = None,
    split: Literal["train", "validation", "test"] = "train",
    count: int = 1000,
    seed: int = 0,
    truth_out: Path | None = None,
) -> list[Problem]:
    """Generate gym problems: small, seeded, in English, with a known truth.

    Args:
        out: problems.jsonl. Only in code: None keeps nothing on disk.
        split: the splits share no composition.
        count: number of problems.
        seed: the same seed gives the same problems.
        truth_out: also write the problems with their hidden truth suites as tests, for measuring only.
    """
    problems = gym_set.generate(split, count=count, seed=seed)
    if out is not None:
        save_records(out, problems)
    if truth_out is not None:
        save_records(truth_out, with_truth(problems))
    return problems


def with_truth(problems: list[Problem]) -> list[Problem]:
    """Return gym problems whose tests are their hidden truth suites, for measuring only."""
    return [problem.model_copy(update={"tests": gym_set.truth(problem).cases}) for problem in problems]


def starter(*, out: Path | None = None, programs_out: Path | None = None) -> tuple[list[Problem], list[Program]]:
    """Write the embedded starter set: problems of the kind found on coding sites.

    Args:
        out: problems.jsonl. Only in code: None keeps nothing on disk.
        programs_out: plausible wrong programs for them, labelled "wrong".
    """
    problems, programs = load_starter()
    if out is not None:
        save_records(out, problems)
    if programs_out is not None:
        save_records(programs_out, programs)
    return problems, programs
