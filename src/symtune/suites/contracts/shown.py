"""A reach that keeps to what the examples show, for a contract that is in doubt.

Where references part over inputs of a contract (`suites.dissent`), the statement promises something that was not read, about collections and
texts most often. Then these come as they stand in one of the examples, all of them together, and only numbers beside them are varied within
the contract; and where that is in doubt as well, every input is one of the examples, one test case at a time. Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symtune.domain import Case
from symtune.errors import BadValueError
from symtune.suites.contracts.contract import Contract, Domain, value_text

NUMBERS = ("int", "float")


def narrower(contract: Contract, cases: Sequence[Case]) -> Iterator[Contract]:
    """Yield the contract with narrower and narrower reaches, the last of which holds the examples alone.

    Args:
        cases: the examples, all positional.
    """
    width = len(contract.args)
    full = [case for case in cases if len(case.args) == width and not case.kwargs]
    if not full or contract.kwargs:
        return
    numbers = [place for place, domain in enumerate(contract.reach.args) if domain.kind in NUMBERS]
    for free in ([numbers] if 0 < len(numbers) < width else []) + [[]]:
        try:
            args = tuple(
                domain if place in free else _shown(domain, [case.args[place] for case in full]) for place, domain in enumerate(contract.reach.args)
            )
        except BadValueError:
            return
        yield contract.model_copy(update={"reach": contract.reach.model_copy(update={"args": args, "is_shown": True})})


def _shown(domain: Domain, values: Sequence[object]) -> Domain:
    distinct = {value_text(value): value for value in values}
    return Domain(kind="fixed", values=tuple(distinct), seen=tuple(distinct.values()))
