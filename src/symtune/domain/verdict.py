"""Outcome, Cause, Judgement: what happened to a program that was run against a suite."""

from __future__ import annotations

import enum
from typing import Literal, Self

from pydantic import model_validator

from symtune.domain.record import Record


class Outcome(enum.Enum):
    """The four outcomes, from worst to best; `rank` is their number 0..3 in the paper's MAE.

    Source: Sakharova et al. 2025; Le et al. 2022 (CodeRL), section 3.2.
    """

    COMPILE_ERROR = "compile_error"
    RUNTIME_ERROR = "runtime_error"
    FAILED_TEST = "failed_test"
    PASSED = "passed"

    @property
    def rank(self) -> int:
        """0 for compile_error up to 3 for passed."""
        return _RANKS[self]

    def __lt__(self, other: Outcome) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Outcome) -> bool:
        return self.rank <= other.rank


_RANKS = {outcome: rank for rank, outcome in enumerate(Outcome)}


class Cause(enum.Enum):
    """The finer why of an outcome that is not ``passed``.

    compile_error: syntax, import, load (another exception while the module loads), entry_point (it is not there).
    runtime_error: exception, timeout, memory, output_limit, process_limit, early_exit (ended without an answer), crash (a signal),
    forbidden (a call the sandbox ends), not_plain (the answer is no plain value), import (a stdin program's missing module).
    failed_test: wrong_value.
    """

    SYNTAX = "syntax"
    IMPORT = "import"
    LOAD = "load"
    ENTRY_POINT = "entry_point"
    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    EARLY_EXIT = "early_exit"
    CRASH = "crash"
    FORBIDDEN = "forbidden"
    NOT_PLAIN = "not_plain"
    WRONG_VALUE = "wrong_value"


class FirstFailure(Record):
    """The first case, in suite order, that the program did not pass.

    Attributes:
        case_index: its index in the suite; None when the program failed before any case (a compile error).
        cause: why.
        message: one line: the exception, or expected against got, shortened.
        trace: the traceback in the program's own lines, or an empty string.
        got: a short text of the value or output the program gave, or None.
    """

    case_index: int | None
    cause: Cause
    message: str
    trace: str = ""
    got: str | None = None


class Judgement(Record):
    """One program against one suite. Its outcome is that of the worst case; rewards are computed from it, never stored.

    Attributes:
        cause: why it did not pass; None exactly when it passed.
        num_passed: cases passed, of ``num_cases``.
        duration_s: wall seconds the program ran.
    """

    problem_id: str
    program_id: str
    outcome: Outcome
    cause: Cause | None
    num_passed: int
    num_cases: int
    first_failure: FirstFailure | None = None
    duration_s: float = 0.0

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        is_passed = self.outcome is Outcome.PASSED
        if is_passed != (self.cause is None) or is_passed != (self.first_failure is None):
            raise ValueError("exactly a judgement that is not 'passed' has a cause and a first failure")
        if is_passed != (self.num_passed == self.num_cases):
            raise ValueError("'passed' means that every case passed")
        return self

    @property
    def pass_fraction(self) -> float:
        """Share of the cases passed, 0..1; 1.0 for an empty suite that was passed."""
        return self.num_passed / self.num_cases if self.num_cases else float(self.outcome is Outcome.PASSED)


class Unjudged(Record):
    """A program without a verdict because the judge, not the program, failed. Never a reward, never in a metric.

    Attributes:
        fault: ``judge`` when it broke (too many of these stop a run), ``input`` when what it was given cannot be judged: an
            unknown problem, no cases, a value that does not decode, an id used twice.
    """

    problem_id: str
    program_id: str
    reason: str
    fault: Literal["judge", "input"] = "judge"
