"""Line and branch coverage of references: the guest runs each on the inputs and tells what it reached; nothing is compared.

Every input is run in the order of the cases, so one pass gives the coverage of the first cases and of all. A program that ends
the fork costs its input: what it reached by then is lost for that input, and the next fork goes on behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symtune.domain import Case, Problem
from symtune.domain.power import CoverageCounts
from symtune.errors import BadInputError
from symtune.judging import PRELUDE_KEY
from symtune.sandbox import Guest, Limits

WORKER = "explore_lines"
"""The guest's worker."""

SECONDS_PER_INPUT = 2.0
"""CPU seconds of one traced input; tracing slows a program down twenty to fifty times."""

BUDGET_S = 10.0
"""CPU seconds of one reference on all inputs."""

MAX_FORKS = 4
"""Forks that one reference may end before the rest of its inputs is left out."""


@dataclass
class _Reached:
    lines: set[int] = field(default_factory=set)
    branches: set[int] = field(default_factory=set)


def measure_coverage(
    guest: Guest,
    problem: Problem,
    references: Sequence[str],
    *,
    cases: Sequence[Case],
    num_before: int,
    seconds_per_input: float = SECONDS_PER_INPUT,
    budget_s: float = BUDGET_S,
) -> tuple[CoverageCounts | None, CoverageCounts | None, Counter[str]]:
    """Return what the first ``num_before`` cases and what all cases reach in the references, and what went wrong, by reason.

    Returns:
        Counts before, counts now, both None when no reference could be followed; reasons begin with ``coverage_``.

    Raises:
        GuestDiedError: the guest went away.
    """
    notes: Counter[str] = Counter()
    found = []
    for source in references:
        trace = _Trace(num_before)
        try:
            trace.follow(guest, problem, source, cases=cases, limits=(seconds_per_input, budget_s))
        except BadInputError:
            notes["coverage_bad_input"] += 1
            continue
        notes.update(trace.notes)
        if trace.lines is not None:
            found.append(trace)
    if not found:
        return None, None, notes
    return _total([one.counts(one.before) for one in found]), _total([one.counts(one.after) for one in found]), notes


class _Trace:
    """What one reference reached, gathered from the frames of its forks; frames may be forged, so nothing counts that cannot be."""

    def __init__(self, num_before: int) -> None:
        self.lines: frozenset[int] | None = None
        self.num_branches = 0
        self.before, self.after = _Reached(), _Reached()
        self.notes: Counter[str] = Counter()
        self._num_before = num_before

    def follow(
        self, guest: Guest, problem: Problem, source: str, *, cases: Sequence[Case], limits: tuple[float, float]
    ) -> None:
        seconds_per_input, budget_s = limits
        request: dict[str, Any] = {
            "kind": "stdin" if problem.is_stdin else "function",
            "source": source.removeprefix("\ufeff"),
            "prelude": str(problem.meta.get(PRELUDE_KEY, "")),
            "entry_point": problem.entry_point,
            "inputs": [_input_form(problem, case) for case in cases],
            "seconds_per_input": seconds_per_input,
            "budget_s": budget_s,
        }
        order = Limits(cpu_time_s=2 * seconds_per_input + 1.0)
        start = 0
        for _ in range(MAX_FORKS):
            execution = guest.run(request | {"start": start}, order, num_steps=len(cases) - start + 2)
            frames = [frame for frame in execution.frames if isinstance(frame, dict)]
            reached = self._read(frames, len(cases))
            if any("problem" in frame for frame in frames):
                self.lines = None
                return
            if any("done" in frame for frame in frames):
                return
            self.notes["coverage_exited" if execution.ended == "finished" else f"coverage_{execution.ended}"] += 1
            if reached is None and not problem.is_stdin:  # it did not even load
                self.lines = None
                return
            reached = start - 1 if reached is None else reached
            start = max(start, reached + 1) + 1  # behind the input that ended it
            if start >= len(cases):
                return
        self.notes["coverage_given_up"] += 1

    def _read(self, frames: Sequence[dict[str, Any]], num_cases: int) -> int | None:
        """Take in the frames of a fork; return the last input that was answered, -1 for none, None when it did not load."""
        last = None
        for frame in frames:
            if "problem" in frame:
                self.notes[f"coverage_{frame['problem']}" if frame["problem"] in _PROBLEMS else "coverage_load"] += 1
            elif frame.get("done") == "budget":
                self.notes["coverage_over_budget"] += 1
            elif "index" not in frame and self.lines is None:
                self.lines, self.num_branches = frozenset(_numbers(frame.get("lines"))), _number(frame.get("branches"))
            elif _is_index(frame.get("index"), num_cases) and self.lines is not None:
                last = int(frame["index"])
                self._add(frame, last)
        return last

    def _add(self, frame: dict[str, Any], index: int) -> None:
        if frame.get("ended") in _NOTED_ENDS:
            self.notes[f"coverage_{frame['ended']}"] += 1
        for side in (self.before, self.after) if index < self._num_before else (self.after,):
            side.lines |= (self.lines or frozenset()) & set(_numbers(frame.get("lines")))
            side.branches |= {number for number in _numbers(frame.get("branches")) if number < self.num_branches}

    def counts(self, side: _Reached) -> CoverageCounts:
        """Return the counts of one side."""
        return CoverageCounts(
            num_lines=len(self.lines or ()),
            num_lines_run=len(side.lines),
            num_branches=self.num_branches,
            num_branches_taken=len(side.branches),
        )


_PROBLEMS = ("syntax", "load", "entry_point")
_NOTED_ENDS = ("raised", "overran")


def _input_form(problem: Problem, case: Case) -> Any:
    if problem.is_stdin:
        return case.stdin
    form = case.to_json()
    return {"args": form["args"], "kwargs": form["kwargs"]}


def _number(value: Any) -> int:
    return value if type(value) is int and value >= 0 else 0


def _numbers(value: Any) -> list[int]:
    return [item for item in value if type(item) is int and item >= 0] if isinstance(value, list) else []


def _is_index(value: Any, num_cases: int) -> bool:
    return type(value) is int and -1 <= value < num_cases


def _total(counts: Sequence[CoverageCounts]) -> CoverageCounts:
    sums = {name: sum(getattr(one, name) for one in counts) for name in CoverageCounts.model_fields}
    return CoverageCounts(**sums)
