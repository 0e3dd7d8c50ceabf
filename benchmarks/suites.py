"""Power and validity of grown suites on the MBPP+ problems: what wrong programs they let through, what right ones they reject.

    python benchmarks/suites.py ../shared/data/mbpp --budget-s 4 --workers 2

Only the base inputs are given as tests; plus inputs and contracts are not looked at. Programs with the label
``pass_base_fail_plus`` (wrong, though the base tests accept them) should be rejected, those with ``pass_all`` accepted. Figures
are given for all problems, and for the first and second half of the file apart. The rules were chosen on the first half, measured
once on the second, and then widened by what the second half showed: the figures are no longer held out.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from symtune.domain import Judgement, Outcome, Problem, Program, Unjudged
from symtune.judging import judge
from symtune.sandbox import Limits
from symtune.store import read_jsonl
from symtune.suites import EXPLORERS, strengthen
from symtune.suites.intake import import_problems

WRONG, RIGHT = "pass_base_fail_plus", "pass_all"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with MbppPlus.jsonl.gz and programs.jsonl.gz")
    parser.add_argument("--budget-s", type=float, default=4.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--max-cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="use every n-th problem, so that this many remain")
    parser.add_argument("--labelled-only", action="store_true", help="leave out problems without labelled programs")
    parser.add_argument("--explorers", nargs="+", default=list(EXPLORERS), choices=list(EXPLORERS))
    parser.add_argument("--out", type=Path, help="keep the suites here; taken up again after a kill")
    parser.add_argument("--list", action="store_true", help="list each right program rejected and wrong one accepted")
    arguments = parser.parse_args()

    problems = list(import_problems("mbpp-plus", arguments.folder / "MbppPlus.jsonl.gz", tests="base").problems)
    half = {problem.id: "first half" if place < len(problems) / 2 else "second half" for place, problem in enumerate(problems)}
    programs = labelled_programs(arguments.folder / "programs.jsonl.gz", problems)
    if arguments.labelled_only:
        with_programs = {program.problem_id for program in programs}
        problems = [problem for problem in problems if problem.id in with_programs]
    if arguments.limit:
        problems = problems[:: max(1, len(problems) // arguments.limit)][: arguments.limit]
    started = time.monotonic()
    grown = strengthen(
        problems, budget_s=arguments.budget_s, workers=arguments.workers, seed=arguments.seed,
        max_cases=arguments.max_cases, out=arguments.out, explorers=arguments.explorers,
    )  # fmt: skip
    seconds = time.monotonic() - started
    print_growth(problems, grown, seconds)
    chosen = {problem.id for problem in grown}
    programs = [program for program in programs if program.problem_id in chosen]
    verdicts = list(judge(grown, programs, workers=arguments.workers, stop="first_failure", limits=Limits(cpu_time_s=2.0)))
    for group in ("first half", "second half", None):
        print_power(group or "all", [
            (program, verdict) for program, verdict in zip(programs, verdicts, strict=True)
            if group is None or half[program.problem_id] == group
        ])  # fmt: skip
    if arguments.list:
        print_disputed(grown, programs, verdicts)


def labelled_programs(path: Path, problems: Sequence[Problem]) -> list[Program]:
    """Return the labelled programs of these problems, wrong ones that base tests accept and right ones."""
    known = {problem.id for problem in problems}
    programs = []
    for number, row in read_jsonl(path):
        problem_id = f"Mbpp/{row['task_id']}"
        if row["label"] in (WRONG, RIGHT) and problem_id in known:
            programs.append(Program(problem_id=problem_id, source=row["code"], id=f"{problem_id}:{number}", label=row["label"]))
    return programs


def print_growth(problems: Sequence[Problem], grown: Sequence[Problem], seconds: float) -> None:
    """Print tests per problem before and after, and what became of the inputs."""
    before, after = [len(one.tests) for one in problems], [len(one.tests) for one in grown]
    records = [one.suite for one in grown if one.suite is not None]
    share = sum(new > old for new, old in zip(after, before, strict=True)) / len(grown)
    print(f"{len(grown)} problems in {seconds:.0f} s; {share:.1%} get new cases")
    print(f"tests per problem: mean {fmean(before):.2f} -> {fmean(after):.2f}, median {median(before):g} -> {median(after):g}")
    for title, counts in (
        ("new cases by origin", sum((Counter(one.num_by_origin) for one in records), Counter())),
        ("inputs dropped", sum((Counter(one.dropped) for one in records), Counter())),
        ("problems without new cases", Counter(one.skipped for one in records if one.skipped)),
    ):
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    spent: Counter[str] = Counter()
    for record in records:
        spent.update({name: round(value * 1000) for name, value in record.seconds_by_explorer.items()})
    print("seconds by explorer: " + ", ".join(f"{name} {value / 1000:.1f}" for name, value in spent.most_common()))


def print_power(title: str, judged: Sequence[tuple[Program, Judgement | Unjudged]]) -> None:
    """Print the share of wrong programs accepted and of right ones rejected."""
    accepted: dict[str, list[bool]] = {WRONG: [], RIGHT: []}
    for program, verdict in judged:
        if isinstance(verdict, Judgement) and program.label is not None:
            accepted[program.label].append(verdict.outcome is Outcome.PASSED)
    wrong, right = accepted[WRONG], accepted[RIGHT]
    num_unjudged = sum(isinstance(verdict, Unjudged) for _, verdict in judged)
    print(
        f"{title}: wrong accepted {sum(wrong)} of {len(wrong)} ({sum(wrong) / max(1, len(wrong)):.1%}), right rejected "
        f"{len(right) - sum(right)} of {len(right)} ({1 - sum(right) / max(1, len(right)):.1%}), unjudged {num_unjudged}"
    )


def print_disputed(grown: Sequence[Problem], programs: Sequence[Program], verdicts: Sequence[Judgement | Unjudged]) -> None:
    """Print each right program that is rejected, with the case, and the number of wrong ones accepted by problem."""
    by_id = {problem.id: problem for problem in grown}
    missed: Counter[str] = Counter()
    for program, verdict in zip(programs, verdicts, strict=True):
        if not isinstance(verdict, Judgement):
            print(f"unjudged {program.id}: {verdict.reason}")
        elif program.label == WRONG and verdict.outcome is Outcome.PASSED:
            missed[program.problem_id] += 1
        elif program.label == RIGHT and verdict.first_failure is not None:
            index = verdict.first_failure.case_index
            case = by_id[program.problem_id].tests[index] if index is not None else None
            where = f"{case.origin} {str(case.args)[:120]}" if case else ""
            print(f"rejected {program.id}: {where} | {verdict.first_failure.message[:160]}")
    print("wrong accepted by problem: " + ", ".join(f"{name} {count}" for name, count in missed.most_common()))


if __name__ == "__main__":
    main()
