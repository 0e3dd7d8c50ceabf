"""Sheet: one suite of one problem made ready for judging: inputs as JSON for the guest, expected values kept here."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from symtune.domain import Case, Json, Problem, content_digest, encode_value
from symtune.errors import BadInputError, BadValueError
from symtune.judging.comparators import Comparator, find_comparator
from symtune.judging.time_limit import TimeLimit
from symtune.sandbox import Limits
from symtune.store import installed_versions

PRELUDE_KEY = "prelude"
"""Key of ``Problem.meta`` whose text runs before every program of the problem (imports that the site provides)."""


JUDGE_VERSION = 1
"""Part of every verdict's key; raised when the judge decides or words a verdict otherwise, so that older verdicts are not taken up."""


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A suite ready for judging.

    Attributes:
        inputs: JSON of the inputs, in suite order; all that a guest is told of the cases.
        inputs_digest: names them, so that a guest decodes them once.
        expected, comparators: what the host compares with, in the same order.
        limits: what a program may use.
        time_limit: how ``limits.cpu_time_s`` was measured; None where seconds were stated.
    """

    problem: Problem
    inputs: list[Any]
    inputs_digest: str
    expected: list[Any]
    comparators: list[Comparator]
    comparator_names: list[str]
    limits: Limits
    time_limit: TimeLimit | None = None

    @functools.cached_property
    def suite_digest(self) -> str:
        """Names everything but the source that a verdict depends on: cases, checker, prelude, limits, versions.

        A measured time limit stands in it as its formula and the references, not as the seconds, which differ each time.
        """
        limits: dict[str, Json] = self.limits.model_dump()
        if self.time_limit is not None:
            limits |= {"cpu_time_s": str(self.time_limit), "references": list(self.problem.references)}
        versions = installed_versions()
        return content_digest(
            {
                "judge": JUDGE_VERSION,
                "versions": {name: versions.get(name) for name in ("python", "platform", "numpy")},
                "entry_point": self.problem.entry_point,
                "prelude": self.problem.meta.get(PRELUDE_KEY, ""),
                "checker": self.problem.checker,
                "inputs": self.inputs_digest,
                "expected": [encode_value(value) for value in self.expected],
                "comparators": self.comparator_names,
                "limits": limits,
            }
        )

    @functools.cached_property
    def input_bytes(self) -> int:
        """Size of the inputs as JSON."""
        return len(json.dumps(self.inputs, separators=(",", ":")))

    def verdict_key(self, source: str, *, stop: str, isolation: str) -> str:
        """Return the key under which the verdict on a source is kept in a `symtune.store.VerdictCache`."""
        return content_digest([self.suite_digest, source, stop, isolation])

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def kind(self) -> str:
        """``stdin`` or ``function``."""
        return "stdin" if self.problem.is_stdin else "function"

    def request(self, source: str, *, start: int, stop: int) -> dict[str, Any]:
        """Return the request that runs a program on cases ``start`` to ``stop``."""
        order = self.limits.to_order()
        return {
            "kind": self.kind,
            "source": source.removeprefix("\ufeff"),  # the mark that some editors put first; Python skips it in files too
            "prelude": str(self.problem.meta.get(PRELUDE_KEY, "")),
            "entry_point": self.problem.entry_point,
            "inputs_digest": self.inputs_digest,
            "start": start,
            "stop": stop,
            "limits": {key: order[key] for key in ("cpu_time_s", "wall_time_s", "output_bytes")},
        }


def make_sheet(problem: Problem, cases: Sequence[Case], *, limits: Limits | None, is_judged: bool = True) -> Sheet:
    """Make a suite ready.

    Args:
        limits: what is set in it holds for every problem; the rest is the problem's own, and where it states none the default.
        is_judged: False for running inputs only: nothing is compared, so comparators and expected values are not looked at.

    Raises:
        BadInputError: no cases, an unknown comparator, a value without JSON form, a limit that is none; names the case.
    """
    if not cases:
        raise BadInputError(f"problem {problem.id!r} has no cases to judge by")
    inputs = [_input_form(problem, index, case) for index, case in enumerate(cases)]
    return Sheet(
        problem=problem,
        inputs=inputs,
        inputs_digest=content_digest([problem.is_stdin, inputs]),
        expected=[_expected(problem, index, case) for index, case in enumerate(cases)] if is_judged else [],
        comparators=[_comparator(problem, index, case) for index, case in enumerate(cases)] if is_judged else [],
        comparator_names=[case.comparator for case in cases] if is_judged else [],
        limits=limits_of(problem, limits),
    )


def _input_form(problem: Problem, index: int, case: Case) -> Json:
    if problem.is_stdin:
        return case.stdin
    try:
        return {
            "args": [encode_value(item) for item in case.args],
            "kwargs": {key: encode_value(item) for key, item in case.kwargs.items()},
        }
    except BadValueError as error:
        raise BadInputError(f"problem {problem.id!r}, case {index}, input: {error}") from error


def _expected(problem: Problem, index: int, case: Case) -> Any:
    try:
        encode_value(case.expected)
    except BadValueError as error:
        raise BadInputError(f"problem {problem.id!r}, case {index}, expected value: {error}") from error
    return case.expected


def _comparator(problem: Problem, index: int, case: Case) -> Comparator:
    try:
        return find_comparator(case.comparator)
    except BadInputError as error:
        raise BadInputError(f"problem {problem.id!r}, case {index}: {error}") from error


def limits_of(problem: Problem, limits: Limits | None = None) -> Limits:
    """Return the limits of a problem's programs: what is set in ``limits``, else the problem's own, else the defaults.

    Raises:
        BadInputError: a limit of the problem that is none, such as a time of -1.
    """
    stated: dict[str, Any] = {"cpu_time_s": problem.time_limit_s, "memory_bytes": problem.memory_limit_bytes}
    if problem.limits is not None:
        stated |= problem.limits.model_dump()
    stated = {name: value for name, value in stated.items() if value}
    if limits is not None:
        stated |= {name: getattr(limits, name) for name in limits.model_fields_set}
    try:
        return Limits(**stated)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInputError(f"problem {problem.id!r}, limit '{field}': {first['msg']} (got {first['input']!r})") from error
