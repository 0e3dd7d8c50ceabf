"""symtune turns programming problems into honest training signal for code models, and trains on it.

Problems -> suites -> verdicts -> critic -> policy -> evaluation -> report. Every verb of the command line is one function
here; each is loaded when it is first used, so that judging and suite-making need no torch.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC: dict[str, str] = {
    "load_problems": "symtune.cli.arguments",
    "load_programs": "symtune.cli.arguments",
    "load_verdicts": "symtune.cli.arguments",
    "import_problems": "symtune.cli.problems",
    "import_programs": "symtune.cli.problems",
    "check": "symtune.cli.problems",
    "stats": "symtune.cli.problems",
    "starter": "symtune.cli.problems",
    "gym": "symtune.cli.problems",
    "strengthen": "symtune.cli.strengthen",
    "harden": "symtune.cli.harden",
    "power": "symtune.cli.power",
    "export": "symtune.cli.export",
    "sample": "symtune.cli.sample",
    "judge": "symtune.cli.judge",
    "explain": "symtune.judging",
    "reward": "symtune.rollout.reward",
    "train_sft": "symtune.training",
    "train_critic": "symtune.training",
    "train_coderl": "symtune.training",
    "train_dpo": "symtune.training",
    "train_rlef": "symtune.training",
    "evaluate": "symtune.cli.evaluate",
    "evaluate_critic": "symtune.cli.evaluate",
    "write_report": "symtune.report",
    "run": "symtune.cli.run",
    "Problem": "symtune.domain",
    "Program": "symtune.domain",
    "Case": "symtune.domain",
    "Judgement": "symtune.domain",
    "Outcome": "symtune.domain",
}
"""Public name -> module that defines it."""


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'symtune' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
