"""`symtune harden`: suites and programs -> suites that catch what got away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import fmean

import tyro

from symtune.cli.arguments import ProblemsArg, ProgramsArg, load_problems, load_programs
from symtune.domain import Problem
from symtune.judging.engines import EngineName
from symtune.suites import harden as harden_suites

NUM_PROGRAMS_SHOWN = 12
"""Programs named in the summary; the file holds them all."""


def harden(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    programs: ProgramsArg | None = None,
    out: Path | None = None,
    budget_s: float = 10.0,
    difference_s: float = 1.0,
    num_mutants: int = 20,
    workers: int = 2,
    seed: int = 0,
    max_cases: int = 20,
    engine: EngineName = "local",
) -> list[Problem]:
    """Add cases for what the suites let through: mutants of the references, and programs known or suspected to be wrong.

    Args:
        problems: problems.jsonl with suites, as `symtune tests` writes it.
        programs: programs.jsonl: known wrong, suspected, or written by a policy. Right ones are no harm.
        out: harder.jsonl; problems finished before a kill are kept. Without it the result is only returned and summarised.
        budget_s: CPU seconds per problem; one under which nothing survives costs milliseconds.
        difference_s: CPU seconds of symbolic search for one survivor.
        num_mutants: mutants of the references per problem at most.
        workers: guests at work at the same time.
        seed: seed of every random choice.
        max_cases: new cases per problem at most.
        engine: local (threads of this process), or ray (Ray actors: this machine's, or those of the cluster at RAY_ADDRESS).
    """
    return harden_suites(
        load_problems(problems),
        [] if programs is None else load_programs(programs),
        out=out,
        budget_s=budget_s,
        difference_s=difference_s,
        num_mutants=num_mutants,
        workers=workers,
        seed=seed,
        max_cases=max_cases,
        engine=engine,
    )


def summarise_hardening(problems: list[Problem]) -> list[str]:
    """Return the lines the command line prints: what became of mutants and programs, and which programs are left."""
    records = [problem.suite for problem in problems if problem.suite is not None]
    found = [record.survivors for record in records if record.survivors is not None]
    mutants: Counter[str] = Counter()
    programs: Counter[str] = Counter()
    for one in found:
        mutants.update(one.mutants)
        programs.update(one.programs)
    num_new = sum(case.origin == "hardened" for problem in problems for case in problem.tests)
    not_hardened = Counter(
        name.removeprefix("not_hardened_") for record in records for name in record.dropped if name.startswith("not_hardened_")
    )
    lines = [f"{len(problems)} problems, {num_new} hardened cases, {fmean(len(one.tests) for one in problems):.2f} tests per problem"]
    for title, counts in (("mutants", mutants), ("programs", programs), ("problems not hardened", not_hardened)):
        if counts:
            lines.append(f"  {title}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    left = [
        f"{problem.id} {name}"
        for problem in problems
        if problem.suite is not None and problem.suite.survivors is not None
        for name, fate in problem.suite.survivors.by_program.items()
        if fate == "undecided"
    ]
    if left:
        more = f" and {len(left) - NUM_PROGRAMS_SHOWN} more" if len(left) > NUM_PROGRAMS_SHOWN else ""
        lines.append("  undecided: " + ", ".join(left[:NUM_PROGRAMS_SHOWN]) + more)
    return lines
