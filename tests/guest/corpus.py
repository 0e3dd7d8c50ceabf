"""The corpus: two small problems, and every program in programs/ with the verdict it must get.

A hostile program that "fails a test" returned or printed something wrong and gained nothing by its attack.
"""

from __future__ import annotations

from pathlib import Path

from symtune.domain import Case, Cause, Outcome, Problem, Program
from symtune.sandbox import MIB, Limits

FOLDER = Path(__file__).parent / "programs"
LIMITS = Limits(cpu_time_s=0.8, wall_time_s=3.5, memory_bytes=256 * MIB, num_processes=32, output_bytes=8 * MIB)

DOUBLE = Problem(
    id="double",
    statement="Return the list of the doubled numbers.",
    entry_point="double",
    tests=tuple(Case.call(list(numbers), expected=[2 * n for n in numbers]) for numbers in ((3,), (1, 2), (5, -3, 7))),
)
TOTAL = Problem(
    id="total",
    statement="Read n, then n numbers on one line; print their sum.",
    tests=(
        Case.text("3\n1 2 3\n", expected="6\n"),
        Case.text("2\r\n10 -4\r\n", expected="6"),
        Case.text("1\n5", expected="5\n"),
    ),
)

_COMPILE, _RUNTIME, _WRONG = Outcome.COMPILE_ERROR, Outcome.RUNTIME_ERROR, (Outcome.FAILED_TEST, Cause.WRONG_VALUE)

HOSTILE: dict[str, tuple[Outcome, Cause]] = {
    # exits
    "exit_at_import": (_RUNTIME, Cause.EARLY_EXIT),
    "exit_in_function": (_RUNTIME, Cause.EARLY_EXIT),
    "system_exit_at_import": (_COMPILE, Cause.LOAD),
    "system_exit_in_function": (_RUNTIME, Cause.EARLY_EXIT),
    "exit_in_thread": (_RUNTIME, Cause.EARLY_EXIT),
    "exit_in_atexit": _WRONG,
    "exit_in_del": (_RUNTIME, Cause.EARLY_EXIT),
    # lies
    "always_equal": (_RUNTIME, Cause.NOT_PLAIN),
    "lying_int": _WRONG,
    "lying_list": _WRONG,
    "lying_str": _WRONG,
    "lying_dict": _WRONG,
    "lying_reduce": _WRONG,
    "patched_builtins": _WRONG,
    "patched_json": _WRONG,
    "patched_modules": _WRONG,
    "patched_channel": _WRONG,
    "settrace": _WRONG,
    "searched_frames": _WRONG,
    "forged_frames": (_RUNTIME, Cause.EARLY_EXIT),
    "printed_sentinels": _WRONG,
    "closed_descriptors": (_RUNTIME, Cause.EARLY_EXIT),
    "kill_everyone": _WRONG,
    "parent_memory": _WRONG,
    "ptrace": (_RUNTIME, Cause.FORBIDDEN),
    "new_namespace": (_RUNTIME, Cause.FORBIDDEN),
    "mount": (_RUNTIME, Cause.FORBIDDEN),
    "exception_that_lies": (_RUNTIME, Cause.EXCEPTION),
    # exhaustion
    "endless_loop": (_RUNTIME, Cause.TIMEOUT),
    "endless_loop_at_import": (_RUNTIME, Cause.TIMEOUT),
    "endless_regex": (_RUNTIME, Cause.TIMEOUT),
    "endless_power": (_RUNTIME, Cause.TIMEOUT),
    "ignored_signals": (_RUNTIME, Cause.TIMEOUT),
    "sleep": (_RUNTIME, Cause.TIMEOUT),
    "stopped_self": (_RUNTIME, Cause.TIMEOUT),
    "memory": (_RUNTIME, Cause.MEMORY),
    "memory_in_steps": (_RUNTIME, Cause.MEMORY),
    "endless_recursion": (_RUNTIME, Cause.EXCEPTION),
    "deep_recursion_in_c": (_RUNTIME, Cause.CRASH),
    "fork_bomb": (_RUNTIME, Cause.TIMEOUT),
    "thread_bomb": (_RUNTIME, Cause.PROCESS_LIMIT),
    "detached_grandchild": _WRONG,
    "full_temporary_folder": (_RUNTIME, Cause.OUTPUT_LIMIT),
    "deep_folders": _WRONG,
    "large_answer": (_RUNTIME, Cause.OUTPUT_LIMIT),
    "nested_answer": (_RUNTIME, Cause.NOT_PLAIN),
    "cyclic_answer": (_RUNTIME, Cause.NOT_PLAIN),
    "nested_source": (_COMPILE, Cause.SYNTAX),
    # escapes
    "network": (_RUNTIME, Cause.EXCEPTION),
    "subprocess": (_RUNTIME, Cause.EXCEPTION),
    "host_files": _WRONG,
    "written_files": _WRONG,
    "environment": _WRONG,
    "reads_judge_source": _WRONG,
    "left_for_the_next": (_RUNTIME, Cause.EARLY_EXIT),
    # programs that read stdin
    "stdin_exit_before_output": _WRONG,
    "stdin_exit_code": (_RUNTIME, Cause.EARLY_EXIT),
    "stdin_endless_output": (_RUNTIME, Cause.OUTPUT_LIMIT),
    "stdin_tiny_writes": (_RUNTIME, Cause.TIMEOUT),
    "stdin_endless_loop": (_RUNTIME, Cause.TIMEOUT),
    "stdin_forged_frames": _WRONG,
    "stdin_forged_failure": (_RUNTIME, Cause.EARLY_EXIT),
    "stdin_kill_watcher": _WRONG,
    "stdin_left_between_cases": _WRONG,
    "stdin_missing_module": (_RUNTIME, Cause.IMPORT),
    "stdin_crash": (_RUNTIME, Cause.CRASH),
    "stdin_memory": (_RUNTIME, Cause.MEMORY),
    "stdin_syntax": (_COMPILE, Cause.SYNTAX),
}
"""Name -> outcome and cause. Programs that look for something return None when it is not there, else what they found."""

FINDS_NOTHING = ("searched_frames", "host_files", "written_files", "environment", "reads_judge_source")
"""Programs of which the first failing case must say that they got None: there was nothing to find."""


def program(kind: str, name: str) -> Program:
    """Return one program of the corpus; its name says which of the two problems it answers."""
    source = (FOLDER / kind / f"{name}.py").read_text()
    return Program(problem_id="total" if name.startswith("stdin_") else "double", source=source, id=f"{kind}/{name}")


def names(kind: str) -> list[str]:
    """Return the names of all program files of a kind."""
    return sorted(path.stem for path in (FOLDER / kind).glob("*.py"))
