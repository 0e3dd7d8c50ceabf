"""Verdicts while processes of the judge are killed at random, against an undisturbed run.

    python benchmarks/judge_deaths.py [--programs 20000] [--workers 2] [--every-s 1.0] [--seed 0]

Every so often one process below this one is drawn at random and ended by SIGKILL: the outermost process of a guest, its server, the fork
of a program or one case of it. At the end every verdict must be that of the undisturbed run; the exit code says whether it is.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from symtune.domain import Case, Judgement, Problem, Program, Unjudged
from symtune.judging import Judge

CALLED = (
    "def f(n):\n    return {factor} * n\n", "def f(n):\n    return {factor} * n + (n > 3)\n", "def f(n):\n    raise ValueError(n)\n",
    "import os\ndef f(n):\n    os._exit(0)\n", "def f(n:\n",
)  # fmt: skip
READING = ("print({factor} * int(input()))\n", "print(input())\n", "raise SystemExit(3)\n")


def make_workload(num_programs: int) -> tuple[list[Problem], list[Program]]:
    """Return problems of both kinds and programs of every outcome for them."""
    problems, programs = [], []
    for factor in range(2, 22):
        called = tuple(Case.call(n, expected=factor * n) for n in range(8))
        reading = tuple(Case.text(f"{n}\n", expected=f"{factor * n}\n") for n in range(3))
        problems.append(Problem(id=f"called-{factor}", statement="", entry_point="f", tests=called))
        problems.append(Problem(id=f"reading-{factor}", statement="", tests=reading))
    for number in range(num_programs):
        kind, sources = ("called", CALLED) if number % 4 else ("reading", READING)
        factor = 2 + number // 50 % 20
        source = sources[number // 4 % len(sources)].format(factor=factor) + f"# {number}\n"
        programs.append(Program(problem_id=f"{kind}-{factor}", source=source, id=str(number)))
    return problems, programs


def below(pid: int) -> list[int]:
    """Return the pids of all processes below one."""
    found = []
    try:
        children = [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return []
    for child in children:
        found += [child, *below(child)]
    return found


class Killer(threading.Thread):
    """Kills a process below this one every so often."""

    def __init__(self, *, every_s: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.every_s, self.draws = every_s, random.Random(seed)
        self.num_kills, self.is_over = 0, threading.Event()

    def run(self) -> None:
        """Kill until it is over."""
        while not self.is_over.wait(self.every_s * self.draws.uniform(0.5, 1.5)):
            pids = below(os.getpid())
            if pids:
                try:
                    os.kill(self.draws.choice(pids), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.num_kills += 1


def verdicts(judge: Judge, problems: Sequence[Problem], programs: Sequence[Program]) -> list[Judgement | Unjudged]:
    """Return all verdicts without what differs between any two runs, their durations."""
    results = judge.judge(problems, programs)
    return [result.model_copy(update={"duration_s": 0.0}) if isinstance(result, Judgement) else result for result in results]


def main() -> int:
    """Judge twice, once while processes are killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every-s", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    problems, programs = make_workload(arguments.programs)
    with Judge(workers=arguments.workers) as judge:
        undisturbed = verdicts(judge, problems, programs)
        killer = Killer(every_s=arguments.every_s, seed=arguments.seed)
        started_s = time.monotonic()
        killer.start()
        disturbed = verdicts(judge, problems, programs)
        killer.is_over.set()
        killer.join()
    other = [(a, b) for a, b in zip(undisturbed, disturbed, strict=True) if a != b]
    num_unjudged = sum(isinstance(result, Unjudged) for result in disturbed)
    causes = Counter(str(result.cause) for result in undisturbed if isinstance(result, Judgement))
    print(f"{len(programs)} programs, {killer.num_kills} kills in {time.monotonic() - started_s:.0f} s; causes: {dict(causes)}")
    print(f"other verdicts: {len(other)}, of them unjudged: {num_unjudged}")
    for before, after in other[:5]:
        print(f"  {before}\n  {after}")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
