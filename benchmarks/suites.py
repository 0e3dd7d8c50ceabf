"""Power, validity, size and cost of grown suites on public data: one command per claim.

    python benchmarks/suites.py mbpp        wrong MBPP programs accepted, right ones rejected, cases that break MBPP+'s contracts
    python benchmarks/suites.py mutation    mutation scores on HumanEval+ and LeetCode, against the base and the published tests
    python benchmarks/suites.py stdin       APPS and CodeContests programs that read stdin
    python benchmarks/suites.py quixbugs    buggy programs caught from the right program and three cases
    python benchmarks/suites.py growth      tests per problem before and after, tasks usable, against the paper's figures
    python benchmarks/suites.py explorers   kills for the CPU time: the portfolio against CrossHair alone and mutation alone; memory

Each takes ``--limit`` for a sample and ``--write``, which puts its section into benchmarks/results/suites.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import suites_explorers
import suites_mutation
import suites_programs
import suites_stdin

RESULTS = Path(__file__).parent / "results"

COMMANDS: dict[str, Callable[[argparse.Namespace], list[str]]] = {
    "mbpp": suites_programs.mbpp,
    "mutation": suites_mutation.mutation,
    "stdin": suites_stdin.stdin,
    "quixbugs": suites_programs.quixbugs,
    "growth": suites_stdin.growth,
    "explorers": suites_explorers.explorers,
}
"""Name -> experiment: from the arguments to the lines of its section."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=list(COMMANDS))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--budget-s", type=float, default=8.0, help="CPU seconds per problem")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--max-cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="use every n-th problem, so that this many remain (of each data set)")
    parser.add_argument("--beyond", type=int, help="stdin, mutation: leave out the problems that a --limit of so many takes, so that others are measured")
    parser.add_argument("--only", help="stdin, mutation: one data set alone: apps, codecontests, humaneval, leetcode")
    parser.add_argument("--labelled-only", action="store_true", help="mbpp: leave out problems without labelled programs")
    parser.add_argument("--equal-budget-s", type=float, default=2.0, help="CPU seconds to prove a surviving mutant equal")
    parser.add_argument("--out", type=Path, help="folder in which suites are kept and taken up again after a kill")
    parser.add_argument("--write", action="store_true", help="put the section into benchmarks/results/suites.md")
    arguments = parser.parse_args()
    lines = COMMANDS[arguments.experiment](arguments)
    print("\n".join(lines))
    if arguments.write:
        write_section(arguments.experiment, lines)


def write_section(name: str, lines: list[str]) -> None:
    """Keep the lines of one section and write the page of all sections anew."""
    path = RESULTS / "suites.json"
    sections = json.loads(path.read_text()) if path.exists() else {}
    sections[name] = lines
    path.write_text(json.dumps(sections, indent=1) + "\n")
    page = ["# Grown suites", "", "Written by `python benchmarks/suites.py <section> --write`.", ""]
    for one in COMMANDS:
        if one in sections:
            page += [f"## {one}", "", *sections[one], ""]
    (RESULTS / "suites.md").write_text("\n".join(page))


if __name__ == "__main__":
    main()
