"""verl: a ``compute_score`` that judges, and the rows of its data set. Imports nothing of verl.

    custom_reward_function.path=.../symtune/adapters/verl.py
    custom_reward_function.name=compute_score
    +custom_reward_function.reward_kwargs.scheme=pass_fraction

A row's ``ground_truth`` holds the problem itself, so that a worker of verl needs nothing else. Use the reward managers ``naive`` or
``dapo``: ``prime`` turns every exception, and so an outage of the judge, into the score 0.

Source: ours; the signature is that of verl 0.4's ``default_compute_score``.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Sequence
from typing import Any, Literal

from symtune.domain import Problem, Program, Split, Unjudged
from symtune.errors import BadInputError, SandboxError
from symtune.judging import Judge
from symtune.rewards import reward_of
from symtune.rollout import CodeFormat, EpisodeConfig, MessageStyle, first_message, program_of_reply, ready_problems
from symtune.rollout.reward import SchemeName

Isolation = Literal["namespaces", "rlimits"]


def verl_rows(problems: Sequence[Problem], *, data_source: str = "symtune", code: CodeFormat = "fenced") -> list[dict[str, Any]]:
    """Return the rows of a verl data set, one per problem, to be written as parquet.

    Args:
        problems: to be solved; private tests whose input is public are left out.
        data_source: verl counts scores by it.
        code: where the program is to stand in a reply.

    Raises:
        BadInputError: a problem without private tests of its own, or an id used twice.
    """
    config = EpisodeConfig(code=code, single_turn_without_public=True)
    style = MessageStyle(code=code)
    return [
        {
            "data_source": data_source,
            "prompt": [{"role": "user", "content": first_message(problem, style=style)}],
            "ability": "code",
            "reward_model": {"style": "rule", "ground_truth": json.dumps(problem.to_json(), allow_nan=False)},
            "extra_info": {"index": index, "problem_id": problem.id},
        }
        for index, problem in enumerate(ready_problems(problems, config).problems)
    ]


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: dict[str, Any] | None = None,
    *,
    scheme: SchemeName = "binary",
    split: Split = "all",
    code: CodeFormat = "fenced",
    workers: int = 2,
    isolation: Isolation = "namespaces",
) -> float:
    """Return the score of one reply.

    Args:
        data_source: not read; verl gives it.
        solution_str: the reply.
        ground_truth: the problem, as `verl_rows` writes it.
        extra_info: not read; verl gives it.
        scheme: how a judgement becomes a number; a reply without code is judged as an empty program.
        split: cases to judge on; ``all`` are the public and the private ones.
        code: where the program stands in the reply.
        workers: guests of this process.
        isolation: how far guests are shut in.

    Raises:
        BadInputError: a ground truth that is no problem, or a problem that cannot be judged.
        SandboxError: the judge gave no verdict; a score would be made up.
    """
    problem = _problem(ground_truth)
    source = program_of_reply(solution_str, code=code) or ""
    program = Program(problem_id=problem.id, source=source, id="reply")
    verdict = _judge(os.getpid(), workers, isolation).begin(problem, program, split=split).result()
    if not isinstance(verdict, Unjudged):
        return reward_of(verdict, scheme)
    if verdict.fault == "input":
        raise BadInputError(f"problem {problem.id!r} cannot be judged: {verdict.reason}")
    raise SandboxError(f"no verdict on a reply to problem {problem.id!r}: {verdict.reason}; it has no score")


@functools.lru_cache(maxsize=4096)
def _problem(ground_truth: str) -> Problem:
    try:
        return Problem.from_json(json.loads(ground_truth))
    except ValueError as error:
        raise BadInputError(f"the ground truth is no problem of symtune ({error}); make the data set with verl_rows") from error


@functools.lru_cache(maxsize=8)
def _judge(pid: int, workers: int, isolation: Isolation) -> Judge:
    """Return the judge of a process; a forked child, which has another id, gets its own."""
    return Judge(workers=workers, isolation=isolation)
