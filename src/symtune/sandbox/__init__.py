"""Running code that is not trusted, under limits. Knows nothing of tests."""

from symtune.sandbox.guest_process import GUEST_FOLDER, Ended, Execution, Guest, Isolation
from symtune.sandbox.limits import MIB, Limits

__all__ = ["GUEST_FOLDER", "MIB", "Ended", "Execution", "Guest", "Isolation", "Limits"]
