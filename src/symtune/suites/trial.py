"""Trial: what inputs are worth. Each goes through contract, references, coverage and rivals, and what it brings is remembered.

    gain of a batch = NEW_KILL * rivals told for the first time + NEW_ARC * new branch features + NEW_LOOK * new looks

Source: ours.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

from symtune.domain import Case, decode_value
from symtune.errors import BadInputError, BadValueError
from symtune.judging import compare
from symtune.sandbox import Limits
from symtune.suites.budget import Budget
from symtune.suites.constants import constants_of
from symtune.suites.contracts.project import project_input
from symtune.suites.explorers import Input, Target, large
from symtune.suites.features import features_of
from symtune.suites.oracle import Decided, Oracle
from symtune.suites.rivals import Rivals

NEW_KILL, NEW_ARC, NEW_LOOK = 5.0, 1.0, 0.05
"""Worth of what a batch brings."""

MAX_INPUT_CHARACTERS = 4000
"""A longer input (as JSON) makes a case too large to keep, unless it is to be large."""

MAX_LARGE_CHARACTERS = 60_000
"""The same for the few cases that are to be large."""

MAX_TRACED_S = 2.0
"""Seconds that tracing one input may take; one that takes longer is dropped, unless it is to be large."""

MAX_LARGE_TRACED_S = 0.5
"""The same for a batch with inputs longer than `MAX_INPUT_CHARACTERS`; one that takes longer goes without its branches."""

MAX_GIVEN_TRACED_S = 0.25
"""The same for a given case, whose branches are then not known."""


@dataclass(frozen=True)
class Kept:
    """An input that holds up.

    Attributes:
        given: the input in argument form.
        case: the real case, expected value included.
        features: branches of the reference as numbers, looks as texts.
        kills: rivals it tells, by number.
        cpu_s: CPU seconds of the slowest reference.
    """

    given: Input
    case: Case
    features: frozenset[int | str]
    kills: frozenset[int]
    cpu_s: float


@dataclass
class Trial:
    """Tries the inputs of one problem.

    Args:
        rivals: not begun yet; or, where there is a trial before this one, its own `Rivals.anew`.
        before: an earlier trial of the same problem, whose knowledge of the given cases is taken over.

    Attributes:
        kept: what has held up so far.
        dropped: what has not, by reason.
        is_unstable: the references' answers change between runs, so nothing is kept.
    """

    target: Target
    oracle: Oracle
    rivals: Rivals
    budget: Budget
    given: Sequence[Case]
    before: InitVar[Trial | None] = None
    kept: list[Kept] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    is_unstable: bool = False
    _known: set[str] = field(default_factory=set)
    _seen: set[int | str] = field(default_factory=set)
    _seen_in_given: frozenset[int | str] = frozenset()
    _projecting: random.Random = field(default_factory=random.Random)

    def __post_init__(self, before: Trial | None) -> None:
        """Remember the given cases: their inputs, branches and looks are nothing new, and rivals they tell are told."""
        self._known = {case.input_digest() for case in self.given}
        self._projecting = random.Random(self.target.rng.random())
        self._seen_in_given = before._seen_in_given if before is not None else self._begun()
        self._seen = set(self._seen_in_given)

    def _begun(self) -> frozenset[int | str]:
        """Run rivals and reference on the given cases; return the branches and looks of these."""
        with self.budget.spent_by("rivals"):
            self.rivals.begin(self.given, reference_s=self.oracle.slowest_s)
        with self.budget.spent_by("coverage"):
            frames = self._traced(self.given, MAX_GIVEN_TRACED_S)
        branches = [feature for frame in frames for feature in frame.get("features", ())]
        looks = [features_of(case.args, case.kwargs, case.expected) for case in self.target.view.cases]
        return frozenset(branches).union(*looks)

    @property
    def is_over(self) -> bool:
        """Whether no input can hold up any more: answers change between runs, references disagree on the problem, or the contract is in doubt."""
        return self.is_unstable or self.oracle.is_ambiguous or self.oracle.is_in_doubt

    def worth(self, name: str, batch: Sequence[Input]) -> float:
        """Try the inputs of one turn of an explorer; return their gain."""
        if self.is_over:
            return 0.0
        with self.budget.spent_by(name):
            candidates = self._candidates(name, batch)
        with self.budget.spent_by("references"):
            decided = self.oracle.decide([case for _, case in candidates])
        pairs = [
            (one, verdict) for (one, _), verdict in zip(candidates, decided, strict=True) if not isinstance(verdict, str)
        ]
        self.dropped.update(verdict for verdict in decided if isinstance(verdict, str))
        with self.budget.spent_by("coverage"):
            stable = self._stable(pairs)
        with self.budget.spent_by("rivals"):
            told = self.rivals.run([verdict.case for _, verdict, _ in stable], reference_s=self.oracle.slowest_s)
        return self._remember(stable, told)

    def _candidates(self, name: str, batch: Sequence[Input]) -> list[tuple[Input, Case]]:
        """Return the distinct inputs brought inside the contract, as cases without an expected value."""
        found: list[tuple[Input, Case]] = []
        contract = self.target.contract if name != "large" else large.stretched(self.target)
        for args, kwargs in batch:
            args = self._together(args)
            inside = project_input(contract, args, kwargs=kwargs, rng=self._projecting)
            if inside is None:
                self.dropped[f"contract_{contract.fault(args, kwargs)}"] += 1
                continue
            if self._together(inside[0]) != inside[0]:
                self.dropped["contract_not_shown"] += 1
                continue
            case = self.target.view.case(*inside, origin=name)
            if case is None:
                self.dropped["not_rendered"] += 1
                continue
            try:
                digest = case.input_digest()
            except BadValueError:
                self.dropped["input_not_plain"] += 1
                continue
            if digest in self._known:
                self.dropped["duplicate"] += 1
                continue
            self._known.add(digest)
            if size_of(case) > (MAX_LARGE_CHARACTERS if name == "large" else MAX_INPUT_CHARACTERS):
                self.dropped["input_too_long"] += 1
            else:
                found.append((inside, case))
        return found

    def _together(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the arguments with those that must stand together as in one of the given cases brought so; see `Region.is_shown`."""
        if not self.target.contract.is_shown:
            return args
        places = [place for place, domain in enumerate(self.target.contract.args) if domain.kind == "fixed"]
        shown = [case.args for case in self.target.view.cases if len(case.args) == len(args)]
        if any(all(args[place] == one[place] for place in places) for one in shown):
            return args
        chosen = self._projecting.choice(shown)
        return tuple(chosen[place] if place in places else value for place, value in enumerate(args))

    def _traced(self, cases: Sequence[Case], seconds_per_input: float = MAX_TRACED_S) -> list[dict[str, Any]]:
        """Run the first reference in the other guest; return what it sent for each case."""
        if not cases:
            return []
        forms = [case.to_json() for case in cases]
        request = {
            "mode": "coverage",
            "source": self.target.references[0],
            **self.target.view.guest_fields(),
            "inputs": [{key: form[key] for key in ("args", "kwargs", "stdin") if key in form} for form in forms],
            "seconds_per_input": seconds_per_input,
        }
        execution = self.target.guest.run(request, Limits(cpu_time_s=30.0))
        frames = {frame["index"]: frame for frame in execution.frames if isinstance(frame, dict) and type(frame.get("index")) is int}
        return [frames.get(index, {}) for index in range(len(cases))]

    def _stable(self, pairs: list[tuple[Input, Decided]]) -> list[tuple[Input, Decided, list[int]]]:
        """Return what gives the same answer in the other guest, with the branches it takes."""
        stable: list[tuple[Input, Decided, list[int]]] = []
        num_unstable = 0
        cases = [verdict.case for _, verdict in pairs]
        limit_s = MAX_LARGE_TRACED_S if any(size_of(case) > MAX_INPUT_CHARACTERS for case in cases) else MAX_TRACED_S
        for (one, verdict), frame in zip(pairs, self._traced(cases, limit_s), strict=True):
            if "result" not in frame and frame.get("failed") == "OverrunError" and verdict.case.origin == "large":
                stable.append((one, verdict, []))  # tracing slows a program down many times
            elif "result" not in frame:
                self.dropped["untraced"] += 1
            elif not _agrees(verdict.case, frame["result"]):
                num_unstable += 1
            else:
                stable.append((one, verdict, frame["features"]))
        if num_unstable:
            self.dropped["answer_changes_between_runs"] += num_unstable
            self.dropped["other_answers_may_change"] += len(stable) + len(self.kept)
            self.is_unstable = True
            self.kept.clear()
            return []
        return stable

    def _remember(self, stable: list[tuple[Input, Decided, list[int]]], told: list[set[int]]) -> float:
        """Keep what holds up and return what was new; inputs that gained join the pool."""
        total = 0.0
        known_kills = frozenset().union(*(one.kills for one in self.kept)) | self.rivals.told_by_given
        for (one, verdict, arcs), kills in zip(stable, told, strict=True):
            looks = features_of(*one, verdict.case.expected)
            new_arcs, new_looks = set(arcs) - self._seen, looks - self._seen
            gain = NEW_KILL * len(kills - known_kills) + NEW_ARC * len(new_arcs)
            if gain:
                self.target.pool.append(one)
            total += gain + NEW_LOOK * len(new_looks)
            known_kills |= kills
            self._seen |= new_arcs | new_looks
            self.kept.append(Kept(one, verdict.case, frozenset({*arcs, *looks}), frozenset(kills), verdict.cpu_s))
        self.target.survivors = tuple(one for one in self.rivals.survivors if one not in self.target.proved_equal)
        self.target.constants = constants_of(self.target.survivors, self.target.constants)
        return total


def size_of(case: Case) -> int:
    """Return how many characters the input of a case has."""
    return len(case.stdin) if case.stdin is not None else len(str(case.args)) + len(str(case.kwargs))


def _agrees(case: Case, form: Any) -> bool:
    try:
        return compare(case.comparator, form if case.stdin is not None else decode_value(form), case.expected)
    except (BadInputError, TypeError):
        return False
