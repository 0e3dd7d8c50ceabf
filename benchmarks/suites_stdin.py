"""Grown suites of programs that read stdin, and how suites grow on every data set."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from statistics import fmean, median

from suites_growing import Grown, grow, imported, sample

from symtune.datasets import read_programs
from symtune.domain import Judgement, Outcome, Problem, Program
from symtune.judging import judge

MIN_SPLIT = 4
"""From so many references on, the first half of them makes the suite and the others check it; with fewer all make it, and none is held out."""


def num_used(num_references: int) -> int:
    """Return how many references make the suite. A user gives all there are; half is what can be spared for a check."""
    return num_references // 2 if num_references >= MIN_SPLIT else num_references

PAPER = "APPS train, 2,402 tasks kept of 5,000 (48%): mean 5.16 -> 7.22, median 1 -> 5 (Sakharova et al. 2025)"


def stdin(arguments: argparse.Namespace) -> list[str]:
    """APPS and CodeContests tasks that read stdin, their public examples as the only tests."""
    lines: list[str] = []
    for name, file in (("apps", "apps/train.jsonl.gz"), ("codecontests", "codecontests/train.jsonl.gz")):
        if arguments.only not in (None, name):
            continue
        full = sample([one for one in imported(arguments, name, file) if one.is_stdin and one.references], arguments.limit, beyond=arguments.beyond)
        few = [_public_only(one) for one in full]
        grown = grow(few, arguments, name=f"stdin-{name}")
        num_new = sum(bool(one.suite and one.suite.num_by_origin) for one in grown.after)
        lines += [
            f"### {name}",
            "",
            f"{num_new} of {len(full)} tasks ({num_new / max(1, len(full)):.1%}) get new cases (asked: 80% or more).",
            _held_out(full, grown, arguments),
            *([_samples(full, grown, arguments)] if name == "apps" else []),
            "",
            *grown.summary(),
            "",
        ]
    return lines


def _public_only(problem: Problem) -> Problem:
    """Return the problem with its examples (or, where it has none, its first test) as tests, and the references that make its suite."""
    shown = problem.examples or problem.tests[:1]
    return problem.model_copy(update={"examples": (), "tests": shown, "references": problem.references[: num_used(len(problem.references))]})


def _held_out(full: Sequence[Problem], grown: Grown, arguments: argparse.Namespace) -> str:
    """Return how many references that did not make the suite, but pass the original tests, pass the suite; of problems with new cases alone."""
    programs = [
        Program(problem_id=one.id, source=source, id=f"{one.id}:reference:{number}")
        for one, after in zip(full, grown.after, strict=True)
        if after.suite is not None and after.suite.num_by_origin
        for number, source in enumerate(one.references)
        if number >= num_used(len(one.references))
    ]
    right = _passing(full, programs, arguments)
    verdicts = {one.program_id: one for one in judge(grown.after, right, workers=arguments.workers, stop="first_failure")}
    judged = [one for one in verdicts.values() if isinstance(one, Judgement)]
    failing = [one for one in judged if one.outcome is not Outcome.PASSED]
    shown = "; ".join(f"{one.program_id}: {one.first_failure.message[:100]}" for one in failing[:10] if one.first_failure)
    share = 1 - len(failing) / max(1, len(judged))
    num_checked, num_wrong = len({one.problem_id for one in judged}), len({one.problem_id for one in failing})
    return (
        f"Held-out references that pass the suite: {len(judged) - len(failing)} of {len(judged)} ({share:.1%}; asked: 99% or more), "
        f"of {num_checked} problems; {num_wrong} problems have a suite that fails some. {shown}"
    )


def _samples(full: Sequence[Problem], grown: Grown, arguments: argparse.Namespace) -> str:
    """Return how many wrong samples that pass the examples the suite catches."""
    known = {one.id for one in full}
    samples = read_programs(arguments.data / "apps/samples.jsonl.gz", format="apps")
    mine = [one for one in samples if one.problem_id in known and one.label == "fails_original"]
    pass_examples = _passing(grown.before, mine, arguments)
    wrong_ids = {one.program_id for one in pass_examples} - {one.program_id for one in _passing(full, pass_examples, arguments)}
    wrong = [one for one in pass_examples if one.program_id in wrong_ids]
    caught = len(wrong) - len(_passing(grown.after, wrong, arguments))
    return f"GPT-3.5 samples that pass the examples but fail the original tests, caught: {caught} of {len(wrong)} ({caught / max(1, len(wrong)):.1%}; asked: 80% or more)."


def _passing(problems: Sequence[Problem], programs: Sequence[Program], arguments: argparse.Namespace) -> list[Program]:
    """Return the programs that pass every test."""
    verdicts = judge(problems, programs, workers=arguments.workers, stop="first_failure")
    pairs = zip(programs, verdicts, strict=True)
    return [one for one, verdict in pairs if isinstance(verdict, Judgement) and verdict.outcome is Outcome.PASSED]


def growth(arguments: argparse.Namespace) -> list[str]:
    """Tests per problem before and after on every data set, and the share of tasks that can be used."""
    lines = [f"The paper: {PAPER}.", "", "| data set | tasks | usable | mean | median |", "|---|---|---|---|---|"]
    for name, format, file in (
        ("APPS", "apps", "apps/train.jsonl.gz"),
        ("CodeContests", "codecontests", "codecontests/train.jsonl.gz"),
        ("MBPP+ (base)", "mbpp-plus", "mbpp/MbppPlus.jsonl.gz"),
        ("HumanEval", "humaneval", "humaneval/HumanEval.jsonl.gz"),
        ("LeetCode", "leetcode", "leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz"),
        ("QuixBugs", "quixbugs", "quixbugs/quixbugs.jsonl.gz"),
    ):
        problems = imported(arguments, format, file, tests="base", num_rows=arguments.limit)
        grown = grow(problems, arguments, name=f"growth-{format}")
        before, after = [len(one.tests) for one in grown.before], [len(one.tests) for one in grown.after]
        num_usable = sum(bool(one.suite and one.suite.num_by_origin) for one in grown.after)
        lines.append(
            f"| {name} | {len(problems)} | {num_usable / len(problems):.1%} | {fmean(before):.2f} -> {fmean(after):.2f} | "
            f"{median(before):g} -> {median(after):g} |"
        )
    return [*lines, "", "Usable: the suite got new cases. Asked: 95% or more of the importable tasks."]
