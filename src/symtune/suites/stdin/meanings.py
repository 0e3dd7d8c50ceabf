"""What the names of a statement stand for among the arguments of its texts.

    count      ``n``, then a line of ``n`` integers ``a``:          n is len(a)
    offset     ``n``, then ``n - 1`` lines ``edges``:                n is len(edges) + 1
    factor     ``k``, then ``2k - 1`` lines ``edges``:               k is (len(edges) + 1) // 2
    column     lines ``l r`` of a block ``rows``:                    l_i is rows[i][0], r_i is rows[i][1]
    only one   lines ``a`` of a block ``rows``:                      a_i is rows[i]

So a statement's ``2 <= n`` bounds a list, and ``l_i < r_i`` its rows, though neither name is an argument. Source: ours.
"""

from __future__ import annotations

from symtune.suites.contracts.expressions import Expression, Operation, Ref
from symtune.suites.contracts.notation import Number
from symtune.suites.contracts.resolve import EVERY
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.parts import Part, Size, num_values


def meanings_of(format: InputFormat) -> dict[str, Expression]:
    """Return what counts of a test case and the columns of its blocks stand for, by name; the first use of a count says its meaning."""
    found: dict[str, Expression] = {}
    for part in format.parts:
        sized = [(part.name, part.size)] if part.is_block else [(item.name, item.size) for item in part.items]
        for argument, size in sized:
            if size is not None and size.count is not None and size.factor > 0:
                found.setdefault(size.count, _count(argument, size))
        if part.is_block:
            found |= {name: ref for name, ref in _columns(part).items() if name not in found}
    return found


def _count(argument: str, size: Size) -> Expression:
    found: Expression = Ref(argument, measure="length")
    if size.offset:
        sign, offset = ("-", size.offset) if size.offset > 0 else ("+", -size.offset)
        found = Operation(sign, (found, Number(offset, offset)))
    return found if size.factor == 1 else Operation("/", (found, Number(size.factor, size.factor)))


def _columns(block: Part) -> dict[str, Expression]:
    """Return the columns of a block whose rounds are one line of single values."""
    items = [item for part in block.parts for item in part.items]
    is_plain = len(block.parts) == 1 and not block.parts[0].is_block and all(not item.is_run and item.kind != "count" for item in items)
    if not is_plain:
        return {}
    if num_values(block.parts) == 1:
        return {items[0].name: Ref(block.name, (EVERY,))}
    return {item.name: Ref(block.name, (EVERY, place)) for place, item in enumerate(items)}
