"""Explorer ``difference``: symbolic search for what tells one survivor from the reference, a survivor a turn.

The shortest survivor comes first, since the search is likely to get to its end. A survivor that is equal within the search's bounds is
noted as such and left alone. Programs that read stdin are not searched. Source: ours, on `suites.difference`.
"""

from __future__ import annotations

from collections.abc import Iterator

from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.difference import find_differences
from symtune.suites.explorers.target import Input, Target


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield the inputs found for one survivor after the other; none for one that is equal or undecided."""
    fields = target.view.guest_fields()
    entry_point = fields["entry_point"]
    precondition = precondition_source(target.contract)
    tried: set[str] = set()
    while isinstance(entry_point, str):
        left = sorted((one for one in target.survivors if one not in tried), key=len)
        if not left:
            return
        tried.add(left[0])
        found = find_differences(
            target.guest,
            reference=target.references[0],
            suspect=left[0],
            entry_point=entry_point,
            prelude=str(fields["prelude"]),
            examples=target.view.cases,
            precondition=precondition,
            budget_s=target.turn_s,
        )
        if found.status == "equal_within_bounds":
            target.proved_equal.add(left[0])
        if found.reason:
            target.note(f"difference_{found.reason}")
        yield found.inputs
