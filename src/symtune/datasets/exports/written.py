"""What an export wrote, and what it could not carry over, by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from symtune.domain import Problem

Prompt = Callable[[Problem], str]
"""Makes the text that a model is asked with."""


@dataclass
class Written:
    """What came of an export.

    Attributes:
        paths: the files.
        num_problems, num_cases: written.
        left_out_problems: problems that the format cannot hold, by reason.
        left_out_cases: cases that it cannot hold, by reason.
        changed: what reads back otherwise than it was, by name.
    """

    paths: tuple[Path, ...] = ()
    num_problems: int = 0
    num_cases: int = 0
    left_out_problems: Counter[str] = field(default_factory=Counter)
    left_out_cases: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
