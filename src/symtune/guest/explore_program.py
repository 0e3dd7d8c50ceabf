"""Load a reference inside the guest and reach its entry point."""

from __future__ import annotations

import io
import linecache
import sys
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

    For ``Solution.name`` the callable makes a fresh ``Solution`` for every call.
    """
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
