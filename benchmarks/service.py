"""Throughput of the service beside the same judge called directly, in one run: MBPP+ programs in batches of 64 over HTTP.

    python benchmarks/service.py ../shared/data/mbpp [--programs 300] [--cases 20] [--workers 2] [--rounds 5]

The programs are those of `benchmarks/judge.py`: written by models, half right and half with one planted fault. The service runs in a
process of its own (`symtune serve`), this process is its client: requests of `http.client` over kept connections, one or two under way
at a time. Rounds alternate between direct, one connection and two, so that other load on the machine falls on all; medians are
reported, and every verdict must be the same. To reach: the service at 80% of the direct judge or more.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import datetime
import http.client
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from judge_workload import mbpp_workload

from symtune.domain import Judgement, Problem, Program, Unjudged
from symtune.judging import Judge
from symtune.store import save_records

TARGET_FRACTION = 0.8
MAX_CPU_S = 0.1
"""CPU seconds that a program may need for all its cases."""


@contextlib.contextmanager
def running_service(problems: Sequence[Problem], workers: int) -> Iterator[tuple[str, int]]:
    """Run `symtune serve` and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problems.jsonl"
        save_records(path, problems)
        command = [sys.executable, "-m", "symtune.cli.main", "serve", str(path), "--port", "0", "--workers", str(workers)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            found = re.search(r"http://([\d.]+):(\d+)", process.stdout.readline())
            assert found is not None, "the service did not start"
            try:
                yield found[1], int(found[2])
            finally:
                process.terminate()


class Client:
    """One kept connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._connection = http.client.HTTPConnection(*address)

    def judge(self, programs: Sequence[Program]) -> list[dict]:
        body = json.dumps({"programs": [program.to_json() for program in programs]})
        self._connection.request("POST", "/judge", body, {"Content-Type": "application/json"})
        reply = self._connection.getresponse()
        form = json.loads(reply.read())
        assert reply.status == 200, form
        return form["verdicts"]


def over_http(clients: Sequence[Client], programs: Sequence[Program], batch_size: int) -> list[dict]:
    """Judge in batches, each client with one under way."""
    batches = [programs[start : start + batch_size] for start in range(0, len(programs), batch_size)]
    found: list[list[dict]] = [[] for _ in batches]

    def work(number: int) -> None:
        for index in range(number, len(batches), len(clients)):
            found[index] = clients[number].judge(batches[index])

    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))
    return [form for batch in found for form in batch]


def in_batches(judge: Judge, problems: Sequence[Problem], programs: Sequence[Program], batch_size: int) -> list[Judgement | Unjudged]:
    """Judge directly, one batch after the other, as a client of the service with one connection does."""
    starts = range(0, len(programs), batch_size)
    return [verdict for start in starts for verdict in judge.judge(problems, programs[start : start + batch_size])]


def verdict_key(verdict: Judgement | Unjudged | dict) -> tuple:
    form = verdict if isinstance(verdict, dict) else verdict.to_json()
    return form["program_id"], form.get("outcome"), form.get("cause"), form.get("num_passed")


@dataclasses.dataclass
class Figures:
    """Programs a second, one number per round."""

    direct: list[float] = dataclasses.field(default_factory=list)
    direct_batches: list[float] = dataclasses.field(default_factory=list)
    one_connection: list[float] = dataclasses.field(default_factory=list)
    two_connections: list[float] = dataclasses.field(default_factory=list)


def measure(arguments: argparse.Namespace, problems: list[Problem], programs: list[Program]) -> Figures:
    figures = Figures()
    with running_service(problems, arguments.workers) as address, Judge(workers=arguments.workers) as judge:
        clients = [Client(address), Client(address)]
        ways = {
            "direct": lambda: list(judge.judge(problems, programs)),
            "direct_batches": lambda: in_batches(judge, problems, programs, arguments.batch),
            "one_connection": lambda: over_http(clients[:1], programs, arguments.batch),
            "two_connections": lambda: over_http(clients, programs, arguments.batch),
        }
        wanted = [verdict_key(verdict) for verdict in ways["direct"]()]
        ways["one_connection"]()
        for _ in range(arguments.rounds):
            for name, way in ways.items():
                started_s = time.perf_counter()
                verdicts = way()
                getattr(figures, name).append(len(programs) / (time.perf_counter() - started_s))
                others = [(key, verdict) for key, verdict in zip(wanted, verdicts, strict=True) if verdict_key(verdict) != key]
                assert not others, f"{name}: verdicts differ from the first direct run: {others}"
    return figures


def table(form: dict) -> str:
    direct = form["programs_per_s"]["direct"]
    lines = [
        f"{form['machine']}, {form['date']}; {form['num_programs']} MBPP+ programs, up to {form['num_cases']} cases each, "
        f"{form['workers']} workers, batches of {form['batch']}, {form['rounds']} rounds, load {form['load']}", "",
        "| how | programs a second (median) | lowest, highest | share of direct |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, title in (
        ("direct", "`Judge.judge`, called directly, all at once"),
        ("direct_batches", "`Judge.judge`, called directly, batches of 64"), ("one_connection", "service, one batch under way"),
        ("two_connections", "service, two batches under way"),
    ):  # fmt: skip
        rates, low, high = form["programs_per_s"][name], *form["range"][name]
        lines.append(f"| {title} | {rates} | {low}, {high} | {rates / direct:.0%} |")
    reached = "reached" if form["is_reached"] else "missed"
    return "\n".join([*lines, "", f"To reach: {TARGET_FRACTION:.0%} of direct; {reached}.", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with MbppPlus.jsonl.gz and programs.jsonl.gz")
    for name, default in (("programs", 300), ("cases", 20), ("workers", 2), ("rounds", 5), ("batch", 64)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    arguments = parser.parse_args()
    workload = mbpp_workload(
        arguments.folder, num_programs=arguments.programs, num_cases=arguments.cases, seed=0, max_cpu_s=MAX_CPU_S
    )
    problems, programs = workload.problems, workload.programs
    figures = measure(arguments, problems, programs)
    rates = {name: round(statistics.median(values), 1) for name, values in vars(figures).items()}
    form = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}",
        "date": datetime.date.today().isoformat(), "load": round(os.getloadavg()[0], 1),
        "num_programs": len(programs), "num_cases": arguments.cases, "workers": arguments.workers, "batch": arguments.batch,
        "rounds": arguments.rounds, "programs_per_s": rates,
        "range": {name: [round(min(values), 1), round(max(values), 1)] for name, values in vars(figures).items()},
        "is_reached": max(rates["one_connection"], rates["two_connections"]) >= TARGET_FRACTION * rates["direct"],
    }  # fmt: skip
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "service.json").write_text(json.dumps(form, indent=1) + "\n")
    (arguments.out / "service.md").write_text(table(form))
    print(table(form))
    return 0


if __name__ == "__main__":
    sys.exit(main())
