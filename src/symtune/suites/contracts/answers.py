"""What the answers of a problem have in common, learnt from its cases: a reference that is run outside its problem gives itself away.

A reference rarely refuses a senseless input; it answers with something that no example looks like. "Swap the first and the last item"
gives two items for a list of one; "replace the last item" gives none for none. Two promises are learnt, both about sizes:

    len(answer) = len(argument)                 for one collection or text among the arguments
    len(answer) = len(one) + len(other) + c     for two of them, with c of -1, 0 or 1

Each needs answers of two different lengths that agree on c. An input whose answer breaks every promise that was learnt is no test.
Source: ours, in the manner of likely invariants (Ernst et al. 2001, Daikon).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from symtune.domain import Case, Record

MIN_LENGTHS = 2
"""Different lengths of the answer from which on a promise is believed."""

_SIZED = (str, list, tuple, set, frozenset, dict)


class AnswerPromise(Record):
    """``len(answer) = sum of the lengths of the arguments at these places + offset``."""

    places: tuple[int, ...]
    offset: int

    def holds(self, args: tuple[Any, ...], answer: Any) -> bool:
        """Whether an answer keeps the promise; one without a length breaks it."""
        sizes = [_size(args[place]) for place in self.places if place < len(args)]
        size = _size(answer)
        return size is not None and len(sizes) == len(self.places) and None not in sizes and size == sum(sizes) + self.offset  # type: ignore[arg-type]


def learn_answers(cases: Sequence[Case]) -> tuple[AnswerPromise, ...]:
    """Return the promises that all cases keep."""
    if len({_size(case.expected) for case in cases}) < MIN_LENGTHS or any(_size(case.expected) is None for case in cases):
        return ()
    width = min(len(case.args) for case in cases)
    places = [place for place in range(width) if all(_size(case.args[place]) is not None for case in cases)]
    found = []
    for group in itertools.chain(((one,) for one in places), itertools.combinations(places, 2)):
        offsets = {len(case.expected) - sum(len(case.args[place]) for place in group) for case in cases}
        if len(offsets) == 1 and offsets <= ({0} if len(group) == 1 else {-1, 0, 1}):
            found.append(AnswerPromise(places=group, offset=offsets.pop()))
    return tuple(found)


def is_foreign(promises: Sequence[AnswerPromise], args: tuple[Any, ...], answer: Any) -> bool:
    """Whether an answer breaks every promise learnt (with none learnt, no answer does)."""
    return bool(promises) and not any(one.holds(args, answer) for one in promises)


def _size(value: Any) -> int | None:
    return len(value) if isinstance(value, _SIZED) else None
