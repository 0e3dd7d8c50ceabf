"""Input formats that fit the examples of a stdin problem, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symtune.suites.stdin.format import InputFormat, same_lines, same_tokens
from symtune.suites.stdin.guide import Guide
from symtune.suites.stdin.kinds import tokens_seen, with_kinds, written_in_bits
from symtune.suites.stdin.parts import Item, Part, Size, items_of
from symtune.suites.stdin.reading import Page, page_of
from symtune.suites.stdin.statement import Declared, declarations, speaks_of_queries, speaks_of_tests
from symtune.suites.stdin.structure import structures
from symtune.suites.stdin.support import slots_of, support_of

MAX_PAGES = 6
"""Examples that structures are searched on, the shortest ones; the others must then fit as well."""

MAX_LINES = 400
"""Longer texts are not searched on."""

MAX_FORMATS = 8

COST_WEIGHT = 0.7
"""Weight of a structure's cost against the support of the statement."""


def infer_formats(statement: str, texts: Sequence[str], *, max_formats: int = MAX_FORMATS) -> list[InputFormat]:
    """Return the formats that parse every text and render it again line for line, the likeliest first.

    Args:
        statement: the whole statement; its Input section is looked for.
        texts: the inputs of the examples, one at least.
        max_formats: most formats returned.

    Returns:
        Formats, each different in the arguments it gives. Empty when none fits.
    """
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    pages = [page for page in sorted(map(page_of, texts), key=lambda page: len(page.lines)) if len(page.lines) <= MAX_LINES]
    if not pages:
        return []
    declared = declarations(statement)
    ranked: list[tuple[float, InputFormat]] = []
    for cost, parts in structures(pages[:MAX_PAGES], Guide(declared), has_tests=speaks_of_tests(statement)):
        found = _finish(parts, pages, texts, declared, statement)
        if found is not None:
            support, format = found
            ranked.append((support - COST_WEIGHT * cost, format))
    ranked.sort(key=lambda pair: -pair[0])
    chosen: list[InputFormat] = []
    for _, format in ranked:
        if format not in chosen:
            chosen.append(format)
    return chosen[:max_formats]


def _finish(
    parts: tuple[Part, ...], pages: list[Page], texts: Sequence[str], declared: list[Declared], statement: str
) -> tuple[float, InputFormat] | None:
    """Return the format of a structure with kinds and names, and how far the statement supports it; None if a text does not fit."""
    try:
        seen = tokens_seen(parts, pages)
    except (ValueError, KeyError):
        return None
    slots = slots_of(parts, seen)
    support = support_of(slots, declared)
    named = renamed(with_kinds(parts, seen, {**support.kinds, **written_in_bits(seen, statement)}), _all_names([slot.name for slot in slots], support.names))
    format = _as_tests(named, statement).model_copy(update={"has_final_newline": any(text.endswith("\n") for text in texts)})
    return (support.score, format) if all(fits(format, text) for text in texts) else None


def fits(format: InputFormat, text: str) -> bool:
    """Whether a text is parsed and comes out the same: the same tokens on the same lines, and the same lines where lines are texts."""
    found = format.parse_all(text)
    if found is None:
        return False
    try:
        written = format.render_all(list(found))
    except ValueError:
        return False
    same = same_lines if any(item.kind == "text" for item in items_of(format.parts)) else same_tokens
    return same(written, text)


def _as_tests(parts: tuple[Part, ...], statement: str) -> InputFormat:
    """Return the format; where all of a text is a counted block of test cases, the format of one of them."""
    if len(parts) == 2 and len(parts[0].items) == 1 and parts[1].is_block:
        count, size, body = parts[0].items[0], parts[1].size, parts[1].parts
        is_complex = len(body) > 1 or any(item.kind == "count" for item in items_of(body))
        if size == Size(count=count.name) and (speaks_of_tests(statement) or (is_complex and speaks_of_queries(statement))):
            gap = 0
            while gap < len(body) and not body[gap].items and not body[gap].is_block:
                gap += 1
            return InputFormat(parts=body[gap:], tests=count.name, gap=gap)
    return InputFormat(parts=parts)


def _all_names(own: list[str], given: dict[str, str]) -> dict[str, str]:
    """Return a name for everything: what the statement gives, else ``x`` with a number."""
    taken = set(given.values())
    names = dict(given)
    for name in own:
        if name not in names:
            number = next(number for number in range(1, len(own) + len(taken) + 2) if f"x{number}" not in taken)
            names[name] = f"x{number}"
            taken.add(names[name])
    return names


def renamed(parts: tuple[Part, ...], names: dict[str, str]) -> tuple[Part, ...]:
    """Return the parts with every item, block and size called by its new name."""

    def size_of(size: Size | None) -> Size | None:
        return size if size is None or size.count is None else size.model_copy(update={"count": names[size.count]})

    return tuple(
        part.model_copy(
            update={
                "name": names.get(part.name, part.name),
                "size": size_of(part.size),
                "parts": renamed(part.parts, names),
                "items": tuple(
                    item.model_copy(update={"name": names[item.name], "size": size_of(item.size)}) for item in part.items
                ),
            }
        )
        for part in parts
    )


def describe(format: InputFormat) -> str:
    """Return the format on one line, for reports: ``n / a*n / n x [u v]``."""
    text = _describe(format.parts)
    return f"{format.tests} tests of [{text}]" if format.tests else text


def _describe(parts: tuple[Part, ...]) -> str:
    found = []
    for part in parts:
        if part.is_block:
            found.append(f"{_size(part.size)} x [{_describe(part.parts)}]")
        else:
            found.append(" ".join(_describe_item(item) for item in part.items) or "(empty)")
    return " / ".join(found)


def _describe_item(item: Item) -> str:
    name, kind, size = item.name, item.kind, item.size
    tail = f"*{_size(size)}" if item.is_run else f"[{_size(size)}]" if size is not None else ""
    return f"{name}:{kind}{tail}" if kind != "count" else f"#{name}"


def _size(size: Size | None) -> str:
    if size is None:
        return "any"
    if size.count is None:
        return str(size.offset)
    return re.sub(r"^1\*", "", f"{size.factor}*{size.count}") + (f"{size.offset:+d}" if size.offset else "")
