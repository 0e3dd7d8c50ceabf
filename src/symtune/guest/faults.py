"""What an exception out of a program means: its cause, a one-line message, the program's own lines that led to it."""

from __future__ import annotations

import errno

PROGRAM_FILE = "<program>"
_MAX_TRACE_ENTRIES, _MAX_MESSAGE_CHARS = 12, 500


def cause_of(error: BaseException) -> str:
    """Return the cause that an exception out of a program stands for."""
    if isinstance(error, SystemExit):
        return "early_exit"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC):
        return "output_limit"
    if (isinstance(error, OSError) and error.errno == errno.EAGAIN) or (
        isinstance(error, RuntimeError) and "can't start new thread" in str(error)
    ):
        return "process_limit"
    return "exception"


def describe(error: BaseException, source: str) -> dict[str, str]:
    """Return ``{"m": message, "t": trace}`` of an exception: one line, and the program's own lines that led to it."""
    try:
        name = type(error).__name__
        text = str(error)
        message = (f"{name}: {text}" if text else name)[:_MAX_MESSAGE_CHARS]
        lines = source.split("\n")
        entries = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename == PROGRAM_FILE:
                line = lines[step.tb_lineno - 1].strip() if 0 < step.tb_lineno <= len(lines) else ""
                entries.append(f"line {step.tb_lineno}, in {code.co_name}: {line}")
            step = step.tb_next
        if len(entries) > _MAX_TRACE_ENTRIES:
            half = _MAX_TRACE_ENTRIES // 2
            entries = [*entries[:half], f"... {len(entries) - 2 * half} more ...", *entries[-half:]]
        return {"m": str(message), "t": "\n".join(entries)}
    except BaseException:  # a program's own exception class may fail to print itself
        return {"m": "an exception that does not print", "t": ""}
