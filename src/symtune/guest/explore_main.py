"""Run a program that reads stdin as ``__main__``, with real descriptors 0 and 1, several times in one process.

Source: ours.
"""

from __future__ import annotations

import atexit
import builtins
import functools
import linecache
import os
import sys
import tempfile
import threading
import types

import explore_program
from stdin_case import let_go_of_main

FILE_NAME = f"<{explore_program.MODULE_NAME}>"
MAX_OUTPUT_BYTES = 1 << 22


def compiled(source, prelude):
    """Return the code objects of prelude and source; the source's lines are known to tracebacks."""
    linecache.cache[FILE_NAME] = (len(source), None, source.splitlines(True), FILE_NAME)
    pairs = ((prelude, "<prelude>"), (source, FILE_NAME))
    return [compile(text, name, "exec", dont_inherit=True) for text, name in pairs if text]


def run_main(codes, stdin, around):
    """Run the program on a text and return what it wrote.

    Args:
        codes: from `compiled`.
        stdin: the input text.
        around: called with a function that runs the program; traces it.

    Raises:
        SystemExit: with a code other than 0.
        Exception: what the program raised.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(stdin.encode("utf-8", "surrogatepass"))
        given.seek(0)
        os.dup2(given.fileno(), 0)
        os.dup2(written.fileno(), 1)
        settings = {"encoding": "utf-8", "errors": "surrogateescape", "closefd": False}
        sys.stdin = sys.__stdin__ = open(0, **settings)  # noqa: SIM115
        stdout = sys.stdout = sys.__stdout__ = open(1, "w", **settings)  # noqa: SIM115
        module = types.ModuleType("__main__")
        module.__dict__.update({"__builtins__": builtins, "__file__": "program.py"})
        sys.modules["__main__"], sys.argv = module, ["program.py"]
        try:
            around(functools.partial(_execute, codes, module.__dict__))
            for thread in threading.enumerate():
                if thread is not threading.current_thread() and not thread.daemon:
                    thread.join()
        except SystemExit as error:
            if error.code not in (None, 0):
                raise
        finally:  # what is still buffered must not end up in the output of the next run
            atexit._run_exitfuncs()
            if sys.stdout is not stdout and hasattr(sys.stdout, "flush"):
                sys.stdout.flush()
            stdout.flush()
            del module
            let_go_of_main()
            stdout.flush()
        return os.pread(written.fileno(), MAX_OUTPUT_BYTES, 0).decode("utf-8", "replace")


def _execute(codes, namespace):
    for code in codes:
        exec(code, namespace)
