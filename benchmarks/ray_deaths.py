"""Verdicts on Ray while actors, guests and whole nodes are killed at random, against an undisturbed run on this machine.

    python benchmarks/ray_deaths.py [--programs 20000] [--nodes 2] [--every-s 1.0] [--seed 0]

A Ray cluster of several nodes runs on this machine: one head without room for workers, and nodes of one CPU each. While the Ray engine judges, a
process is drawn at random every so often and ended by SIGKILL: an actor, one of its guests, or a node (its raylet; a new node joins after it). At
the end every verdict must be that of the undisturbed run, and unjudged programs are counted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections import Counter

import psutil
import ray
from ray.cluster_utils import Cluster

from symtune.domain import Case, Judgement, Problem, Program, Unjudged
from symtune.judging.engines import judge_programs

KINDS = ("actor", "guest", "node")
SOURCES = (
    "def f(n):\n    return {factor} * n\n",
    "def f(n):\n    return {factor} * n + (n > 3)\n",
    "def f(n):\n    raise ValueError(n)\n",
    "import os\ndef f(n):\n    os._exit(0)\n",
    "def f(n:\n",
)


def make_workload(num_programs: int) -> tuple[list[Problem], list[Program]]:
    problems = [
        Problem(id=str(factor), statement="", entry_point="f", tests=tuple(Case.call(n, expected=factor * n) for n in range(8)))
        for factor in range(2, 22)
    ]
    programs = []
    for number in range(num_programs):
        factor = 2 + number // 50 % len(problems)
        source = SOURCES[number % len(SOURCES)].format(factor=factor) + f"# {number}\n"
        programs.append(Program(problem_id=str(factor), source=source, id=str(number)))
    return problems, programs


def add_node(cluster: Cluster, **settings: object) -> None:
    """Add a node; on a busy machine Ray's processes may come up too late for it, and are started again."""
    for is_last in (False, False, False, False, True):
        try:
            cluster.add_node(object_store_memory=100 << 20, **settings)
            return
        except Exception as error:  # Ray raises plain exceptions here
            if is_last:
                raise
            print(f"a node did not start: {error}", flush=True)


class Killer:
    """Kills something of the cluster every so often. It works in the main thread: Ray starts nodes in no other."""

    def __init__(self, cluster: Cluster, *, every_s: float, seed: int) -> None:
        self._cluster, self._every_s, self._random = cluster, every_s, random.Random(seed)
        self.killed: Counter[str] = Counter()

    def run(self, is_over: threading.Event) -> None:
        """Kill until it is over."""
        while not is_over.wait(self._random.expovariate(1 / self._every_s)):
            kind = self._random.choices(KINDS, (4, 4, 1))[0]
            with contextlib.suppress(psutil.Error, ProcessLookupError, IndexError):
                self._kill(kind)
                self.killed[kind] += 1

    def _kill(self, kind: str) -> None:
        if kind == "node":
            node = self._random.choice(sorted(self._cluster.worker_nodes, key=lambda node: node.node_id))
            self._cluster.remove_node(node, allow_graceful=False)
            add_node(self._cluster, num_cpus=1)
            return
        everyone = psutil.Process().children(recursive=True)
        actors = [one for one in everyone if "ray::RayWorker" in " ".join(one.cmdline())]
        chosen = actors if kind == "actor" else [child for actor in actors for child in actor.children(recursive=True)]
        os.kill(self._random.choice(chosen).pid, signal.SIGKILL)


class Collector(threading.Thread):
    """Judges on Ray beside the main thread.

    Attributes:
        has_begun, is_over: set with the first verdict, and at the end, also when judging raised.
    """

    def __init__(self, problems: list[Problem], programs: list[Program], *, workers: int) -> None:
        super().__init__(daemon=True)
        self._stream = judge_programs(problems, programs, engine="ray", workers=workers)
        self.verdicts: list[Judgement | Unjudged] = []
        self.has_begun, self.is_over = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            for verdict in self._stream:
                self.verdicts.append(verdict)
                self.has_begun.set()
        finally:
            self.has_begun.set()
            self.is_over.set()


def verdict_key(verdict: Judgement | Unjudged) -> tuple:
    """Everything of a verdict but its time."""
    return tuple((key, str(value)) for key, value in verdict.to_json().items() if key != "duration_s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind, default in (("programs", int, 20_000), ("nodes", int, 2), ("every-s", float, 1.0), ("seed", int, 0)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    arguments = parser.parse_args()
    problems, programs = make_workload(arguments.programs)
    started_s = time.monotonic()
    undisturbed = [verdict_key(verdict) for verdict in judge_programs(problems, programs, workers=2)]
    print(f"undisturbed: {len(undisturbed)} verdicts in {time.monotonic() - started_s:.0f} s", flush=True)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    cluster = Cluster()
    try:
        add_node(cluster, num_cpus=0, include_dashboard=False)
        for _ in range(arguments.nodes):
            add_node(cluster, num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        started_s = time.monotonic()
        collector = Collector(problems, programs, workers=arguments.nodes)
        killer = Killer(cluster, every_s=arguments.every_s, seed=arguments.seed)
        collector.start()
        collector.has_begun.wait()
        killer.run(collector.is_over)
        seconds, verdicts = time.monotonic() - started_s, collector.verdicts
    finally:
        ray.shutdown()
        cluster.shutdown()
    unjudged = [verdict for verdict in verdicts if isinstance(verdict, Unjudged)]
    others = sum(verdict_key(verdict) != wanted for verdict, wanted in zip(verdicts, undisturbed, strict=True)) - len(unjudged)
    print(f"killed meanwhile: {dict(killer.killed)}; {len(verdicts)} verdicts in {seconds:.0f} s")
    print(f"verdicts that differ: {others}; unjudged: {len(unjudged)}")
    for verdict in unjudged[:5]:
        print(f"  {verdict.program_id}: {verdict.reason}")
    spared = [kind for kind in KINDS if not killer.killed[kind]]
    if spared:
        print(f"nothing was killed of: {', '.join(spared)}; this run says nothing of that: judge more programs, or kill more often")
    return int(bool(others or unjudged or spared))


if __name__ == "__main__":
    sys.exit(main())
