"""Running code that is not trusted, under limits. Knows nothing of tests."""

from symtune.sandbox.guest_process import GUEST_FOLDER, Guest, Isolation
from symtune.sandbox.limits import MIB, Limits
from symtune.sandbox.order import Ended, Execution, Order

__all__ = ["GUEST_FOLDER", "MIB", "Ended", "Execution", "Guest", "Isolation", "Limits", "Order"]
