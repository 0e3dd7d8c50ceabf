"""`symtune tests`: references -> stronger suites, by symbolic execution."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import fmean, median

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.domain import Problem
from symtune.judging.engines import EngineName
from symtune.suites import strengthen as strengthen_suites


def strengthen(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    out: Path | None = None,
    budget_s: float = 10.0,
    workers: int = 2,
    seed: int = 0,
    max_cases: int = 60,
    max_paths: int | None = None,
    mutants: int = 40,
    public: int = 0,
    engine: EngineName = "local",
) -> list[Problem]:
    """Grow every problem's tests; the same records come back, each with its suite's story.

    Args:
        problems: problems.jsonl.
        out: strong.jsonl; problems finished before a kill are kept. Without it the result is only returned and summarised.
        budget_s: CPU seconds per problem in all; less is spent where nothing new is found for long.
        workers: guests at work at the same time.
        seed: seed of every random choice.
        max_cases: new cases per problem at most.
        max_paths: symbolic paths per problem at most; with an ample budget the suite then depends on the seed alone.
        mutants: mutants of a problem's references that its suite is grown against.
        public: how many of the new cases become examples, simple ones that the tests can do without.
        engine: local (threads of this process), or ray (Ray actors: this machine's, or those of the cluster at RAY_ADDRESS).
    """
    return strengthen_suites(
        load_problems(problems),
        out=out,
        budget_s=budget_s,
        workers=workers,
        seed=seed,
        max_cases=max_cases,
        max_paths=max_paths,
        num_mutants=mutants,
        num_public=public,
        engine=engine,
    )


def summarise_suites(problems: list[Problem]) -> list[str]:
    """Return the lines the command line prints: growth, origins, what was dropped and why."""
    records = [problem.suite for problem in problems if problem.suite is not None]
    origins: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for record in records:
        origins.update(record.num_by_origin)
        dropped.update(record.dropped)
    skipped = Counter(record.skipped for record in records if record.skipped)
    fates = sum((Counter(record.rivals) for record in records), Counter[str]())
    after = [len(problem.tests) for problem in problems]
    lines = [
        f"{len(problems)} problems, {sum(bool(record.num_by_origin) for record in records)} with new cases",
        f"  tests per problem now: mean {fmean(after):.2f}, median {median(after):g}",
    ]
    for title, counts in (("new cases by origin", origins), ("mutants", fates), ("inputs dropped", dropped), ("problems left as they were", skipped)):
        if counts:
            lines.append(f"  {title}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    return lines
