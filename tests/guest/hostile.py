"""The hostile corpus: every program in programs/hostile, and the outcome and cause it must get.

Three tables, after what an attack is after: a verdict it did not earn (FORGING), more of the machine than it was granted
(EXHAUSTING), something outside of its sandbox (ESCAPING). Most programs return the right answers exactly if their attack
worked, and None otherwise: a wrong value is then the attack that failed. Programs whose name begins with ``stdin_`` answer
the problem "total", with ``secret_`` the problem "secret", whose answers can only be found, not computed; others "double".
"""

from __future__ import annotations

import os
import platform
import sys

from symtune.domain import Cause, Outcome

COMPILE, RUNTIME, WRONG = Outcome.COMPILE_ERROR, Outcome.RUNTIME_ERROR, (Outcome.FAILED_TEST, Cause.WRONG_VALUE)
EARLY, EXCEPTION, NOT_PLAIN = (RUNTIME, Cause.EARLY_EXIT), (RUNTIME, Cause.EXCEPTION), (RUNTIME, Cause.NOT_PLAIN)
TIMEOUT, MEMORY, OUTPUT = (RUNTIME, Cause.TIMEOUT), (RUNTIME, Cause.MEMORY), (RUNTIME, Cause.OUTPUT_LIMIT)
CRASH, FORBIDDEN = (RUNTIME, Cause.CRASH), (RUNTIME, Cause.FORBIDDEN)

FORGING: dict[str, tuple[Outcome, Cause]] = {
    # exits
    "exit_at_import": EARLY,
    "exit_in_function": EARLY,
    "system_exit_at_import": (COMPILE, Cause.LOAD),
    "system_exit_in_function": EARLY,
    "exit_in_thread": EARLY,
    "exit_in_atexit": WRONG,
    "exit_in_del": EARLY,
    "exit_in_excepthook": EXCEPTION,
    "exit_in_class_property": NOT_PLAIN,
    "exit_by_alarm": EARLY,
    "exit_by_c_library": EARLY,
    "exit_by_system_call": EARLY,
    "exit_by_abort": CRASH,
    "keyboard_interrupt": EXCEPTION,
    "stdin_exit_before_output": WRONG,
    "stdin_exit_code": EARLY,
    "stdin_exit_in_thread": WRONG,
    "stdin_exit_in_atexit": WRONG,
    "stdin_abort": CRASH,
    "stdin_killed_by_itself": CRASH,
    "stdin_crash": CRASH,
    # values that lie
    "always_equal": NOT_PLAIN,
    "lying_int": WRONG,
    "lying_numbers": WRONG,
    "lying_list": WRONG,
    "lying_set": WRONG,
    "lying_str": WRONG,
    "lying_dict": WRONG,
    "lying_reduce": WRONG,
    "lying_metaclass": NOT_PLAIN,
    "lying_module": WRONG,
    "lying_numpy": NOT_PLAIN,
    "tagged_dict": WRONG,
    "huge_int": WRONG,
    "surrogate_answer": WRONG,
    # exceptions that lie
    "exception_that_lies": EXCEPTION,
    "exception_that_never_prints": TIMEOUT,
    "exception_of_a_hundred_megabytes": EXCEPTION,
    "exception_with_a_huge_name": EXCEPTION,
    "exception_of_a_lying_class": EARLY,
    "exception_of_endless_causes": EXCEPTION,
    "surrogate_exception": EXCEPTION,
    # the judge's own functions and objects
    "patched_builtins": WRONG,
    "patched_json": WRONG,
    "patched_modules": WRONG,
    "patched_channel": WRONG,
    "patched_code": WRONG,
    "patched_profile": EARLY,
    "patched_import": WRONG,
    "patched_slots": WRONG,
    "patched_sender": EARLY,
    "patched_audit": EARLY,
    "poisoned_inputs": EXCEPTION,
    "scribbled_progress": WRONG,
    "settrace": WRONG,
    "searched_frames": WRONG,
    "stdin_patched_output": EARLY,
    # answers searched for
    "secret_memory": WRONG,
    "secret_frames": WRONG,
    "secret_descriptors": WRONG,
    "secret_descriptors_of_others": WRONG,
    "secret_process_memory": WRONG,
    "secret_environments": WRONG,
    "secret_files": WRONG,
    "reads_judge_source": WRONG,
    "imports_the_judge": WRONG,
    # frames written by hand
    "forged_frames": EARLY,
    "forged_deep_frame": NOT_PLAIN,
    "forged_colliding_set": NOT_PLAIN,
    "forged_colliding_dict": NOT_PLAIN,
    "forged_million_frames": OUTPUT,
    "forged_million_lists": OUTPUT,
    "forged_bytes": EARLY,
    "forged_causes": EARLY,
    "forged_load": EXCEPTION,
    "forged_huge_int": NOT_PLAIN,
    "forged_through_proc": WRONG,
    "printed_sentinels": WRONG,
    "closed_descriptors": EARLY,
    "stdin_forged_frames": WRONG,
    "stdin_forged_failure": EARLY,
    "stdin_forged_deep_failure": EARLY,
    "stdin_answers_left_for_later_cases": WRONG,
    "stdin_closed_channels": WRONG,
    "stdin_child_answers": WRONG,
    # other processes
    "kill_everyone": WRONG,
    "signals_of_every_kind": WRONG,
    "signals_by_pipe": WRONG,
    "limits_of_others": WRONG,
    "parent_memory": WRONG,
    "ptrace": FORBIDDEN,
    "dumpable_self": WRONG,
    "stdin_kill_watcher": WRONG,
    "stdin_signals_by_pipe": WRONG,
    "stdin_limits_of_watcher": WRONG,
    "stdin_left_between_cases": WRONG,
    "stdin_missing_module": (RUNTIME, Cause.IMPORT),
    "stdin_syntax": (COMPILE, Cause.SYNTAX),
}

EXHAUSTING: dict[str, tuple[Outcome, Cause]] = {
    # time
    "endless_loop": TIMEOUT,
    "endless_loop_at_import": TIMEOUT,
    "endless_regex": TIMEOUT,
    "endless_power": TIMEOUT,
    "endless_sort": TIMEOUT,
    "endless_generator": TIMEOUT,
    "endless_factorial": TIMEOUT,
    "endless_handlers": TIMEOUT,
    "colliding_hashes": TIMEOUT,
    "ignored_signals": TIMEOUT,
    "sleep": TIMEOUT,
    "stopped_self": TIMEOUT,
    "leader_ends_first": TIMEOUT,
    "spinning_threads": WRONG,
    "stdin_endless_loop": TIMEOUT,
    "stdin_endless_atexit": TIMEOUT,
    "stdin_spinning_thread": TIMEOUT,
    "stdin_sleep": TIMEOUT,
    "stdin_stopped_self": TIMEOUT,
    # memory and recursion
    "memory": MEMORY,
    "memory_in_steps": MEMORY,
    "memory_at_once": MEMORY,
    "memory_by_text": MEMORY,
    "memory_by_decompression": MEMORY,
    "memory_in_children": MEMORY,
    "stdin_memory": MEMORY,
    "endless_recursion": EXCEPTION,
    "deep_recursion_in_c": CRASH,
    "raised_recursion_limit": CRASH if sys.version_info < (3, 12) else EXCEPTION,  # from 3.12 on C calls have their own limit
    "nested_json": EXCEPTION,
    "nested_answer": NOT_PLAIN,
    "cyclic_answer": NOT_PLAIN,
    "nested_source": (COMPILE, Cause.SYNTAX),
    # processes and threads
    "fork_bomb": TIMEOUT,
    "stdin_fork_bomb": TIMEOUT,
    "thread_bomb": (RUNTIME, Cause.PROCESS_LIMIT),
    "cpu_in_children": TIMEOUT,
    "cpu_in_unseen_children": TIMEOUT,
    "stdin_cpu_in_children": TIMEOUT,
    "detached_grandchild": WRONG,
    "comet": WRONG,
    "stopped_children": WRONG,
    # files, output, descriptors
    "full_temporary_folder": OUTPUT,
    "full_temporary_folder_by_map": CRASH,
    "sparse_files": WRONG,
    "file_too_large": OUTPUT,
    "deep_folders": WRONG,
    "large_answer": OUTPUT,
    "open_files": EXCEPTION,
    "pipes_without_end": EXCEPTION,
    "stdin_endless_output": OUTPUT,
    "stdin_endless_errors": TIMEOUT,
    "stdin_sparse_output": OUTPUT,
    "stdin_output_too_large": OUTPUT,
    "stdin_tiny_writes": TIMEOUT,
}

ESCAPING: dict[str, tuple[Outcome, Cause]] = {
    # network and other programs
    "network": EXCEPTION,
    "network_of_every_kind": WRONG,
    "sockets_by_name": WRONG,
    "subprocess": EXCEPTION,
    "raw_exec": WRONG,
    # files, devices, the kernel
    "host_files": WRONG,
    "written_files": WRONG,
    "files_changed_by_name": WRONG,
    "roots_of_others": WRONG,
    "devices": WRONG,
    "kernel_switches": WRONG,
    "kernel_log": WRONG,
    "capabilities": WRONG,
    "mount": FORBIDDEN,
    "new_namespace": FORBIDDEN,
    "user_namespace_by_clone": WRONG,
    "foreign_call_numbers": FORBIDDEN,
    "environment": WRONG,
    # things left for the next program
    "left_for_the_next": EARLY,
    "left_on_the_folder": WRONG,
    "left_on_the_lock": WRONG,
    "left_in_shared_memory": WRONG,
    "temporary_folder_closed": WRONG,
    "stdin_temporary_folder_closed": WRONG if os.geteuid() == 0 else OUTPUT,  # else it owns the folder, and shuts itself out
    "compiled_files": WRONG,
}

KERNEL_CALLS: dict[str, tuple[int, int, str]] = {
    "process_vm_writev": (311, 271, "1, None, 0, None, 0, 0"),
    "pidfd_getfd": (438, 438, "3, 0, 0"),
    "kcmp": (312, 272, "1, 1, 0, 0, 0"),
    "io_uring_setup": (425, 425, "8, None"),
    "userfaultfd": (323, 282, "0"),
    "bpf": (321, 280, "0, None, 0"),
    "keyctl": (250, 219, "0, 0, 0, 0, 0"),
    "add_key": (248, 217, "b'user', b'left', b'here', 4, -3"),
    "perf_event_open": (298, 241, "None, 0, -1, -1, 0"),
    "setns": (308, 268, "0, 0"),
    "unshare_user": (272, 97, "0x10000000"),
    "open_by_handle_at": (304, 265, "0, None, 0"),
    "clock_settime": (227, 112, "0, None"),
    "fsopen": (430, 430, "b'tmpfs', 0"),
    "personality": (135, 92, "0x0040000"),
    "pivot_root": (155, 41, "b'.', b'.'"),
    "init_module": (175, 105, "None, 0, b''"),
    "x32_getpid": (0x40000027, 117, "0, 0, 0, 0"),
}
"""Calls that only an attack makes and that end it: name -> number on x86_64 and on aarch64, arguments."""

CALLS = {f"call_{name}": FORBIDDEN for name in KERNEL_CALLS}

HOSTILE = FORGING | EXHAUSTING | ESCAPING | CALLS
"""Name -> outcome and cause."""

SEARCHING = (
    "searched_frames", "host_files", "written_files", "environment", "reads_judge_source", "imports_the_judge",
    "forged_through_proc", "limits_of_others", "dumpable_self", "network_of_every_kind", "sockets_by_name", "raw_exec",
    "files_changed_by_name", "roots_of_others", "devices", "kernel_switches", "kernel_log", "capabilities",
    "user_namespace_by_clone", "left_on_the_folder", "left_on_the_lock", "left_in_shared_memory", "compiled_files",
    *(name for name in FORGING if name.startswith("secret_")),
)  # fmt: skip
"""Programs whose first failing case must say that they got None: nothing was found, nothing worked."""


def call_source(name: str) -> str:
    """Return the program that makes one of the kernel calls."""
    x86_64, aarch64, arguments = KERNEL_CALLS[name.removeprefix("call_")]
    number = x86_64 if platform.machine() == "x86_64" else aarch64
    return f"import ctypes\n\n\ndef double(values):\n    ctypes.CDLL(None).syscall({number}, {arguments})\n    return values\n"
