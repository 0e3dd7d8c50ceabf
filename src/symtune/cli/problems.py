"""`symtune import | check | stats | gym | starter`: outside rows and embedded problems -> Problems."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.datasets import gym as gym_set
from symtune.datasets import read_programs
from symtune.datasets.starter import load_starter
from symtune.domain import Problem, Program
from symtune.errors import BadInputError
from symtune.evaluation.check import CheckResult
from symtune.evaluation.check import check as check_problems
from symtune.evaluation.dataset_stats import Stats, dataset_stats
from symtune.store import save_records, write_jsonl
from symtune.suites.intake import ImportResult
from symtune.suites.intake import import_problems as import_rows

NUM_REASONS_SHOWN = 12
"""Reasons printed after an import or a check; the file holds them all."""


def import_problems(
    format: tyro.conf.Positional[str],
    path: tyro.conf.Positional[str | Path],
    *,
    out: Path | None = None,
    tests: Literal["all", "base"] = "all",
    workers: int = 2,
) -> ImportResult:
    """Read a data set as problems; rows that cannot be used go to OUT's .rejected.jsonl with their reasons.

    Args:
        format: apps, leetcode, mbpp-plus, humaneval, humaneval-plus, codecontests, quixbugs or symtune.
        path: a file, a folder or a hub data set id.
        out: problems.jsonl. Without it the result is only returned and summarised.
        tests: base leaves the plus inputs of EvalPlus data sets out.
        workers: guests at work at the same time, where references have to give the expected values.
    """
    return import_rows(format, path, out=out, tests=tests, workers=workers)


def summarise_import(result: ImportResult) -> list[str]:
    """Return the lines the command line prints."""
    lines = [f"{len(result.problems)} problems, {len(result.rejected)} rows rejected"]
    return lines + [f"  rejected: {row.reason}" for row in result.rejected[:NUM_REASONS_SHOWN]]


def import_programs(
    format: tyro.conf.Positional[str], path: tyro.conf.Positional[str | Path], *, out: Path | None = None
) -> list[Program]:
    """Read programs that a data set publishes, with what it says of them as labels.

    Args:
        format: apps, mbpp-plus, codecontests, quixbugs or symtune.
        path: the file of programs.
        out: programs.jsonl. Without it the result is only returned and summarised.
    """
    programs = read_programs(path, format=format)
    if out is not None:
        save_records(out, programs)
    return programs


def summarise_programs(programs: list[Program]) -> list[str]:
    """Return the lines the command line prints."""
    labels = Counter(program.label or "none" for program in programs)
    return [f"{len(programs)} programs: " + ", ".join(f"{name} {count}" for name, count in labels.most_common())]


def check(problems: tyro.conf.Positional[ProblemsArg], *, out: Path | None = None, workers: int = 2) -> CheckResult:
    """Judge every reference on its own examples and tests, and set apart the problems that none passes.

    Args:
        problems: problems.jsonl.
        out: problems.jsonl of those that pass; the others go to OUT's .set-apart.jsonl with their reasons.
        workers: guests at work at the same time.
    """
    result = check_problems(load_problems(problems), workers=workers)
    if out is not None:
        save_records(out, result.passing)
        write_jsonl(out.with_suffix(".set-apart.jsonl"), (item.to_json() for item in result.set_apart))
    return result


def summarise_check(result: CheckResult) -> list[str]:
    """Return the lines the command line prints: every problem that was set apart with its reason."""
    lines = [f"{len(result.passing)} problems pass ({result.pass_fraction:.1%}), {len(result.set_apart)} set apart"]
    lines += [f"  {source or 'unnamed'}: {passed} of {total}" for source, (passed, total) in result.num_by_source().items()]
    if result.num_unjudged:
        lines.append(f"  {result.num_unjudged} references could not be judged")
    lines += [f"  set apart {item.problem.id}: {item.reason}" for item in result.set_apart]
    failing = [f"  left out {item.problem_id}, reference {item.index}: {item.reason}" for item in result.failing_references]
    more = len(failing) - NUM_REASONS_SHOWN
    return lines + failing[:NUM_REASONS_SHOWN] + ([f"  ... and {more} more references left out"] if more > 0 else [])


def stats(problems: tyro.conf.Positional[ProblemsArg]) -> Stats:
    """Analyse a data set as the paper does: tests per problem, kinds, difficulties, share usable for symbolic execution.

    Args:
        problems: problems.jsonl.
    """
    return dataset_stats(load_problems(problems))


def summarise_stats(result: Stats) -> list[str]:
    """Return the lines the command line prints."""
    rows = result.as_table()
    width = max(len(label) for label, _ in rows)
    return [f"{label:<{width}}  {value}" for label, value in rows]


def gym(
    *,
    out: Path | None = None,
    split: Literal["train", "validation", "test"] = "train",
    count: int = 1000,
    seed: int = 0,
    depths: tuple[Literal["introductory", "interview", "competition"], ...] = ("introductory", "interview", "competition"),
    breadth: Literal["core", "full"] = "core",
    truth_out: Path | None = None,
    open_choice: bool = False,
) -> list[Problem]:
    """Generate gym problems: small, seeded, in English, with a known truth.

    Args:
        out: problems.jsonl. Without it the result is only returned and summarised.
        split: the splits share no composition.
        count: number of problems.
        seed: the same seed gives the same problems.
        depths: difficulties of the problems in turn.
        breadth: the parts that a tiny model learns within minutes, or all parts.
        truth_out: also write the problems with their hidden truth suites as tests, for measuring only.
        open_choice: problems whose statement leaves one thing open that only the public tests settle; depths and breadth do not
            apply to them, and they have no hidden suite.
    """
    if open_choice and truth_out is not None:
        raise BadInputError("problems with an open choice have no hidden truth suite: leave --truth-out (with_truth) out")
    problems = (
        gym_set.generate_open_choice(split, count=count, seed=seed)
        if open_choice
        else gym_set.generate(split, count=count, seed=seed, depths=depths, breadth=breadth)
    )
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
        out: problems.jsonl. Without it the result is only returned and summarised.
        programs_out: plausible wrong programs for them, labelled "wrong".
    """
    problems, programs = load_starter()
    if out is not None:
        save_records(out, problems)
    if programs_out is not None:
        save_records(programs_out, programs)
    return problems, programs


def summarise_gym(problems: list[Problem]) -> list[str]:
    """Return the lines the command line prints."""
    counts = Counter(problem.difficulty for problem in problems)
    return [f"{len(problems)} problems: " + ", ".join(f"{name} {count}" for name, count in counts.items())]


def summarise_starter(result: tuple[list[Problem], list[Program]]) -> list[str]:
    """Return the lines the command line prints."""
    problems, programs = result
    num_stdin = sum(problem.is_stdin for problem in problems)
    return [f"{len(problems)} problems ({num_stdin} read stdin), {len(programs)} wrong programs"]
