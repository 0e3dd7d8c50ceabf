"""Sources of programs, read on the host: syntax trees and code objects. Nothing is executed.

What the compiler has to say of somebody else's style ("invalid decimal literal") is no news to whoever grows suites: warnings of the files
named `FILE_NAME` are left out, and no others.
"""

from __future__ import annotations

import ast
import re
import types
import warnings

FILE_NAME = "<program>"
"""File that sources are said to stand in."""

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
"""What reading a source may raise."""

warnings.filterwarnings("ignore", category=SyntaxWarning, module=re.escape(FILE_NAME))
warnings.filterwarnings("ignore", category=DeprecationWarning, module=re.escape(FILE_NAME))


def parse(source: str) -> ast.Module:
    """Return the syntax tree of a source.

    Raises:
        SyntaxError: it is no Python; or another of `UNREADABLE`.
    """
    return ast.parse(source, filename=FILE_NAME)


def compiled(source: str) -> types.CodeType:
    """Return what the compiler makes of a source, without asserts and docstrings.

    Raises:
        SyntaxError: it is no Python; or another of `UNREADABLE`.
    """
    return compile(source, FILE_NAME, "exec", dont_inherit=True, optimize=2)
