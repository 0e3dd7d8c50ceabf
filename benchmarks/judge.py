"""Judging speed: 300 short programs with 20 cases each on two isolated workers, beside EvalPlus's `untrusted_check`.

    python benchmarks/judge.py [--programs 300] [--cases 20] [--workers 2] [--rounds 3]

Both judge the same programs (half right, half with one planted fault) on the same inputs with two at a time. EvalPlus is run from its
package as its own evaluation runs it: a process pool, one fork per program, the values compared inside that fork. Rounds of
both alternate, so that other load on the machine falls on both; the medians are printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from symtune.domain import Case, Outcome, Problem, Program
from symtune.judging import Judge

TASKS = {
    "double_all": ("def double_all(values):\n    return [2 * value for value in values]\n", "2 *", "3 *"),
    "running_sum": (
        "def running_sum(values):\n    total, sums = 0, []\n    for value in values:\n        total += value\n"
        "        sums.append(total)\n    return sums\n", "total += value", "total += value + 1",
    ),
    "count_words": (
        "from collections import Counter\n\n\ndef count_words(values):\n"
        "    return dict(Counter(str(value) for value in values))\n", "str(value)", "str(-value)",
    ),
    "sort_odd_even": (
        "def sort_odd_even(values):\n    return sorted(v for v in values if v % 2) + sorted(v for v in values if v % 2 == 0)\n",
        "v % 2 == 0", "v % 2 == 1",
    ),
    "largest_gap": (
        "def largest_gap(values):\n    ordered = sorted(values)\n"
        "    return max((b - a for a, b in zip(ordered, ordered[1:])), default=0)\n", "max(", "min(",
    ),
}  # fmt: skip


def make_workload(num_programs: int, num_cases: int) -> tuple[list[Problem], list[Program], list[bool]]:
    problems, programs, are_right = [], [], []
    for name, (source, _, _) in TASKS.items():
        namespace: dict = {}
        exec(source, namespace)
        inputs = [[(7 * i + 13 * j) % 101 - 50 for j in range(3 + i)] for i in range(num_cases)]
        cases = tuple(Case.call(values, expected=namespace[name](list(values))) for values in inputs)
        problems.append(Problem(id=name, statement="", entry_point=name, tests=cases))
    for number in range(num_programs):
        name = list(TASKS)[number % len(TASKS)]
        source, right, wrong = TASKS[name]
        is_right = (number // len(TASKS)) % 2 == 0
        source = f"# program {number}\n" + (source if is_right else source.replace(right, wrong, 1))
        programs.append(Program(problem_id=name, source=source, id=str(number)))
        are_right.append(is_right)
    return problems, programs, are_right


def judge_once(judge: Judge, problems: list[Problem], programs: list[Program]) -> tuple[float, list[bool]]:
    started_s = time.perf_counter()
    verdicts = [result.outcome is Outcome.PASSED for result in judge.judge(problems, programs)]
    return time.perf_counter() - started_s, verdicts


def check_with_evalplus(task: tuple[str, str, list, list]) -> bool:
    from evalplus.eval import untrusted_check

    source, name, inputs, expected = task
    status, _ = untrusted_check("mbpp", source, inputs, name, expected, 0, [0.01] * len(inputs), fast_check=False)
    return status == "pass"


def evalplus_once(pool: ProcessPoolExecutor, problems: list[Problem], programs: list[Program]) -> tuple[float, list[bool]]:
    by_id = {problem.id: problem for problem in problems}
    tasks = []
    for program in programs:
        cases = by_id[program.problem_id].tests
        tasks.append((program.source, program.problem_id, [list(c.args) for c in cases], [c.expected for c in cases]))
    started_s = time.perf_counter()
    verdicts = list(pool.map(check_with_evalplus, tasks))
    return time.perf_counter() - started_s, verdicts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("programs", 300), ("cases", 20), ("workers", 2), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    arguments = parser.parse_args()
    problems, programs, are_right = make_workload(arguments.programs, arguments.cases)
    try:
        import evalplus.eval  # noqa: F401
    except ImportError:
        print("evalplus is not installed, so there is no comparison; install it with: pip install evalplus")
        pool = None
    else:
        pool = ProcessPoolExecutor(arguments.workers)
        list(pool.map(abs, range(8)))
    ours_s, theirs_s = [], []
    host_s = 0.0
    with Judge(workers=arguments.workers) as judge:
        judge_once(judge, problems, programs[:20])
        for _ in range(arguments.rounds):
            started_s = time.process_time()
            seconds, verdicts = judge_once(judge, problems, programs)
            host_s += time.process_time() - started_s
            assert verdicts == are_right, "a verdict of symtune is wrong"
            ours_s.append(seconds)
            if pool is not None:
                seconds, verdicts = evalplus_once(pool, problems, programs)
                theirs_s.append(seconds)
                if verdicts != are_right:
                    print(f"note: EvalPlus gives {sum(a != b for a, b in zip(verdicts, are_right))} other verdicts")
    if pool is not None:
        pool.shutdown()
    load = os.getloadavg()[0]
    print(f"{arguments.programs} programs x {arguments.cases} cases, {arguments.workers} workers, Python {platform.python_version()},"
          f" {os.cpu_count()} cores, load {load:.1f}")
    ours = arguments.programs / statistics.median(ours_s)
    print(f"symtune, isolated:           {ours:8.1f} programs/s")
    print(f"  CPU time on the host side: {1000 * host_s / arguments.rounds / arguments.programs:8.2f} ms a program")
    if theirs_s:
        theirs = arguments.programs / statistics.median(theirs_s)
        print(f"EvalPlus untrusted_check:    {theirs:8.1f} programs/s")
        print(f"ratio:                       {ours / theirs:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
