"""Mutation scores of grown suites, against the tests they were grown from and the full published tests."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from suites_growing import grow, imported, power_rows, sample

from symtune.domain import Problem
from symtune.domain.power import PowerResult
from symtune.evaluation.power import measure_suites
from symtune.judging import compare

NUM_PAIRS = 3
"""Pairs of a LeetCode task that stand for its examples."""

MAX_PUBLISHED = 150
"""Published tests of one problem that are measured; more change no score and cost hours."""


def mutation(arguments: argparse.Namespace) -> list[str]:
    """HumanEval+ from the statement's examples, LeetCode from the first three pairs."""
    humaneval = imported(arguments, "humaneval-plus", "humaneval/HumanEvalPlus.jsonl.gz")
    leetcode = imported(arguments, "leetcode", "leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz")
    shown = [one.model_copy(update={"tests": one.examples, "examples": ()}) for one in humaneval]
    lines: list[str] = []
    for name, full, few in (
        ("HumanEval+, examples of the statement as tests", humaneval, shown),
        ("LeetCode, first three pairs as tests", leetcode, [_first_pairs(one) for one in leetcode]),
    ):
        kept = sample([one.id for one in few if one.tests], arguments.limit)  # type: ignore[arg-type, list-item]
        lines += _section(name, [one for one in full if one.id in kept], [one for one in few if one.id in kept], arguments)
    return lines


def _first_pairs(problem: Problem) -> Problem:
    return problem.model_copy(update={"tests": problem.cases("all").cases[:NUM_PAIRS], "examples": ()})


def _section(name: str, full: Sequence[Problem], few: Sequence[Problem], arguments: argparse.Namespace) -> list[str]:
    grown = grow(few, arguments, name=name.partition(",")[0].lower())
    published = [one.model_copy(update={"tests": one.cases("all").cases[:MAX_PUBLISHED], "examples": ()}) for one in full]
    results: list[tuple[str, PowerResult]] = []
    for suite, problems in (("given tests", few), ("published tests", published), ("grown suite", grown.after)):
        result, _ = measure_suites(problems, workers=arguments.workers, equal_budget_s=arguments.equal_budget_s, max_references=1)
        results.append((suite, result))
    num_same, contradicted = _contradictions(full, grown.after)
    return [
        f"### {name}",
        "",
        *power_rows(results),
        "",
        f"Asked: a mutation score of 95% or more for the grown suite. Inputs that a grown case shares with a published test: {num_same}; "
        f"contradicted: {len(contradicted)}{': ' + ', '.join(contradicted) if contradicted else ''}.",
        "",
        *grown.summary(),
        "",
    ]


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
