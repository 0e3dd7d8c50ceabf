"""Grown suites against programs whose truth is known: MBPP's labelled ones and QuixBugs' buggy ones."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from suites_growing import Grown, grow, imported, sample

from symtune.datasets import read_programs
from symtune.domain import Judgement, Outcome, Problem, Program
from symtune.domain.power import PowerResult, ProblemPower
from symtune.evaluation.power import measure_suites
from symtune.sandbox import Limits

WRONG, RIGHT = "pass_base_fail_plus", "pass_all"

JUDGING_LIMITS = Limits(cpu_time_s=2.0)


def mbpp(arguments: argparse.Namespace) -> list[str]:
    """Wrong MBPP programs that base tests accept should be rejected, right ones accepted; plus inputs and contracts are not looked at."""
    problems = imported(arguments, "mbpp-plus", "mbpp/MbppPlus.jsonl.gz", tests="base")
    every = read_programs(arguments.data / "mbpp/programs.jsonl.gz", format="mbpp-plus")
    programs = [one for one in every if one.label in (WRONG, RIGHT)]
    if arguments.labelled_only:
        labelled = {one.problem_id for one in programs}
        problems = [one for one in problems if one.id in labelled]
    problems = sample(problems, arguments.limit)
    # the statement and the base tests alone make the suite; the published contract comes back for measuring
    contracts = {one.id: one.meta.get("contract") for one in problems}
    blind = [one.model_copy(update={"meta": {key: value for key, value in one.meta.items() if key != "contract"}}) for one in problems]
    grown = grow(blind, arguments, name="mbpp")
    seen = [one.model_copy(update={"meta": one.meta | {"contract": contracts[one.id]}}) for one in grown.after]
    known = {one.id for one in seen}
    result, rows = measure_suites(
        seen, [one for one in programs if one.problem_id in known], workers=arguments.workers, max_mutants=0,
        wrong=(WRONG,), right=(RIGHT,), limits=JUDGING_LIMITS,
    )  # fmt: skip
    return [
        f"MBPP+ references, base inputs as the only tests, {arguments.budget_s:g} CPU seconds a problem, at most {arguments.max_cases} new cases.",
        "",
        *_asked(result),
        "",
        *grown.summary(),
        "",
        *_rejections(grown, rows),
        *_acceptances(rows),
    ]


def _asked(result: PowerResult) -> list[str]:
    wrong, right = result.labels[WRONG].counts, result.labels[RIGHT].counts
    num_rejected = right.num_programs - right.num_accepted
    published = result.invalid_cases.get("published")
    lines = [
        "| figure | asked | measured |",
        "|---|---|---|",
        f"| wrong programs accepted | 5% at most | {wrong.num_accepted} of {wrong.num_programs} ({wrong.num_accepted / max(1, wrong.num_programs):.1%}) |",
        f"| right programs rejected | 1% at most | {num_rejected} of {right.num_programs} ({num_rejected / max(1, right.num_programs):.1%}) |",
    ]
    if published is not None and published.value is not None:
        lines.append(f"| cases that break the published contract | 1% at most | {published.value:.2%} of the new cases |")
        lines += ["", f"Broken promises: {result.faults.get('published', {})}."]
    return lines


def _rejections(grown: Grown, rows: Sequence[ProblemPower]) -> list[str]:
    by_id = {one.id: one for one in grown.after}
    found = [one for row in rows for one in row.misjudged if one.outcome is not Outcome.PASSED]
    return ["Right programs rejected:", "", *(f"- {_failure(by_id[one.problem_id], one)}" for one in found), ""] if found else []


def _failure(problem: Problem, judgement: Judgement) -> str:
    failure = judgement.first_failure
    index = failure.case_index if failure is not None else None
    if failure is None or index is None:
        return judgement.program_id
    case = problem.tests[index] if index < len(problem.tests) else None
    shown = f"{case.origin} {str(case.args)[:100]}" if case is not None else ""
    return f"{judgement.program_id}: {shown}: {failure.message[:140]}"


def _acceptances(rows: Sequence[ProblemPower]) -> list[str]:
    counts = {row.problem_id: sum(one.outcome is Outcome.PASSED for one in row.misjudged) for row in rows}
    found = sorted(((count, name) for name, count in counts.items() if count), reverse=True)
    return ["Wrong programs accepted, by problem: " + ", ".join(f"{name} {count}" for count, name in found) + "."] if found else []


def quixbugs(arguments: argparse.Namespace) -> list[str]:
    """From the right program and three cases alone, the buggy program is to be caught."""
    full = sample(imported(arguments, "quixbugs", "quixbugs/quixbugs.jsonl.gz"), arguments.limit)
    problems = [one.model_copy(update={"examples": (), "tests": one.cases("all").cases[:3]}) for one in full]
    buggy = read_programs(arguments.data / "quixbugs/quixbugs.jsonl.gz", format="quixbugs")
    known = {one.id for one in problems}
    programs: list[Program] = [one for one in buggy if one.problem_id in known]
    grown = grow(problems, arguments, name="quixbugs")
    result, rows = measure_suites(
        grown.after, programs, workers=arguments.workers, max_mutants=0, wrong=("wrong",), limits=JUDGING_LIMITS
    )
    counts = result.labels["wrong"].counts
    return [
        f"The right program and three cases, {arguments.budget_s:g} CPU seconds: {counts.num_programs - counts.num_accepted} of "
        f"{counts.num_programs} buggy programs caught (asked: 30 of 31; the three cases alone: {counts.num_programs - counts.num_accepted_before}).",
        "",
        *_acceptances(rows),
        "",
        *grown.summary(),
    ]
