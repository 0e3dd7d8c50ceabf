"""Does the judge agree with what data sets say of their own programs? References pass, wrong programs do not, labels hold.

    nice python benchmarks/agreement.py --data ../shared/data                    # everything; writes benchmarks/results/agreement.md
    nice python benchmarks/agreement.py --data ../shared/data --only quixbugs    # a part of it; only prints

Every exception stands in `agreement_exceptions.py` with the reason why it is the data's fault. The command ends with 1 when a goal is
missed, or when an exception is not explained there.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from agreement_exceptions import ATTRIBUTED, DROPPED_INPUTS, LABELS, PROBLEMS

from symtune.datasets import read_programs
from symtune.domain import Judgement, Problem, Program, Unjudged
from symtune.evaluation.check import CheckResult, check
from symtune.judging import Judge
from symtune.sandbox import MIB, Limits
from symtune.store import Progress, show_progress
from symtune.store.progress import PlainDisplay
from symtune.suites.intake import import_problems

RESULT = Path(__file__).resolve().parent / "results" / "agreement.md"
LARGE = Limits(output_bytes=1024 * MIB, memory_bytes=4096 * MIB)
"""EvalPlus gives its programs 4 GiB; some answers of its references have tens of megabytes."""

MAX_EXPECTED_BYTES = 128 * MIB
LABEL_LIMITS = LARGE.model_copy(update={"cpu_time_s": 5.0})
"""EvalPlus ends a program after 4 times the reference's time, 1 s at least; no reference of MBPP+ needs more than a second."""


class DataSet(NamedTuple):
    """A data set and the share of its problems of which a reference must pass."""

    format: str
    path: str
    goal: float
    limits: Limits | None = None


DATA_SETS = (
    DataSet("humaneval", "humaneval/HumanEval.jsonl.gz", 1.0),
    DataSet("humaneval-plus", "humaneval/HumanEvalPlus.jsonl.gz", 1.0, LARGE),
    DataSet("mbpp-plus", "mbpp/MbppPlus.jsonl.gz", 1.0, LARGE),
    DataSet("leetcode", "leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz", 0.995),
    DataSet("apps", "apps/train.jsonl.gz", 0.98),
    DataSet("codecontests", "codecontests/train.jsonl.gz", 0.98),
    DataSet("quixbugs", "quixbugs/quixbugs.jsonl.gz", 1.0),
)
LABEL_GOAL = 0.99
LABELS_COMPARED = ("pass_all", "pass_base_fail_plus", "fail_base")


class Report:
    """Markdown lines, and whether every goal was reached."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_good = True

    def add(self, *lines: str) -> None:
        self.lines += lines
        print(*lines, sep="\n", flush=True)

    def hold(self, is_reached: bool, what: str) -> None:
        if not is_reached:
            self.is_good = False
            self.add(f"- **missed**: {what}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", nargs="+", choices=[*(item.format for item in DATA_SETS), "labels"])
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    wanted = arguments.only or [*(item.format for item in DATA_SETS), "labels"]
    report = Report()
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    report.add("# Agreement with the data", "", f"{datetime.date.today()}, {machine}. Made by `python benchmarks/agreement.py`.", "")
    with show_progress(PlainDisplay):
        rows = [references(item, arguments, report) for item in DATA_SETS if item.format in wanted]
        if rows:
            report.add("## References on their own problems", "", *table(REFERENCE_HEAD, [row for row, _ in rows]), "")
            for _, notes in rows:
                report.add(*notes)
        if "quixbugs" in wanted:
            buggy_programs(arguments, report)
        if "labels" in wanted:
            labels(arguments, report)
    report.add("", "All goals reached." if report.is_good else "**A goal was missed.**")
    if arguments.only is None:
        RESULT.write_text("\n".join(report.lines) + "\n")
    sys.exit(0 if report.is_good else 1)


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    return [
        "| " + " | ".join(map(str, cells)) + " |" for cells in (head, ("---",) * len(head), *rows)
    ]


REFERENCE_HEAD = ("data set", "problems", "a reference passes", "share", "goal", "by checker", "answers taken from a reference", "cases dropped")


def references(item: DataSet, arguments: argparse.Namespace, report: Report) -> tuple[tuple[Any, ...], list[str]]:
    """Import a data set and judge its references; return the row of the table and the notes below it."""
    imported = import_problems(
        item.format, arguments.data / item.path, workers=arguments.workers, limits=item.limits,
        **({"max_expected_bytes": MAX_EXPECTED_BYTES} if item.limits else {}),
    )  # fmt: skip
    result = check(imported.problems, workers=arguments.workers, limits=item.limits)
    num_all = len(imported.problems) + len(imported.rejected)
    share = len(result.passing) / num_all
    row = (
        item.format, num_all, len(result.passing), f"{share:.2%}", f"{item.goal:.1%}",
        sum(problem.checker is not None for problem in imported.problems),
        sum(bool(problem.meta.get("reference_answers")) for problem in imported.problems),
        sum(problem.meta.get("dropped_cases", 0) for problem in imported.problems),
    )  # fmt: skip
    notes = [f"### {item.format}", ""]
    report.hold(share >= item.goal, f"{item.format}: {share:.2%} of the references pass, {item.goal:.1%} wanted")
    report.hold(not imported.rejected, f"{item.format}: rows rejected: {[(one.index, one.reason) for one in imported.rejected]}")
    report.hold(not result.num_unjudged, f"{item.format}: {result.num_unjudged} references unjudged")
    for apart in result.set_apart:
        notes.append(f"- {apart.problem.id}: {PROBLEMS.get(apart.problem.id, '')} ({first_line(apart.reason)})")
        report.hold(apart.problem.id in PROBLEMS, f"{apart.problem.id} is not explained: {apart.reason}")
    for problem in imported.problems:
        dropped = problem.meta.get("dropped_inputs")
        if dropped:
            notes.append(f"- {problem.id}: inputs left out: {dropped}: {DROPPED_INPUTS.get(problem.id, '')}")
            report.hold(problem.id in DROPPED_INPUTS, f"{problem.id}: inputs dropped without an explanation: {dropped}")
    notes += failing_references(result)
    return row, [*notes, ""] if len(notes) > 2 else []


def first_line(text: str) -> str:
    line = text.replace("|", "/").split("\\n")[0].splitlines()[0]
    return line if len(line) <= 160 else line[:160] + "..."


def failing_references(result: CheckResult) -> list[str]:
    """Return a line on the further references that do not pass problems which another one passes, by reason."""
    if not result.failing_references:
        return []
    num_all = len(result.failing_references) + sum(len(problem.references) for problem in result.passing)
    kinds = Counter(kind_of_failure(item.reason) for item in result.failing_references)
    lines = [f"- of {num_all} references of problems that one passes, {len(result.failing_references)} do not:"]
    return lines + [f"  - {count}: {kind}" for kind, count in kinds.most_common()]


def kind_of_failure(reason: str) -> str:
    return next((kind for mark, kind in ATTRIBUTED if mark in reason), f"other: {first_line(reason)}")


def buggy_programs(arguments: argparse.Namespace, report: Report) -> None:
    """Judge the wrong programs of QuixBugs: none may pass."""
    path = arguments.data / "quixbugs/quixbugs.jsonl.gz"
    problems = import_problems("quixbugs", path, workers=arguments.workers).problems
    verdicts = judged(problems, read_programs(path, format="quixbugs"), arguments.workers)
    passed = [program.program_id for program, verdict in verdicts if is_passed(verdict)]
    report.add(f"QuixBugs: {len(passed)} of {len(verdicts)} buggy programs pass.", "")
    report.hold(not passed, f"buggy programs pass: {', '.join(passed)}")


def judged(
    problems: tuple[Problem, ...], programs: list[Program], workers: int, limits: Limits | None = None
) -> list[tuple[Program, Judgement | Unjudged]]:
    with Judge(workers=workers, limits=limits) as judge, Progress(len(programs), "judging") as progress:
        verdicts = judge.judge(problems, programs, split="all", stop="first_failure", progress=progress.advance)
        return list(zip(programs, verdicts, strict=True))


def is_passed(verdict: Judgement | Unjudged) -> bool:
    return isinstance(verdict, Judgement) and verdict.cause is None


def labels(arguments: argparse.Namespace, report: Report) -> None:
    """Hold verdicts against the labels of the programs written for MBPP."""
    item = next(one for one in DATA_SETS if one.format == "mbpp-plus")
    problems = import_problems(
        item.format, arguments.data / item.path, workers=arguments.workers, limits=LARGE, max_expected_bytes=MAX_EXPECTED_BYTES
    ).problems
    programs = read_programs(arguments.data / "mbpp/programs.jsonl.gz", format="mbpp-plus")
    verdicts = judged(problems, programs, arguments.workers, LABEL_LIMITS)
    counts = Counter((program.label, outcome_of(verdict)) for program, verdict in verdicts)
    outcomes = sorted({outcome for _, outcome in counts})
    report.add("## Labels of the programs for MBPP", "")
    report.add(*table(("label", *outcomes), [
        (label, *(counts[label, outcome] for outcome in outcomes)) for label in sorted({program.label for program in programs})
    ]), "")
    compared = [(program, verdict) for program, verdict in verdicts if program.label in LABELS_COMPARED]
    agree: Callable[[Program, Judgement | Unjudged], bool] = lambda program, verdict: (  # noqa: E731
        isinstance(verdict, Judgement) and is_passed(verdict) == (program.label == "pass_all")
    )
    differing = [(program, verdict) for program, verdict in compared if not agree(program, verdict)]
    share = 1 - len(differing) / len(compared)
    report.add(f"Agreement on {', '.join(LABELS_COMPARED)}: {len(compared) - len(differing)} of {len(compared)} ({share:.2%}; goal {LABEL_GOAL:.0%}).", "")
    report.hold(share >= LABEL_GOAL, f"labels: {share:.2%} agree, {LABEL_GOAL:.0%} wanted")
    for program, verdict in differing:
        why = LABELS.get(program.program_id, LABELS.get(program.problem_id, ""))
        report.add(f"- {program.program_id}, labelled {program.label}, judged {outcome_of(verdict)}: {why} ({first_line(reason_of(verdict))})")
        report.hold(bool(why), f"{program.program_id}: the disagreement is not explained")


def outcome_of(verdict: Judgement | Unjudged) -> str:
    return verdict.outcome.value if isinstance(verdict, Judgement) else "unjudged"


def reason_of(verdict: Judgement | Unjudged) -> str:
    if isinstance(verdict, Unjudged):
        return verdict.reason
    return verdict.first_failure.message if verdict.first_failure else "every case passed"


if __name__ == "__main__":
    main()
