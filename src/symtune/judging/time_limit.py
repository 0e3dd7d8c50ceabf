"""TimeLimit: CPU time as a multiple of what the problem's own references need on this machine, now.

    limit = factor * (CPU seconds of the slowest case of the slowest passing reference) + extra

A verdict then holds on a slower machine too, and a problem whose references need milliseconds does not wait ten seconds for a
program that hangs. `symtune.judging.measure` does the measuring.

Source: ours.
"""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from symtune.errors import BadConfigError

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_FORM = re.compile(rf"reference(?:\*(?P<factor>{_NUMBER}))?(?:\+(?P<extra>{_NUMBER}))?")


class TimeLimit(BaseModel):
    """CPU seconds of one case, as ``reference * factor + extra_s``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: float = Field(5.0, gt=0, description="Multiple of the reference's own CPU time. Source: ours.")
    extra_s: float = Field(0.5, ge=0, description="CPU seconds on top, for what every start costs. Source: ours.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``reference*5+0.5``, ``reference*5`` or ``reference+1``.

        Raises:
            BadConfigError: the text has another form, or the limit could be zero.
        """
        found = _FORM.fullmatch(text.replace(" ", ""))
        factor = float(found["factor"] or 1) if found else 0.0
        if found is None or factor <= 0:
            raise BadConfigError(
                f"time limit {text!r}: write seconds (2.5), or a multiple of the reference's own time (reference*5+0.5)"
            )
        return cls(factor=factor, extra_s=float(found["extra"] or 0))

    def __str__(self) -> str:
        return f"reference*{self.factor:g}+{self.extra_s:g}"

    def seconds(self, reference_s: float) -> float:
        """Return the limit for a reference that needs ``reference_s`` CPU seconds; a millisecond at least."""
        return max(self.factor * reference_s + self.extra_s, 0.001)
