"""Kills for the CPU time: the portfolio against CrossHair alone and against type-aware mutation alone; and memory per worker."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from suites_growing import grow, imported, sample
from suites_programs import JUDGING_LIMITS, RIGHT, WRONG

from symtune.datasets import read_programs
from symtune.evaluation.power import measure_suites
from symtune.suites import EXPLORERS

VARIANTS: dict[str, tuple[str, ...]] = {
    "portfolio": tuple(EXPLORERS),
    "CrossHair alone": ("symbolic",),
    "type-aware mutation alone": ("mutation",),
}

MIB = 1 << 20


def explorers(arguments: argparse.Namespace) -> list[str]:
    """Grow the MBPP+ suites with the whole portfolio and with one explorer, with the same budget, and count kills."""
    problems = imported(arguments, "mbpp-plus", "mbpp/MbppPlus.jsonl.gz", tests="base")
    programs = [
        one for one in read_programs(arguments.data / "mbpp/programs.jsonl.gz", format="mbpp-plus") if one.label in (WRONG, RIGHT)
    ]
    wrong = {one.problem_id for one in programs if one.label == WRONG}
    problems = sample([one for one in problems if one.id in wrong], arguments.limit)
    known = {one.id for one in problems}
    programs = [one for one in programs if one.problem_id in known]
    lines = [
        f"{len(problems)} MBPP+ problems with wrong programs, {arguments.budget_s:g} CPU seconds each.",
        "",
        "| explorers | CPU seconds given | spent | wrong programs killed | mutants killed | kills per CPU second given | spent | right programs rejected |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with PeakMemory() as memory:
        for name, chosen in VARIANTS.items():
            grown = grow(problems, arguments, name=f"explorers-{name.partition(' ')[0].lower()}", explorers=chosen)
            memory.pause()
            result, _ = measure_suites(
                grown.after, programs, workers=arguments.workers, wrong=(WRONG,), right=(RIGHT,), limits=JUDGING_LIMITS, max_references=1
            )
            memory.go_on()
            labels, mutants = result.labels, result.mutants
            num_wrong = labels[WRONG].counts.num_programs - labels[WRONG].counts.num_accepted
            num_mutants = mutants.num_killed if mutants is not None else 0
            num_rejected = labels[RIGHT].counts.num_programs - labels[RIGHT].counts.num_accepted
            given_s = len(problems) * arguments.budget_s
            lines.append(
                f"| {name} | {given_s:.0f} | {grown.cpu_s:.0f} | {num_wrong} of {labels[WRONG].counts.num_programs} | {num_mutants} | "
                f"{(num_wrong + num_mutants) / given_s:.2f} | {(num_wrong + num_mutants) / max(grown.cpu_s, 1e-9):.2f} | {num_rejected} of {labels[RIGHT].counts.num_programs} |"
            )
    peak_mib = memory.peak_bytes / MIB
    lines += ["", "A search that finds nothing new for long ends and leaves the rest of its time unspent.", f"Most memory while growing, this process and all its guests: {peak_mib:.0f} MiB for {arguments.workers} workers."]
    return lines


class PeakMemory:
    """Largest sum of resident memory of this process and all below it, looked at ten times a second; a context manager."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._is_over = threading.Event()
        self._is_on = threading.Event()
        self._is_on.set()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def pause(self) -> None:
        """Look away for a while."""
        self._is_on.clear()

    def go_on(self) -> None:
        """Look again."""
        self._is_on.set()

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            if self._is_on.is_set():
                self.peak_bytes = max(self.peak_bytes, resident_bytes([os.getpid()]))

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()


def resident_bytes(pids: Sequence[int]) -> int:
    """Return the proportional memory of processes and all below them: pages that forks share count once."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            below = [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
        pss = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
        total += int(pss.split()[1]) * 1024 + resident_bytes(below)
    return total
