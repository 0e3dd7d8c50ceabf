"""Speed and memory of the judge, in one run on two workers, isolated; a table and figures in benchmarks/results/.

    python benchmarks/judge.py [--data ../shared/data] [--rounds 5] [--verdicts 100000] [--out benchmarks/results]

MBPP+          300 programs (half right, half with one planted fault, none that hangs), up to 20 cases each; beside EvalPlus's
               `untrusted_check`, run from its package as its own evaluation runs it (a process pool, one fork per program), and
               beside the in-process bound: the same programs in two bare processes without isolation, limits or forks, with fresh
               inputs for each program and the same comparisons. "Short" draws only programs whose cases need 20 ms together.
stdin          the programs of APPS beside a new interpreter process for each case, two at a time.
latency        one short program at a time on a warm judge: from the call to the verdict.
long run       verdicts in a row: memory of host and guests after 5,000 verdicts and at the end, open descriptors.
at rest        memory of a warm worker, in its share of pages (PSS).

Rounds of what is compared alternate, so that other load on the machine falls on all of it; medians are reported. Every verdict is
checked against the known label in every round.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from judge_workload import Workload, apps_workload, mbpp_workload

from symtune.domain import Case, Outcome, Problem, Program
from symtune.judging import Judge, find_comparator
from symtune.sandbox import MIB, Limits

SHORT_CPU_S, LONG_CPU_S = 0.02, 2.0
DRAW_LIMITS, STDIN_LIMITS = Limits(cpu_time_s=0.5), Limits(cpu_time_s=4.0)
"""Programs that need more than the first are not drawn; the second then ends none of them on a busy machine."""

SETTLED_AFTER = 5_000
TARGETS = {
    "evalplus_ratio": 3.0, "bound_fraction": 0.6, "stdin_ratio": 8.0, "latency_median_ms": 10.0, "latency_p99_ms": 30.0,
    "rest_mib": 60.0,
}  # fmt: skip
_shared: dict[str, Any] = {}


def judged(judge: Judge, workload: Workload) -> float:
    """Judge a workload once; return the seconds, after checking every verdict."""
    started_s = time.perf_counter()
    verdicts = [result.outcome is Outcome.PASSED for result in judge.judge(workload.problems, workload.programs)]
    passed_s = time.perf_counter() - started_s
    assert verdicts == workload.are_right, "a verdict of symtune is wrong"
    return passed_s


def check_with_evalplus(number: int) -> bool:
    """Judge one program of the shared workload by EvalPlus's `untrusted_check`."""
    from evalplus.eval import untrusted_check

    workload: Workload = _shared["workload"]
    program = workload.programs[number]
    problem = _shared["by_id"][program.problem_id]
    source, inputs, expected = _shared["tasks"][number]
    status, _ = untrusted_check(
        "mbpp", source, inputs, problem.entry_point, expected, _tolerance(problem), [0.01] * len(inputs), fast_check=False
    )
    return status == "pass"


def _tolerance(problem: Problem) -> float:
    return 1e-6 if problem.tests[0].comparator.startswith("float_close") else 0


def share(workload: Workload) -> None:
    """Put a workload where the processes of a pool that is made next find it."""
    by_id = {problem.id: problem for problem in workload.problems}
    tasks = []
    for program in workload.programs:
        problem = by_id[program.problem_id]
        source = f"{problem.meta.get('prelude', '')}\n{program.source}"
        tasks.append((source, [list(case.args) for case in problem.tests], [case.expected for case in problem.tests]))
    comparators = {problem.id: [find_comparator(case.comparator) for case in problem.tests] for problem in workload.problems}
    _shared.update(workload=workload, by_id=by_id, tasks=tasks, comparators=comparators)


def run_bare(numbers: Sequence[int]) -> tuple[float, list[bool]]:
    """Run programs of the shared workload in this process, with nothing between them and it."""
    verdicts = []
    with open(os.devnull, "w") as sink:
        stdout, sys.stdout = sys.stdout, sink
        started_s = time.perf_counter()
        try:
            verdicts = [_passes_bare(number) for number in numbers]
        finally:
            sys.stdout = stdout
    return time.perf_counter() - started_s, verdicts


def _passes_bare(number: int) -> bool:
    source, inputs, expected = _shared["tasks"][number]
    problem_id = _shared["workload"].programs[number].problem_id
    namespace: dict[str, Any] = {"__name__": "program"}
    exec(compile(source, "<program>", "exec"), namespace)
    function = namespace[_shared["by_id"][problem_id].entry_point]
    is_right = True
    for args, wanted, compare in zip(inputs, expected, _shared["comparators"][problem_id]):
        try:
            is_right &= compare(function(*copy.deepcopy(args)), wanted)
        except Exception as error:
            is_right &= isinstance(error, KeyboardInterrupt)  # no answer is no right answer
    return is_right


def bare(pool: ProcessPoolExecutor, workload: Workload) -> float:
    """Run a workload in two bare processes; return the seconds of the slower one."""
    numbers = range(len(workload.programs))
    halves = [list(numbers[::2]), list(numbers[1::2])]
    mixed = [halves[0][::2] + halves[1][::2], halves[0][1::2] + halves[1][1::2]]
    results = list(pool.map(run_bare, mixed))
    for share_of, (_, verdicts) in zip(mixed, results):
        assert verdicts == [workload.are_right[number] for number in share_of], "a bare run has another verdict"
    return max(seconds for seconds, _ in results)


def evalplus(pool: ProcessPoolExecutor, workload: Workload) -> tuple[float, int]:
    """Judge a workload by EvalPlus; return the seconds and how many verdicts differ from the known labels."""
    started_s = time.perf_counter()
    verdicts = list(pool.map(check_with_evalplus, range(len(workload.programs))))
    return time.perf_counter() - started_s, sum(a != b for a, b in zip(verdicts, workload.are_right))


def compare_on_mbpp(workload: Workload, *, workers: int, rounds: int) -> dict[str, Any]:
    """Judge one MBPP+ workload by all three, round by round."""
    share(workload)
    ours_s, theirs_s, bare_s, num_other = [], [], [], 0
    has_evalplus = _has_evalplus()
    with (
        ProcessPoolExecutor(workers) as bare_pool, ProcessPoolExecutor(workers) as their_pool, Judge(workers=workers) as judge
    ):  # fmt: skip
        for pool in (bare_pool, their_pool):
            list(pool.map(time.sleep, [0.2] * workers))  # forks all of its processes before the judge has threads
        bare(bare_pool, workload)
        judged(judge, workload)
        if has_evalplus:
            evalplus(their_pool, workload)
        for _ in range(rounds):
            ours_s.append(judged(judge, workload))
            bare_s.append(bare(bare_pool, workload))
            if has_evalplus:
                seconds, num_other = evalplus(their_pool, workload)
                theirs_s.append(seconds)
    num = len(workload.programs)
    figures: dict[str, Any] = {
        "num_programs": num, "num_cases": workload.num_cases, "ours_per_s": num / statistics.median(ours_s),
        "bare_per_s": num / statistics.median(bare_s), "rounds_s": {"ours": ours_s, "bare": bare_s, "evalplus": theirs_s},
    }  # fmt: skip
    figures["bound_fraction"] = figures["ours_per_s"] / figures["bare_per_s"]
    if theirs_s:
        figures |= {"evalplus_per_s": num / statistics.median(theirs_s), "evalplus_other_verdicts": num_other}
        figures["evalplus_ratio"] = figures["ours_per_s"] / figures["evalplus_per_s"]
    return figures


def _has_evalplus() -> bool:
    try:
        import evalplus.eval  # noqa: F401
    except ImportError:
        print("evalplus is not installed, so there is no comparison with it; install it with: pip install evalplus")
        return False
    return True


def compare_on_stdin(workload: Workload, *, workers: int, rounds: int) -> dict[str, Any]:
    """Judge the programs that read stdin, beside a new interpreter for each case."""
    ours_s, theirs_s = [], []
    with tempfile.TemporaryDirectory() as folder, Judge(workers=workers, limits=STDIN_LIMITS) as judge:
        runs = []
        by_id = {problem.id: problem for problem in workload.problems}
        for number, program in enumerate(workload.programs):
            path = Path(folder) / f"{number}.py"
            path.write_text(program.source)
            runs += [(path, case.stdin) for case in by_id[program.problem_id].tests]
        judged(judge, workload)
        for _ in range(rounds):
            ours_s.append(judged(judge, workload))
            started_s = time.perf_counter()
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(_new_interpreter, runs))
            theirs_s.append(time.perf_counter() - started_s)
    ours, theirs = len(runs) / statistics.median(ours_s), len(runs) / statistics.median(theirs_s)
    return {
        "num_programs": len(workload.programs), "num_cases": len(runs), "ours_cases_per_s": ours, "interpreter_cases_per_s": theirs,
        "stdin_ratio": ours / theirs, "rounds_s": {"ours": ours_s, "interpreter": theirs_s},
    }  # fmt: skip


def _new_interpreter(run: tuple[Path, str]) -> int:
    done = subprocess.run(
        [sys.executable, str(run[0])], input=run[1].encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False
    )
    return done.returncode


# latency, memory

SHORT = Problem(id="short", statement="", entry_point="f", tests=tuple(Case.call(n, expected=2 * n) for n in range(5)))


def latency(*, workers: int, num: int) -> dict[str, float]:
    """Return how long one short program takes on a warm judge, one at a time, awaited and plain alike."""
    with Judge(workers=workers) as judge:
        programs = [Program(problem_id="short", source=f"def f(x):\n    return 2 * x\n# {n}", id=str(n)) for n in range(num)]

        async def each() -> list[float]:
            taken_s = []
            for program in programs:
                started_s = time.perf_counter()
                await judge.submit(SHORT, program)
                taken_s.append(time.perf_counter() - started_s)
            return taken_s

        asyncio.run(each())
        awaited_s = asyncio.run(each())
        plain_s = []
        for program in programs:
            started_s = time.perf_counter()
            list(judge.judge([SHORT], [program]))
            plain_s.append(time.perf_counter() - started_s)
    cuts = statistics.quantiles(awaited_s, n=100)
    plain_cuts = statistics.quantiles(plain_s, n=100)
    return {
        "latency_median_ms": 1000 * cuts[49], "latency_p99_ms": 1000 * cuts[98],
        "plain_median_ms": 1000 * plain_cuts[49], "plain_p99_ms": 1000 * plain_cuts[98],
    }  # fmt: skip


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


def memory_bytes(pids: Sequence[int]) -> int:
    """Return the memory of processes: their share of pages where the kernel tells it, else what is resident."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
            total += int(fields[fields.index("Pss:") + 1]) * 1024
        except PermissionError:
            fields = Path(f"/proc/{pid}/status").read_text().split()
            total += int(fields[fields.index("VmRSS:") + 1]) * 1024
    return total


def rest_mib(workload: Workload) -> float:
    """Return the memory of one worker that has judged a workload and rests."""
    with Judge(workers=1) as judge:
        judged(judge, workload)
        time.sleep(0.5)
        return memory_bytes(below(os.getpid())) / MIB


def long_run(workload: Workload, *, workers: int, num_verdicts: int) -> dict[str, Any]:
    """Judge one workload again and again; return memory and descriptors once settled and at the end."""
    marks: list[dict[str, float]] = []
    num_done, started_s = 0, time.perf_counter()
    with Judge(workers=workers) as judge:
        while num_done < num_verdicts:
            judged(judge, workload)
            before, num_done = num_done, num_done + len(workload.programs)
            if num_done // SETTLED_AFTER > before // SETTLED_AFTER or num_done >= num_verdicts:
                guests = below(os.getpid())
                marks.append({
                    "num_verdicts": num_done, "host_mib": memory_bytes([os.getpid()]) / MIB,
                    "guests_mib": memory_bytes(guests) / MIB, "num_descriptors": len(os.listdir("/proc/self/fd")),
                    "num_guest_descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in guests),
                })  # fmt: skip
    settled, last = marks[0], marks[-1]
    return {
        "num_verdicts": num_done, "per_s": num_done / (time.perf_counter() - started_s), "marks": marks,
        "host_growth_mib": last["host_mib"] - settled["host_mib"], "guest_growth_mib": last["guests_mib"] - settled["guests_mib"],
        "descriptor_growth": last["num_descriptors"] + last["num_guest_descriptors"]
        - settled["num_descriptors"] - settled["num_guest_descriptors"],
    }  # fmt: skip


# the report


def machine() -> dict[str, Any]:
    """Return what the figures were taken on."""
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count(), "model": models[0] if models else platform.machine(), "kernel": platform.release(),
        "python": platform.python_version(), "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load_at_start": os.getloadavg()[0],
    }  # fmt: skip


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = ["| what | measured | beside it | ratio | to reach |", "|---|---|---|---|---|"]
    for name, title in (("mbpp_short", "MBPP+, short programs"), ("mbpp", "MBPP+, as drawn")):
        part = figures[name]
        ours = f"{part['ours_per_s']:.0f} programs/s"
        if "evalplus_ratio" in part:
            theirs = f"EvalPlus {part['evalplus_per_s']:.0f}/s"
            lines.append(f"| {title} | {ours} | {theirs} | {part['evalplus_ratio']:.2f} | {TARGETS['evalplus_ratio']:g} |")
        bound = f"two bare processes {part['bare_per_s']:.0f}/s"
        lines.append(f"| {title} | {ours} | {bound} | {part['bound_fraction']:.2f} | {TARGETS['bound_fraction']:g} |")
    part = figures["stdin"]
    lines.append(
        f"| stdin programs of APPS | {part['ours_cases_per_s']:.0f} cases/s | new interpreters {part['interpreter_cases_per_s']:.0f}/s "
        f"| {part['stdin_ratio']:.2f} | {TARGETS['stdin_ratio']:g} |"
    )
    part = figures["latency"]
    lines.append(f"| latency, median (awaited) | {part['latency_median_ms']:.1f} ms | plain {part['plain_median_ms']:.1f} ms | | 10 ms |")
    lines.append(f"| latency, 99th percentile | {part['latency_p99_ms']:.1f} ms | plain {part['plain_p99_ms']:.1f} ms | | 30 ms |")
    lines.append(f"| a worker at rest | {figures['rest_mib']:.1f} MiB | | | 60 MiB |")
    part = figures["long_run"]
    grown = f"host {part['host_growth_mib']:+.1f} MiB, guests {part['guest_growth_mib']:+.1f} MiB, {part['descriptor_growth']:+d} descriptors"
    lines.append(f"| {part['num_verdicts']} verdicts in a row | {part['per_s']:.0f} programs/s | after {SETTLED_AFTER}: {grown} | | flat |")
    about = figures["machine"]
    lines.append("")
    lines.append(
        f"{about['cores']} cores of {about['model']}, Linux {about['kernel']}, Python {about['python']}, {about['date']}, "
        f"load {about['load_at_start']:.1f} at the start. Two workers, full isolation, medians of {figures['rounds']} rounds; "
        f"{figures['mbpp']['num_programs']} programs with {figures['mbpp']['num_cases']} cases, {figures['stdin']['num_programs']} that read stdin."
    )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run everything and write the table."""
    started_s = time.perf_counter()
    root = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("programs", 300), ("cases", 20), ("workers", 2), ("rounds", 5), ("verdicts", 100_000), ("seed", 0), ("stdin", 485)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SYMTUNE_DATA", root.parent.parent / "shared" / "data")))
    parser.add_argument("--out", type=Path, default=root / "results")
    parser.add_argument("--only", nargs="*", help="parts to run: mbpp_short mbpp stdin latency rest_mib long_run; prints figures, writes nothing")
    arguments = parser.parse_args()
    sys.stderr.write("drawing programs\n")
    figures: dict[str, Any] = {"machine": machine(), "targets": TARGETS, "rounds": arguments.rounds}

    def step(name: str, measure: Callable[[], Any]) -> None:
        if arguments.only and name not in arguments.only:
            return
        figures[name] = measure()
        print(f"{name}: done after {time.perf_counter() - started_s:.0f} s", file=sys.stderr, flush=True)

    draw = {"num_programs": arguments.programs, "num_cases": arguments.cases, "seed": arguments.seed}
    workloads = {
        name: mbpp_workload(arguments.data / "mbpp", max_cpu_s=max_cpu_s, **draw)
        for name, max_cpu_s in (("mbpp_short", SHORT_CPU_S), ("mbpp", LONG_CPU_S))
    }
    num_stdin = 0 if arguments.only and "stdin" not in arguments.only else arguments.stdin
    stdin = apps_workload(arguments.data / "apps", num_programs=num_stdin, limits=DRAW_LIMITS)
    sys.stderr.write(f"drawn after {time.perf_counter() - started_s:.0f} s\n")
    for name, workload in workloads.items():
        step(name, lambda workload=workload: compare_on_mbpp(workload, workers=arguments.workers, rounds=arguments.rounds))
    step("stdin", lambda: compare_on_stdin(stdin, workers=arguments.workers, rounds=min(arguments.rounds, 3)))
    step("latency", lambda: latency(workers=arguments.workers, num=500))
    step("rest_mib", lambda: rest_mib(workloads["mbpp_short"]))
    step("long_run", lambda: long_run(workloads["mbpp_short"], workers=arguments.workers, num_verdicts=arguments.verdicts))
    if arguments.only:
        print(json.dumps(figures, indent=1))
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "judge.json").write_text(json.dumps(figures, indent=1) + "\n")
    (arguments.out / "judge.md").write_text(table(figures))
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
