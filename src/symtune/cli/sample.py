"""`symtune sample`: a policy writes programs for problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.domain import Problem, Program
from symtune.models import ModelConfig
from symtune.rollout import SampleConfig, sample_to_file
from symtune.rollout import sample as sample_programs
from symtune.store import load_records


def sample(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    model: str,
    out: Path | None = None,
    sampling: Annotated[SampleConfig, tyro.conf.arg(name="")] = SampleConfig(),  # noqa: B008 (frozen)
    device: str = "auto",
) -> list[Program]:
    """Draw programs from a policy; the same seed gives the same programs, however the work is cut or resumed.

    Args:
        problems: problems.jsonl.
        model: hub id or local folder of a model.
        out: programs.jsonl; what was finished before a kill is kept. Without it the result is only returned and summarised.
        sampling: how many, and how their tokens are drawn.
        device: cpu, cuda, or auto.
    """
    config = ModelConfig(model=model)
    known: Sequence[Problem] = load_problems(problems)
    if out is not None:
        sample_to_file(known, model=config, out=out, sampling=sampling, device=device)
        return load_records(out, Program)
    from symtune.models import load_policy

    policy = load_policy(config, device=device)
    options = sampling.model_dump(exclude={"max_new_tokens"})
    max_new_tokens = sampling.max_new_tokens or policy.config.max_target_tokens
    return list(sample_programs(known, policy, **options, max_new_tokens=max_new_tokens))


def summarise_samples(programs: list[Program]) -> list[str]:
    """Return the lines the command line prints."""
    per_problem = Counter(program.problem_id for program in programs)
    distinct = len({(program.problem_id, program.source) for program in programs})
    return [f"{len(programs)} programs for {len(per_problem)} problems, {distinct} distinct"]
