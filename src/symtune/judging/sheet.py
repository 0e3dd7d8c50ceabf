"""Sheet: one suite of one problem made ready for judging: inputs as JSON for the guest, expected values kept here."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from symtune.domain import Case, Problem, content_digest, encode_value
from symtune.errors import BadInputError
from symtune.judging.comparators import Comparator, find_comparator
from symtune.sandbox import Limits

PRELUDE_KEY = "prelude"
"""Key of ``Problem.meta`` whose text runs before every program of the problem (imports that the site provides)."""


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A suite ready for judging.

    Attributes:
        inputs: JSON of the inputs, in suite order; all that a guest is told of the cases.
        inputs_digest: names them, so that a guest decodes them once.
        expected, comparators: what the host compares with, in the same order.
    """

    problem: Problem
    inputs: list[Any]
    inputs_digest: str
    expected: list[Any]
    comparators: list[Comparator]
    limits: Limits

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
            "source": source,
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
        limits: limits for every problem; None takes the problem's own, and where it has none the defaults.
        is_judged: False for running inputs only: nothing is compared, so comparators are not looked up.

    Raises:
        BadInputError: no cases, an unknown comparator, an input without JSON form.
    """
    if not cases:
        raise BadInputError(f"problem {problem.id!r} has no cases to judge by")
    if problem.is_stdin:
        inputs: list[Any] = [case.stdin for case in cases]
    else:
        inputs = [
            {
                "args": [encode_value(item) for item in case.args],
                "kwargs": {key: encode_value(item) for key, item in case.kwargs.items()},
            }
            for case in cases
        ]
    return Sheet(
        problem=problem,
        inputs=inputs,
        inputs_digest=content_digest([problem.is_stdin, inputs]),
        expected=[case.expected for case in cases],
        comparators=[find_comparator(case.comparator) for case in cases] if is_judged else [],
        limits=limits or limits_of(problem),
    )


def limits_of(problem: Problem) -> Limits:
    """Return the problem's own limits, defaults where it states none."""
    limits = Limits()
    return limits.model_copy(
        update={
            "cpu_time_s": problem.time_limit_s or limits.cpu_time_s,
            "memory_bytes": problem.memory_limit_bytes or limits.memory_bytes,
        }
    )
