"""`symtune VERB ...`: one table of verbs; each is one function whose arguments are the flags."""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import tyro

from symtune import __version__
from symtune.cli.progress import terminal_display
from symtune.errors import SymtuneError
from symtune.store import show_progress

VERBS: dict[str, tuple[str, str, str | None]] = {
    "import": ("symtune.cli.problems", "import_problems", "summarise_import"),
    "import-programs": ("symtune.cli.problems", "import_programs", "summarise_programs"),
    "check": ("symtune.cli.problems", "check", "summarise_check"),
    "stats": ("symtune.cli.problems", "stats", "summarise_stats"),
    "starter": ("symtune.cli.problems", "starter", "summarise_starter"),
    "gym": ("symtune.cli.problems", "gym", "summarise_gym"),
    "tests": ("symtune.cli.strengthen", "strengthen", "summarise_suites"),
    "harden": ("symtune.cli.harden", "harden", "summarise_hardening"),
    "power": ("symtune.cli.power", "power", "summarise_power"),
    "export": ("symtune.cli.export", "export", "summarise_export"),
    "sample": ("symtune.cli.sample", "sample", "summarise_samples"),
    "rollout": ("symtune.cli.rollout", "rollout", "summarise_rollout"),
    "warm-up-dialogues": ("symtune.cli.rollout", "warm_up", "summarise_rollout"),
    "judge": ("symtune.cli.judge", "judge", "summarise_judgements"),
    "explain": ("symtune.cli.explain", "explain", "summarise_explanation"),
    "serve": ("symtune.cli.serve", "serve", "summarise_service"),
    "doctor": ("symtune.cli.doctor", "doctor", "summarise_examination"),
    "train sft": ("symtune.cli.train", "sft", "summarise_training"),
    "train critic": ("symtune.cli.train", "critic", "summarise_training"),
    "train coderl": ("symtune.cli.train", "coderl", "summarise_training"),
    "train dpo": ("symtune.cli.train", "dpo", "summarise_training"),
    "train rlef": ("symtune.cli.train", "rlef", "summarise_training"),
    "evaluate": ("symtune.cli.evaluate", "evaluate", "summarise_evaluation"),
    "evaluate-critic": ("symtune.cli.evaluate", "evaluate_critic", "summarise_critic"),
    "report": ("symtune.cli.evaluate", "report", "summarise_report"),
    "run": ("symtune.cli.run", "run", "summarise_run"),
}
"""Verb -> module, function, and the function that turns its result into lines to print."""

ABOUT = {
    "import": "outside rows -> problems.jsonl",
    "import-programs": "programs that a data set publishes -> programs.jsonl",
    "check": "judge every reference on its own problem",
    "stats": "tests per problem, difficulties, share usable for symbolic execution",
    "starter": "write the embedded starter set",
    "gym": "generate gym problems",
    "tests": "grow suites by symbolic execution",
    "harden": "add cases for what the suites let through",
    "power": "how well suites tell right programs from wrong ones",
    "export": "problems -> parquet or APPS rows, for other trainers",
    "sample": "a policy writes programs",
    "rollout": "a policy plays episodes: replies, feedback on public tests, replies",
    "warm-up-dialogues": "blind guesses in dialogues, to warm a policy up on",
    "judge": "programs x problems -> judgements",
    "explain": "why a program got its verdict",
    "serve": "the judge over HTTP, also in SandboxFusion's format",
    "doctor": "which isolation this machine gives, and whether the judge keeps its promises on it",
    "train sft": "supervised warm-up",
    "train critic": "four-way critic of outcomes",
    "train coderl": "offline actor-critic fine-tuning",
    "train dpo": "direct preference optimisation",
    "train rlef": "multi-turn reinforcement learning on execution feedback",
    "evaluate": "pass@k of programs, n@k of episodes, with intervals",
    "evaluate-critic": "accuracy and error of a critic",
    "report": "tables, figures and one page",
    "run": "a whole recipe, resumable",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code: 0 done, 1 the machine failed, 2 bad input, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if arguments else 2
    if arguments[0] == "--version":
        print(f"symtune {__version__}")
        return 0
    verb = " ".join(arguments[:2]) if arguments[0] == "train" else arguments[0]
    if verb not in VERBS:
        print(f"symtune: there is no verb '{verb}'\n\n{_usage()}", file=sys.stderr)
        return 2
    return _guarded(verb, lambda: _run_verb(verb, arguments[len(verb.split()) :]))


def _usage() -> str:
    rows = "\n".join(f"  {verb:<16} {about}" for verb, about in ABOUT.items())
    return f"usage: symtune VERB [arguments]   (symtune VERB --help shows them)\n\n{rows}"


def _run_verb(verb: str, arguments: list[str]) -> int:
    module_name, function_name, summary_name = VERBS[verb]
    module = importlib.import_module(module_name)
    function: Callable[..., Any] = getattr(module, function_name)
    with show_progress(terminal_display):
        if verb.startswith("train "):
            result = function(arguments, prog=f"symtune {verb}")
        else:
            result = tyro.cli(function, args=arguments, prog=f"symtune {verb}")
    if summary_name is not None:
        print("\n".join(getattr(module, summary_name)(result)), flush=True)
    return int(getattr(result, "exit_code", 0))


def _guarded(verb: str, work: Callable[[], int]) -> int:
    try:
        return work()
    except SymtuneError as error:
        return _fail(verb, str(error), 2)
    except KeyboardInterrupt:
        return _fail(verb, "interrupted; what was finished is kept, the same command goes on from there", 130)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else (error.strerror or str(error))
        where = f" ({error.filename})" if error.filename else ""
        return _fail(verb, f"{reason}{where}; what was finished is kept, the same command goes on from there", 1)


def _fail(verb: str, message: str, code: int) -> int:
    print(f"symtune {verb}: error: {message}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
