"""Input formats of stdin problems: how many are inferred from the public examples alone, and what they are worth.

    python benchmarks/stdin_formats.py ../shared/data --limit 60

Per data set (APPS and CodeContests rows that read stdin):

    formats      a format is inferred that gives every public example back, the line break at its end aside
    hidden       share of the private inputs, which inference never saw, that the format parses and writes again token for token
    runs         share of problems where the a sound reference runs on at least half of the inputs with other counts
    symbolic     share of problems where search on typed tokens gives an input that is new and on which the reference runs

Problems without public examples stand in with their first test. Private inputs above 20,000 characters are left out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from symtune.datasets.formats import read_rows
from symtune.domain import Case, Problem, decode_value
from symtune.judging import Judge
from symtune.sandbox import Guest, Limits
from symtune.suites.contracts.learn import learn_contract
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.rules import Rules
from symtune.suites.oracle import sound_references
from symtune.suites.stdin.choose import choose_format, survival
from symtune.suites.stdin.infer import describe, fits
from symtune.suites.stdin.view import StdinView, view_of

FILES = {"apps": "apps/train.jsonl.gz", "codecontests": "codecontests/train.jsonl.gz"}
MAX_HIDDEN_CHARACTERS = 20_000
MAX_NEW_RUN = 8
MAX_REFERENCES = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with apps/ and codecontests/")
    parser.add_argument("--limit", type=int, help="use every n-th problem, so that this many remain per data set")
    parser.add_argument("--budget-s", type=float, default=4.0, help="CPU seconds of symbolic search; 0 leaves it out")
    parser.add_argument("--list", action="store_true", help="print each problem with its format")
    arguments = parser.parse_args()
    with Judge(workers=1) as judge, Guest("explore", hash_seed=1) as guest:
        for name, path in FILES.items():
            problems = [one for one in problems_of(name, arguments.folder / path) if one.is_stdin and one.references]
            if arguments.limit:
                problems = problems[:: max(1, len(problems) // arguments.limit)][: arguments.limit]
            counts: Counter[str] = Counter()
            for problem in problems:
                measure(problem, judge, guest, budget_s=arguments.budget_s, counts=counts, is_listed=arguments.list)
            report(name, len(problems), counts)


def problems_of(name: str, path: Path) -> list[Problem]:
    """Return the problems of a file."""
    return [problem for row in read_rows(name, path) if (problem := getattr(row, "problem", None)) is not None]


def measure(problem: Problem, judge: Judge, guest: Guest, *, budget_s: float, counts: Counter[str], is_listed: bool) -> None:
    """Add what one problem shows to the counts."""
    given = list(problem.examples or problem.tests[:1])
    hidden = [one.stdin or "" for one in problem.tests if one not in given and len(one.stdin or "") <= MAX_HIDDEN_CHARACTERS]
    rng = random.Random(problem.id)
    started = time.process_time()
    sound, _ = sound_references(problem.model_copy(update={"references": problem.references[:MAX_REFERENCES]}), given, judge)
    format = choose_format(problem, judge, references=sound, given=given, rng=rng)
    counts["inference_ms"] += round(1000 * (time.process_time() - started))
    if format is None or not all(fits(format, case.stdin or "") for case in given):
        counts["no_format"] += 1
        if is_listed:
            print(f"{problem.id}: no format for {(given[0].stdin or '')[:60]!r}")
        return
    counts["formats"] += 1
    num_fit = sum(fits(format, text) for text in hidden)
    counts.update(hidden=len(hidden), hidden_fit=num_fit, with_hidden=bool(hidden), all_hidden=bool(hidden) and num_fit == len(hidden))
    if not sound:
        counts["no_sound_reference"] += 1
        return
    share = survival(problem, judge, format, source=sound[0], given=given, rng=rng)
    counts["runs"] += share >= 0.5
    note = ""
    if budget_s:
        note = explore(problem, sound[0], view_of(format, given), judge, guest, budget_s=budget_s, counts=counts)
    if is_listed:
        print(f"{problem.id}: {describe(format)} | hidden {num_fit} of {len(hidden)}, runs {share:.0%} {note}")


def explore(
    problem: Problem, source: str, view: StdinView, judge: Judge, guest: Guest, *, budget_s: float, counts: Counter[str]
) -> str:
    """Search a reference on typed tokens; count whether a new input that it runs on was found."""
    contract = learn_contract(view.cases, statement=problem.statement, rules=Rules())
    execution = guest.run(
        {
            "mode": "stdin",
            "source": source,
            **view.guest_fields(),
            "examples": [{"args": case.to_json()["args"]} for case in view.cases[:5]],
            "precondition": precondition_source(contract),
            "budget_s": budget_s,
            "path_s": max(0.3, 0.2 * budget_s),
            "max_paths": None,
        },
        Limits(cpu_time_s=budget_s + 1.0, wall_time_s=2 * budget_s + 5.0, memory_bytes=1 << 30),
    )
    known = {case.stdin for case in problem.cases("all").cases}
    new: dict[str, Case] = {}
    for frame in execution.frames:
        counts.update({f"reading_{frame['reading']}": 1} if "reading" in frame else {})
        if "args" in frame:
            args = tuple(decode_value(item) for item in frame["args"])
            inside = project_input(contract, args, kwargs={}, rng=random.Random(problem.id))
            case = view.case(inside[0], {}, origin="symbolic") if inside is not None else None
            if case is not None and case.stdin not in known:
                new[case.stdin or ""] = case
    tried = list(new.values())[:MAX_NEW_RUN]
    num_run = sum(result.cause is None for result in judge.run_inputs(problem, source, tried)) if tried else 0
    counts.update(symbolic=num_run > 0, inputs=len(new), inputs_run=num_run, inputs_tried=len(tried))
    reading = next((frame for frame in execution.frames if "reading" in frame), {})
    return f"| {execution.ended}, {len(new)} new, {num_run} of {len(tried)} run, {reading}"


def report(name: str, num_problems: int, counts: Counter[str]) -> None:
    """Print the shares of one data set."""
    print(f"{name}: {num_problems} problems, {counts['inference_ms'] / max(1, num_problems) / 1000:.2f} s CPU each for inference and choice")
    rows = (
        ("formats", counts["formats"], num_problems),
        ("hidden", counts["hidden_fit"], counts["hidden"]),
        ("all hidden of a problem", counts["all_hidden"], counts["with_hidden"]),
        ("no sound reference", counts["no_sound_reference"], num_problems),
        ("runs", counts["runs"], num_problems),
        ("symbolic", counts["symbolic"], num_problems),
        ("read as tokens", counts["reading_tokens"], counts["reading_tokens"] + counts["reading_text"]),
        ("new inputs that run", counts["inputs_run"], counts["inputs_tried"]),
    )
    for title, number, total in rows:
        print(f"  {title}: {number} of {total} ({number / max(1, total):.1%})")


if __name__ == "__main__":
    main()
