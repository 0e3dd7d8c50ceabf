"""symtune turns programming problems into honest training signal for code models, and trains on it.

Problems -> suites -> verdicts -> critic -> policy -> evaluation -> report. Every verb of the command line is one function
here; each is loaded when it is first used, so that judging and suite-making need no torch.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_VERBS: dict[str, str] = {
    "load_problems": "symtune.store",
}
"""Public name -> module that defines it."""


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module 'symtune' has no attribute {name!r}")
    return getattr(importlib.import_module(_VERBS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_VERBS])
