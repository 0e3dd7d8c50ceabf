"""With a number of paths instead of time, the seed alone decides the suite."""

from __future__ import annotations

import pytest

from symtune.datasets import gym
from symtune.suites import strengthen

pytest.importorskip("crosshair", reason="crosshair-tool is not installed")


def test_two_runs_and_two_numbers_of_workers_give_the_same_suites():
    problems = gym.generate("train", count=6, seed=3)
    runs = [
        [problem.tests for problem in strengthen(problems, budget_s=30, max_paths=4, max_cases=8, workers=workers)]
        for workers in (1, 2)
    ]
    assert runs[0] == runs[1]


def test_paths_are_counted():
    problems = gym.generate("train", count=4, seed=3)
    few, many = (strengthen(problems, budget_s=30, max_paths=n, workers=2, explorers=["symbolic"]) for n in (1, 8))
    found = [sum(problem.suite.num_by_origin.get("symbolic", 0) for problem in run) for run in (few, many)]
    assert found[0] <= len(problems) < found[1]
