"""Mutation scores of grown suites, against the tests they were grown from and the full published tests.

All three meet the same mutants. Only survivors of the grown suite are searched for a difference: a mutant that is equal survives every valid
suite, so the search is made once and not three times. Whether one called equal is told by a published test is counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from suites_growing import POWER_HEAD, grow, imported, power_row

from symtune.domain import Problem
from symtune.domain.power import MutantCounts, ProblemPower
from symtune.evaluation.power import measure_suites
from symtune.judging import compare

NUM_PAIRS = 3
"""Pairs of a LeetCode task that stand for its examples."""

MAX_PUBLISHED = 150
"""Published tests of one problem that are measured; more change no score and cost hours."""


def mutation(arguments: argparse.Namespace) -> list[str]:
    """HumanEval+ from the statement's examples, LeetCode from the first three pairs."""
    lines: list[str] = []
    if arguments.only in (None, "humaneval"):
        full = imported(arguments, "humaneval-plus", "humaneval/HumanEvalPlus.jsonl.gz", num_rows=arguments.limit, beyond=arguments.beyond)
        shown = [one.model_copy(update={"tests": one.examples, "examples": ()}) for one in full]
        lines += _section("HumanEval+, examples of the statement as tests", full, shown, arguments)
    if arguments.only in (None, "leetcode"):
        full = imported(arguments, "leetcode", "leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz", num_rows=arguments.limit, beyond=arguments.beyond)
        lines += _section("LeetCode, first three pairs as tests", full, [_first_pairs(one) for one in full], arguments)
    return lines


def _first_pairs(problem: Problem) -> Problem:
    return problem.model_copy(update={"tests": problem.cases("all").cases[:NUM_PAIRS], "examples": ()})


def _section(name: str, full: Sequence[Problem], few: Sequence[Problem], arguments: argparse.Namespace) -> list[str]:
    kept = {one.id for one in few if one.tests}
    full, few = [one for one in full if one.id in kept], [one for one in few if one.id in kept]
    short = name.partition(",")[0].lower()
    grown = grow(few, arguments, name=short)
    published = [one.model_copy(update={"tests": one.cases("all").cases[:MAX_PUBLISHED], "examples": ()}) for one in full]
    options = {"workers": arguments.workers, "max_references": 1}
    result, rows = measure_suites(
        grown.after, equal_budget_s=arguments.equal_budget_s, out=_kept(arguments, f"{short}-grown"), **options
    )
    others, of_published = measure_suites(published, out=_kept(arguments, f"{short}-published"), **options)
    num_equal = {one.problem_id: one.mutants.num_equal for one in rows if one.mutants is not None}
    counts, before = result.mutants or MutantCounts(), result.mutants_before or MutantCounts()
    comparable = [one for one in of_published if one.mutants is not None and one.problem_id in num_equal]
    theirs = {
        "num_killed": sum(one.mutants.num_killed for one in comparable if one.mutants),
        "num_mutants": sum(one.mutants.num_mutants for one in comparable if one.mutants),
        "num_equal": sum(num_equal[one.problem_id] for one in comparable),
    }
    num_same, contradicted = _contradictions(full, grown.after)
    return [
        f"### {name}",
        "",
        *POWER_HEAD,
        power_row("given tests", result.before, result.sizes_before.mean, **_of(before)),
        power_row(f"published tests, the first {MAX_PUBLISHED} at most", others.after, others.sizes.mean, **theirs),
        power_row("grown suite", result.after, result.sizes.mean, **_of(counts)),
        "",
        f"Survivors of the grown suite: {counts.num_equal} equal within bounds (set apart in every row; {counts.num_equal_by_runs} of them by "
        f"runs, without a proof over paths), {counts.num_missed} told from the reference by an input that the suite lacks, "
        f"{counts.num_undecided} undecided (they count against every suite).",
        f"Of those called equal, the published tests tell {_num_told(rows, of_published)} from the reference. Score of the grown suite with only "
        f"those set apart that are proved over paths: {counts.num_killed / (counts.num_mutants - counts.num_equal + counts.num_equal_by_runs):.1%}.",
        f"Asked: a mutation score of 95% or more for the grown suite. Inputs that a grown case shares with a published test: {num_same}; "
        f"contradicted: {len(contradicted)}{': ' + ', '.join(contradicted) if contradicted else ''}.",
        "",
        *grown.summary(),
        "",
    ]


def _num_told(rows: Sequence[ProblemPower], of_published: Sequence[ProblemPower]) -> int:
    """Return how many of the mutants called equal do not survive the published tests."""
    alive = {one.problem_id: {mutant.digest for mutant in one.survivors} for one in of_published}
    return sum(
        mutant.fate.startswith("equal") and mutant.digest not in alive.get(one.problem_id, ())
        for one in rows if one.problem_id in alive for mutant in one.survivors
    )  # fmt: skip


def _of(counts: MutantCounts) -> dict[str, int]:
    return {"num_killed": counts.num_killed, "num_mutants": counts.num_mutants, "num_equal": counts.num_equal}


def _kept(arguments: argparse.Namespace, name: str) -> Path | None:
    """Return the folder in which a measurement is kept, so that a killed one goes on where it stopped."""
    return arguments.out / f"{name}-power" if arguments.out else None


def _contradictions(full: Sequence[Problem], grown: Sequence[Problem]) -> tuple[int, list[str]]:
    """Return how many new cases have the input of a published one, and the problems in which the two expect different values."""
    num_same, contradicted = 0, []
    for published, problem in zip(full, grown, strict=True):
        known = {case.input_digest(): case for case in published.cases("all").cases}
        for case in problem.tests:
            other = known.get(case.input_digest())
            if other is not None and case.origin in (problem.suite.num_by_origin if problem.suite else {}):
                num_same += 1
                if not compare(other.comparator, case.expected, other.expected):
                    contradicted.append(problem.id)
    return num_same, contradicted
