"""Load a reference inside the guest and reach its entry point."""

from __future__ import annotations

import io
import linecache
import os
import sys
import tempfile
import threading
import types

MODULE_NAME = "symtune_reference"


class Silence(io.TextIOBase):
    """A text stream that keeps nothing and reads as empty."""

    def write(self, text):
        """Drop the text."""
        return len(text)

    def readable(self):
        """Reading is allowed and finds the end at once."""
        return True

    def writable(self):
        """Writing is allowed and keeps nothing."""
        return True

    def readline(self, size=-1):
        """Return the end of the file."""
        return ""

    def read(self, size=-1):
        """Return the end of the file."""
        return ""


class NoEntryPointError(LookupError):
    """The source has no callable of that name."""


def load(source, entry_point, prelude=""):
    """Run ``prelude``, then ``source``, as one module and return ``(callable, file name)`` of the entry point.

    For ``Solution.name`` the callable makes a fresh ``Solution`` for every call. Without an entry point, the callable takes the text of
    stdin, runs the whole program on it and returns what it wrote.
    """
    if entry_point is None:
        return load_text_program(source)
    sys.stdin, sys.stdout, sys.stderr = Silence(), Silence(), Silence()
    file_name = f"<{MODULE_NAME}>"
    linecache.cache[file_name] = (len(source), None, source.splitlines(True), file_name)
    module = types.ModuleType(MODULE_NAME)
    module.__file__ = file_name
    sys.modules[MODULE_NAME] = module
    exec(compile(prelude, "<prelude>", "exec", dont_inherit=True), module.__dict__)
    exec(compile(source, file_name, "exec", dont_inherit=True), module.__dict__)
    class_name, _, name = entry_point.rpartition(".")
    owner = module.__dict__.get(class_name) if class_name else None
    if class_name and not isinstance(owner, type):
        raise NoEntryPointError(entry_point)
    target = getattr(owner, name, None) if class_name else module.__dict__.get(name)
    if not callable(target):
        raise NoEntryPointError(entry_point)
    if not class_name:
        return target, file_name

    def call(*args, **kwargs):
        return getattr(owner(), name)(*args, **kwargs)

    return call, file_name


def load_text_program(source):
    """Return ``(callable, file name)`` of a program that reads stdin: text in, text out, by the real descriptors 0 and 1."""
    file_name = f"<{MODULE_NAME}>"
    linecache.cache[file_name] = (len(source), None, source.splitlines(True), file_name)
    code = compile(source, file_name, "exec", dont_inherit=True)

    def call(text):
        kept = sys.stdin, sys.stdout, sys.stderr, sys.modules["__main__"], os.dup(0), os.dup(1)
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
            given.write(text.encode("utf-8", "surrogatepass"))
            given.seek(0)
            os.dup2(given.fileno(), 0)
            os.dup2(written.fileno(), 1)
            try:
                _run_as_main(code, file_name)
            finally:
                sys.stdin, sys.stdout, sys.stderr, sys.modules["__main__"] = kept[:4]
                for target, descriptor in zip((0, 1), kept[4:]):
                    os.dup2(descriptor, target)
                    os.close(descriptor)
            written.seek(0)
            return written.read().decode("utf-8", "replace")

    return call, file_name


def _run_as_main(code, file_name):
    """Run a whole program on the descriptors 0 and 1, its threads to their ends; leaving with code 0 is an end like any other."""
    settings = {"encoding": "utf-8", "errors": "surrogateescape", "closefd": False}
    sys.stdin = open(0, **settings)  # noqa: SIM115
    sys.stdout = out = open(1, "w", **settings)  # noqa: SIM115
    sys.stderr = Silence()
    sys.modules["__main__"] = module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": file_name})
    try:
        exec(code, module.__dict__)
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    for stream in {id(one): one for one in (sys.stdout, out)}.values():
        stream.flush()
