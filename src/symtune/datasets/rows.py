"""ImportedRow: what a format makes of one outside row; and the shared way to turn rows into them.

A row becomes a problem whose cases all have expected values, or a problem plus inputs whose expected values its reference
must still give (`symtune.suites.intake` runs it in the guest), or a rejection that names the field at fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from symtune.domain import Case, Problem, Record
from symtune.domain.problem import Cases
from symtune.errors import BadRecordError, BadValueError

ExpectedFrom = Literal["reference", "first_argument"]
"""Where the expected value of an input comes from: the reference's answer, or the input itself (an equation to solve)."""


class ImportedRow(Record):
    """One row of a data set after its format has read it.

    Attributes:
        index: 0-based position of the row in the data set.
        problem: the problem, or None when the row cannot be used.
        inputs: further tests of the problem without expected values (``expected`` is None in each).
        recorder: a program that prints further inputs as a JSON list of ``[args, kwargs]`` when it runs, or None.
        recorded_comparator: comparator of the inputs that the recorder prints.
        expected_from: where the expected values of ``inputs`` and of recorded inputs come from.
        is_checked: False when the examples were read from prose, so that the reference has to confirm each of them.
        examples_lack_expected: whether the reference gives the expected values of the examples too.
        is_doubtful: whether the given cases may be wrong, so that the references have a word on them.
        unquoted: the same problem with the quotation marks inside its texts taken off, where every text carries them; the references say
            whether it is taken, and what its cases expect.
        reason, field: why the row cannot be used, and where in it; None when it can.
        row: the row as it came, kept only when it cannot be used.
    """

    index: int
    problem: Problem | None = None
    inputs: Cases = ()
    recorder: str | None = None
    recorded_comparator: str = "exact"
    expected_from: ExpectedFrom = "reference"
    is_checked: bool = True
    examples_lack_expected: bool = False
    is_doubtful: bool = False
    unquoted: Problem | None = None
    reason: str | None = None
    field: str | None = None
    row: Any = None

    @property
    def id(self) -> str | None:
        """The problem's id, or None for a row that cannot be used."""
        return self.problem.id if self.problem else None

    @property
    def needs_guest(self) -> bool:
        """Whether a reference has to run before the row is a whole problem."""
        return self.problem is not None and bool(
            self.inputs or self.recorder or not self.is_checked or self.is_doubtful
        )


RowReader = Callable[[dict[str, Any]], ImportedRow]
"""Turns one row into an ImportedRow (its ``index`` is filled in later); raises BadRecordError for one it cannot use."""


def rejected(index: int, reason: str, *, field: str | None = None, row: Any = None) -> ImportedRow:
    """Return the record of a row that cannot be used."""
    return ImportedRow(index=index, reason=reason, field=field, row=row)


def read_row(reader: RowReader, row: Any, *, index: int) -> ImportedRow:
    """Read one row; a row that the format cannot use becomes a rejection, whatever is wrong with it."""
    if not isinstance(row, dict):
        return rejected(index, f"row {index}: expected an object, got {type(row).__name__}", row=row)
    try:
        imported = reader(row)
    except BadRecordError as error:
        where = f"row {index}" + (f", field '{error.field}'" if error.field else "")
        return rejected(index, f"{where}: {error.reason}", field=error.field, row=row)
    except (BadValueError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:300]
        return rejected(index, f"row {index}: not of the expected shape ({type(error).__name__}: {reason})", row=row)
    return imported.model_copy(update={"index": index})


def text_field(row: dict[str, Any], name: str, *, default: str | None = None) -> str:
    """Return a text field of a row.

    Raises:
        BadRecordError: it is missing (and has no default) or is no text.
    """
    value = row.get(name, default)
    if value is None:
        if default is not None:
            return default
        raise BadRecordError("is missing", field=name)
    if not isinstance(value, str):
        raise BadRecordError(f"expected text, got {type(value).__name__}", field=name)
    return value


def list_field(row: dict[str, Any], name: str) -> list[Any]:
    """Return a list field of a row; a missing or empty one is the empty list.

    Raises:
        BadRecordError: it is there and no list.
    """
    value = row.get(name)
    if value is None or value == {}:
        return []
    if not isinstance(value, list):
        raise BadRecordError(f"expected a list, got {type(value).__name__}", field=name)
    return value


def split_public(cases: list[Case], is_public: Callable[[Case], bool]) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Divide cases into public examples and private tests; no input stands in both, and no input stands twice.

    A case is an example when ``is_public`` says so. When none is and there are two cases or more, the first becomes the
    example. At least one case always stays private: without a test a problem could not be judged, so the last public one
    is kept private when all are public.

    Source: ours.
    """
    cases = without_repeats(cases)
    public = [case for case in cases if is_public(case)] or cases[:1]
    if len(public) == len(cases):
        public = public[:-1]
    chosen = {id(case) for case in public}
    return tuple(public), tuple(case for case in cases if id(case) not in chosen)


def without_repeats(cases: list[Case]) -> list[Case]:
    """Return the cases without those whose input was there before."""
    first: dict[str, Case] = {}
    for case in cases:
        first.setdefault(case.input_digest(), case)
    return list(first.values())
