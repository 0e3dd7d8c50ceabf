"""Small programs, hostile and honest, judged for real: whether the judge does on this machine what it promises.

Source: ours; the full corpus stands in the tests.
"""

from __future__ import annotations

import contextlib
from typing import Self

from pydantic import BaseModel, ConfigDict

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program
from symtune.judging.judge import Judge
from symtune.sandbox import MIB, Isolation, Limits
from symtune.sandbox.doctor import Layer, look_at_layers, missing_switches, refusal

_LIMITS = Limits(cpu_time_s=1.0, wall_time_s=30.0, memory_bytes=256 * MIB, num_processes=32, output_bytes=4 * MIB)

_DOUBLE = Problem(
    id="double", statement="Return twice the number.", entry_point="double", tests=(Case.call(21, expected=42),)
)
_TOTAL = Problem(
    id="total", statement="Read two numbers, print their sum.", tests=(Case.text("40 2\n", expected="42\n"),)
)
_PASSED, _WRONG = (Outcome.PASSED, None), (Outcome.FAILED_TEST, Cause.WRONG_VALUE)
_EARLY = (Outcome.RUNTIME_ERROR, Cause.EARLY_EXIT)

_PROGRAMS: dict[str, tuple[str, tuple[Outcome, Cause | None]]] = {
    "a right function": ("def double(n):\n    return 2 * n\n", _PASSED),
    "a right program": ("print(sum(map(int, input().split())))\n", _PASSED),
    "a right program that reads bytes": ("import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))\n", _PASSED),
    "a wrong function": ("def double(n):\n    return n\n", _WRONG),
    "exit with code 0": ("import os\n\ndef double(n):\n    os._exit(0)\n", _EARLY),
    "SystemExit": ("def double(n):\n    raise SystemExit(0)\n", _EARLY),
    "an object equal to everything": (
        "class Always:\n    __eq__ = lambda self, other: True\n\ndef double(n):\n    return Always()\n",
        (Outcome.RUNTIME_ERROR, Cause.NOT_PLAIN),
    ),
    "answers written by hand": (
        "import os\nfor fd in range(256):\n    try:\n        os.write(fd, b'{\"i\": 0, \"v\": true}\\n')\n    except OSError:\n"
        "        pass\n\ndef double(n):\n    return None\n",
        _WRONG,
    ),
    "an endless loop": ("def double(n):\n    while True:\n        pass\n", (Outcome.RUNTIME_ERROR, Cause.TIMEOUT)),
    "memory without end": ("def double(n):\n    return bytearray(1 << 34)\n", (Outcome.RUNTIME_ERROR, Cause.MEMORY)),
    "ptrace": (
        "import ctypes\n\ndef double(n):\n    ctypes.CDLL(None).ptrace(16, 1, 0, 0)\n", (Outcome.RUNTIME_ERROR, Cause.FORBIDDEN)
    ),
    "the network": (
        "import socket\n\ndef double(n):\n    try:\n        socket.socket().close()\n    except OSError:\n        return None\n    return 42\n",
        _WRONG,
    ),
    "a signal to every process": (
        "import os\n\ndef double(n):\n    for pid in [1, os.getppid(), *range(2, 200)]:\n        try:\n"
        "            os.kill(pid, 9) if pid != os.getpid() else None\n        except OSError:\n            pass\n",
        _WRONG,
    ),
    "a file left for the next program": (
        "import os, tempfile\nleft = os.path.join(tempfile.gettempdir(), 'left')\nanswer = 42 if os.path.exists(left) else None\n"
        "open(left, 'w').close()\n\ndef double(n):\n    return answer\n",
        _WRONG,
    ),
    "the file that was left": (
        "import os, tempfile\n\ndef double(n):\n    return 42 if os.listdir(tempfile.gettempdir()) else None\n", _WRONG
    ),
}  # fmt: skip
"""What is tried -> source, and the outcome and cause it must get."""


class Check(BaseModel):
    """One program that was judged to see what the judge does.

    Attributes:
        name: what was tried.
        expected, got: outcome and cause in words.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    expected: str
    got: str

    @property
    def is_met(self) -> bool:
        """Whether the verdict was the one promised."""
        return self.expected == self.got


class Examination(BaseModel):
    """What the doctor found.

    Attributes:
        isolation: the isolation looked at.
        refusal: why this machine refuses it; None when it gives it.
        layers: what programs are behind; empty after a refusal.
        checks: programs judged; empty after a refusal.
        weaker: layers of ``rlimits``, where full isolation was asked for and refused.
        advice: what to install or set for more.
    """

    model_config = ConfigDict(frozen=True)

    isolation: Isolation
    refusal: str | None = None
    layers: tuple[Layer, ...] = ()
    checks: tuple[Check, ...] = ()
    weaker: tuple[Layer, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether every layer of full isolation is on and every check was met."""
        return (
            self.refusal is None
            and all(layer.is_on for layer in self.layers if layer.is_needed)
            and all(check.is_met for check in self.checks)
        )

    @property
    def exit_code(self) -> int:
        """What the command ends with: 0 for full isolation that conforms, else 1."""
        return 0 if self.is_full and self.isolation == "namespaces" else 1

    @classmethod
    def of_refusal(cls, isolation: Isolation, reason: str) -> Self:
        """Return what can be said where the isolation asked for is not given."""
        weaker: list[Layer] = []
        if isolation == "namespaces" and refusal("rlimits") is None:
            weaker = look_at_layers("rlimits")
        return cls(isolation=isolation, refusal=reason, weaker=tuple(weaker), advice=tuple(missing_switches()))


def run_checks(isolation: Isolation = "namespaces") -> list[Check]:
    """Judge the small programs in one guest, one after the other.

    Raises:
        IsolationError: this machine does not give this isolation.
    """
    programs = [
        Program(problem_id="double" if "def double" in source else "total", source=source, id=name)
        for name, (source, _) in _PROGRAMS.items()
    ]
    checks = []
    with contextlib.closing(Judge(workers=1, isolation=isolation, limits=_LIMITS)) as judge:
        for verdict in judge.judge([_DOUBLE, _TOTAL], programs):
            expected = _PROGRAMS[verdict.program_id][1]
            got = _words(verdict.outcome, verdict.cause) if isinstance(verdict, Judgement) else f"unjudged: {verdict.reason}"
            checks.append(Check(name=verdict.program_id, expected=_words(*expected), got=got))
    return checks


def _words(outcome: Outcome, cause: Cause | None) -> str:
    return outcome.value if cause is None else f"{outcome.value} ({cause.value})"


def examine(isolation: Isolation = "namespaces") -> Examination:
    """Look at every layer of this machine's isolation, judge the small programs, and say what would give more.

    Source: ours.
    """
    reason = refusal(isolation)
    if reason is not None:
        return Examination.of_refusal(isolation, reason)
    layers = look_at_layers(isolation)
    return Examination(
        isolation=isolation,
        layers=tuple(layers),
        checks=tuple(run_checks(isolation)),
        advice=tuple(dict.fromkeys(layer.advice for layer in layers if layer.advice)),
    )
