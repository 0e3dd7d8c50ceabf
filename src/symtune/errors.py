"""Every exception symtune raises, as one tree.

Each error is also the standard type a caller would expect, so ``except ValueError`` keeps working. Every message says
what was wrong, where, and what to do. A bad *program* is data (see `symtune.domain.Judgement`) and never an exception.

    SymtuneError
    ├── BadInputError (ValueError)          a file, row, value or argument that cannot be used
    │   ├── BadRecordError                  one line of a JSON Lines file; knows path, line and field
    │   ├── BadValueError                   a value that has no JSON form, or a tagged form that does not decode
    │   ├── BadConfigError                  a config key or value; unknown keys name their nearest neighbour
    │   ├── BadModelError                   a model folder or id that does not load
    │   └── ContextFullError                a dialogue that leaves no room for a reply in the model's context
    ├── MissingInputError (FileNotFoundError)
    ├── MissingExtraError (ImportError)     an optional dependency; says the install line
    ├── RunError (RuntimeError)             a run directory that cannot be used as asked
    │   ├── RunLockedError                  another process writes to it
    │   └── RunMismatchError                its config or inputs differ from what is asked now; names the keys
    ├── SandboxError (RuntimeError)         the sandbox, not the program, broke
    │   ├── IsolationError                  this machine gives weaker isolation than asked for
    │   ├── GuestDiedError                  the guest process went away; its programs are unjudged
    │   └── CheckerError                    a problem's checker raised, hung or gave no bool; its program is unjudged
    ├── BackendError (RuntimeError)         a model behind a network that cannot be reached, or answers nonsense
    ├── TooManyUnjudgedError (RuntimeError) the unjudged share passed its stated limit
    └── TrainingError (RuntimeError)        a loss that is not finite, a data set that is empty
"""

from __future__ import annotations

from pathlib import Path


class SymtuneError(Exception):
    """Base of everything symtune raises on purpose."""


class BadInputError(SymtuneError, ValueError):
    """A file, row, value or argument that cannot be used."""


class BadRecordError(BadInputError):
    """One record of a JSON Lines file that cannot be used.

    Args:
        reason: what is wrong, in one sentence.
        path: the file, when the record came from one.
        line: 1-based line number in that file.
        field: dotted name of the field at fault.
    """

    def __init__(
        self, reason: str, *, path: Path | str | None = None, line: int | None = None, field: str | None = None
    ) -> None:
        self.reason, self.path, self.line, self.field = reason, path, line, field
        where = ", ".join(
            part
            for part in (
                str(path) if path is not None else "",
                f"line {line}" if line is not None else "",
                f"field '{field}'" if field else "",
            )
            if part
        )
        super().__init__(f"{where}: {reason}" if where else reason)


class BadValueError(BadInputError):
    """A value without a JSON form, or a tagged form that does not decode."""


class BadConfigError(BadInputError):
    """A config key or value that does not fit."""


class BadModelError(BadInputError):
    """A model folder or id that does not load."""


class ContextFullError(BadInputError):
    """A dialogue that leaves no room for a reply in the model's context."""


class MissingInputError(SymtuneError, FileNotFoundError):
    """A file or folder that is not there."""


class MissingExtraError(SymtuneError, ImportError):
    """An optional dependency is not installed.

    Args:
        package: the package that failed to import.
        extra: the extra of symtune that brings it.
    """

    def __init__(self, package: str, *, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"this needs the package '{package}'; install it with: pip install 'symtune[{extra}]'")


class RunError(SymtuneError, RuntimeError):
    """A run directory that cannot be used as asked."""


class RunLockedError(RunError):
    """Another process writes to the run directory."""


class RunMismatchError(RunError):
    """The run directory was made with another config or other inputs."""


class SandboxError(SymtuneError, RuntimeError):
    """The sandbox, not the program in it, broke."""


class IsolationError(SandboxError):
    """This machine gives weaker isolation than was asked for."""


class GuestDiedError(SandboxError):
    """The guest process went away while it worked."""


class CheckerError(SandboxError):
    """The checker of a problem could not decide a case: it raised, hung, or returned no bool."""


class BackendError(SymtuneError, RuntimeError):
    """A model behind a network cannot be reached, or answers nonsense."""


class TooManyUnjudgedError(SymtuneError, RuntimeError):
    """The share of programs that could not be judged passed its limit."""


class TrainingError(SymtuneError, RuntimeError):
    """Training cannot go on: a loss that is not finite, nothing to train on."""
