"""The structures that example texts can have: lines, runs and blocks whose sizes are told by integers read before.

A best-first search over the lines of all examples at once. A structure costs more the less it explains: many columns, sizes
that are a count plus or minus one, lines of any length. Inside a block the first round proposes, and all rounds of all
examples must agree. What the statement says comes later (`support`). Source: ours.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from symtune.suites.stdin.guide import AGREES_FACTOR, Guide, Met
from symtune.suites.stdin.parts import Item, Part, Size, num_values
from symtune.suites.stdin.reading import NoFitError, Page, is_int, read_parts

MAX_STEPS = 4000
"""Steps of the search, those inside blocks included, for one set of examples."""

PATIENCE = 3
"""Where nothing was found, the search is made again with so many times the steps."""

MAX_STEPS_IN_BODY = (0, 70, 14)
MAX_BODIES = (0, 24, 8)
"""Steps taken inside one block, and bodies proposed for it, by depth."""

UNSAID_SHARE = 3
"""A block that the statement does not speak of gets this share of the steps."""

MARGIN = 3.0
"""A structure that costs this much more than the cheapest is not looked for."""

LINE_LEFT, MOST_LEFT = 0.5, 1.5
"""What a line that is still to be explained is taken to cost, and what all of them are at most."""

TESTS_BONUS = 1.5
"""Taken off the cost of test cases that a single number on the first line counts, where the statement speaks of such."""

MAX_STRUCTURES = 40
MAX_COLUMNS = 12
MAX_BODY_LINES = 6
MAX_COUNTS = 4
"""Integers tried as the size of a block, the latest ones read."""

MAX_DEPTH = 2
FIXED_BLOCKS = (3, 4, 5, 8, 9, 10)
"""Repeats that a block without a count may have inside another block."""

Linear = tuple[tuple[int, int, float], ...]
_LINEAR: Linear = ((1, 0, 0.0), (1, -1, 1.0), (1, 1, 1.5))
DOUBLE = (2, 0, 1.5)
"""Factor, offset and cost of the sizes a count may stand for; ``DOUBLE`` for runs only. A statement may say others."""


class State(NamedTuple):
    """Parts that fit so far: where each example goes on, and the integers read, by name, as each example has them.

    ``rank`` is the cost as the search sees it, after what the statement says.
    """

    cost: float
    parts: tuple[Part, ...]
    places: tuple[int, ...]
    scope: dict[str, tuple[int, ...]]
    rank: float = 0.0
    met: Met = Met()


class Pending(NamedTuple):
    """A block of this size after a state; its bodies are looked for when its turn comes."""

    cost: float
    state: State
    numbers: tuple[int, ...]
    size: Size | None
    prefix: str
    rank: float = 0.0
    met: Met = Met()
    is_said: bool = False


class Search:
    """One search over the same pages, with one account of steps."""

    def __init__(self, guide: Guide, *, has_tests: bool, max_steps: int = MAX_STEPS) -> None:
        self.num_steps, self.max_steps = 0, max_steps
        self.guide = guide
        self.has_tests = has_tests

    def states(self, start: State, pages: list[Page], *, depth: int, path: str, max_steps: int) -> Iterator[State]:
        """Yield states, the likeliest first."""
        order = itertools.count()
        heap: list[tuple[float, int, State | Pending]] = [(start.rank, next(order), start)]
        for _ in range(max_steps):
            if not heap or self.num_steps >= self.max_steps:
                return
            self.num_steps += 1
            _, _, state = heapq.heappop(heap)
            if isinstance(state, Pending):
                for one in self._with_block(state, pages, depth):
                    heapq.heappush(heap, (one.rank + _left(one, pages, depth), next(order), one))
                continue
            yield state
            for later in _extensions(state, pages, depth=depth, path=path, guide=self.guide):
                ranked = self._ranked(later, state, pages, depth)
                heapq.heappush(heap, (ranked.rank + _left(ranked, pages, depth), next(order), ranked))

    def _ranked(self, later: State | Pending, state: State, pages: list[Page], depth: int) -> State | Pending:
        """Return a continuation with its rank."""
        added = later.cost - state.cost
        if isinstance(later, Pending):
            is_said, surcharge, met = self.guide.block(later.size, state.met)
            if self.has_tests and depth == 0 and _is_tests(later):
                is_said, surcharge = True, -TESTS_BONUS
            rank = state.rank + (AGREES_FACTOR if is_said else 1.0) * added + surcharge
            return later._replace(rank=rank, met=met, is_said=is_said)
        tokens = pages[0].tokens[state.places[0]] if state.places[0] < len(pages[0].tokens) else ()
        factor, surcharge, met = self.guide.line(later.parts[-1].items, tokens, state.met)
        return later._replace(rank=state.rank + factor * added + surcharge, met=met)

    def _with_block(self, pending: Pending, pages: list[Page], depth: int) -> Iterator[State]:
        """Yield the states after a block, one for each body that fits all its rounds."""
        state, numbers = pending.state, pending.numbers
        shown = [index for index, number in enumerate(numbers) if number > 0]
        hidden = self.has_tests and _is_tests(pending)
        first = State(
            0.0, (), tuple(state.places[index] for index in shown),
            {} if hidden else {name: tuple(values[index] for index in shown) for name, values in state.scope.items()},
            met=pending.met,
        )  # fmt: skip
        inner = [pages[index] for index in shown]
        num_bodies = 0
        max_steps = MAX_STEPS_IN_BODY[depth + 1] // (1 if pending.is_said else UNSAID_SHARE)
        for body in self.states(first, inner, depth=depth + 1, path=f"{pending.prefix}/", max_steps=max_steps):
            if not num_values(body.parts) or len(body.parts) > MAX_BODY_LINES:
                continue
            num_bodies += 1
            if num_bodies > MAX_BODIES[depth + 1]:
                return
            later = _after_block(pending, body, pages)
            if later is not None:
                yield later


def _is_tests(pending: Pending) -> bool:
    """Whether a block comes second and repeats as often as the only number of the first line says."""
    parts, size = pending.state.parts, pending.size
    return len(parts) == 1 and len(parts[0].items) == 1 and size is not None and size == Size(count=parts[0].items[0].name)


def _left(state: State | Pending, pages: list[Page], depth: int) -> float:
    """Return what the lines that are still to be explained are taken to cost; inside blocks their number is not known."""
    if depth or isinstance(state, Pending):
        return 0.0
    longest = max(len(page.lines) - place for place, page in zip(state.places, pages, strict=True))
    return min(LINE_LEFT * max(0, longest), MOST_LEFT)


def structures(pages: list[Page], guide: Guide, *, has_tests: bool = False) -> list[tuple[float, tuple[Part, ...]]]:
    """Return structures that all pages have, with their costs, the cheapest first. Tokens are ``raw`` where they are no counts.

    Args:
        guide: what the statement declares.
        has_tests: whether the statement speaks of several test cases.
    """
    return _structures(Search(guide, has_tests=has_tests), pages) or _structures(Search(guide, has_tests=has_tests, max_steps=PATIENCE * MAX_STEPS), pages)


def _structures(search: Search, pages: list[Page]) -> list[tuple[float, tuple[Part, ...]]]:
    found: dict[tuple[Part, ...], float] = {}
    start = State(0.0, (), (0,) * len(pages), {})
    cheapest = None
    for state in search.states(start, pages, depth=0, path="", max_steps=search.max_steps):
        if len(found) >= MAX_STRUCTURES or (cheapest is not None and state.rank + _left(state, pages, 0) > cheapest + MARGIN):
            break
        is_complete = all(place >= len(page.lines) for place, page in zip(state.places, pages, strict=True))
        if is_complete and num_values(state.parts):
            found.setdefault(state.parts, state.cost)
            cheapest = state.rank if cheapest is None else cheapest
    return [(cost, parts) for parts, cost in found.items()]


def _extensions(state: State, pages: list[Page], *, depth: int, path: str, guide: Guide) -> Iterator[State | Pending]:
    """Yield the states one part further."""
    rows = [
        page.tokens[place] if place < len(page.tokens) else () for place, page in zip(state.places, pages, strict=True)
    ]
    prefix = f"{path}{len(state.parts)}"
    if any(place < len(page.lines) for place, page in zip(state.places, pages, strict=True)):
        yield from _columns(state, rows, prefix, has_texts=guide.speaks_of_texts)
        yield from _runs(state, rows, prefix, (*_LINEAR, DOUBLE, *guide.linear))
        yield from _texts(state, pages, rows, prefix)
        if depth < MAX_DEPTH:
            yield from _blocks(state, pages, depth, prefix, (*_LINEAR, *guide.linear))


def _line(state: State, cost: float, items: tuple[Item, ...], scope: dict[str, tuple[int, ...]], used: str | None) -> State:
    parts = (*state.parts, Part(items=items))
    places = tuple(place + 1 for place in state.places)
    return State(state.cost + cost, counted(parts, used), places, state.scope | scope)


def counted(parts: tuple[Part, ...], name: str | None) -> tuple[Part, ...]:
    """Return the parts with the item of this name made a count."""
    return parts if name is None else tuple(
        part.model_copy(
            update={
                "items": tuple(
                    one.model_copy(update={"kind": "count"}) if one.name == name else one for one in part.items
                )
            }
        )
        for part in parts
    )


def _column_items(rows: list[tuple[str, ...]], width: int, prefix: str) -> tuple[tuple[Item, ...], dict[str, tuple[int, ...]]]:
    items = tuple(Item(kind="raw", name=f"{prefix}.{index}") for index in range(width))
    scope = {}
    for index, item in enumerate(items):
        tokens = [row[index] for row in rows]
        if all(is_int(token) and len(token) <= 7 and token[0] != "-" for token in tokens):
            scope[item.name] = tuple(int(token) for token in tokens)
    return items, scope


def _columns(state: State, rows: list[tuple[str, ...]], prefix: str, *, has_texts: bool) -> Iterator[State]:
    widths = {len(row) for row in rows}
    width = len(rows[0])
    if len(widths) > 1 or width > MAX_COLUMNS:
        return
    if width == 0:
        yield _line(state, 0.5, (), {}, None)
        return
    items, scope = _column_items(rows, width, prefix)
    cost = 1.0 + 0.3 * width
    yield _line(state, cost, items, scope, None)
    for name, numbers in {**state.scope, **scope}.items():
        sized = [
            index
            for index, item in enumerate(items)
            if item.name != name and all(len(row[index]) == number for row, number in zip(rows, numbers, strict=True))
        ]
        if sized and width <= 3:
            tokens = [row[index] for index in sized for row in rows]
            if not has_texts and all(map(is_int, tokens)):
                continue
            is_plain = all(len(token) <= 2 and is_int(token) for token in tokens) or all(len(token) == 1 for token in tokens)
            size = Size(count=name)
            shaped = tuple(one.model_copy(update={"size": size}) if i in sized else one for i, one in enumerate(items))
            yield _line(state, cost + (0.6 if is_plain else -0.5), shaped, scope, name)


def _runs(state: State, rows: list[tuple[str, ...]], prefix: str, linear: Linear) -> Iterator[State]:
    narrowest, widest = min(map(len, rows)), max(map(len, rows))
    for num_columns in range(min(narrowest, 3) + 1):
        numbers = [len(row) - num_columns for row in rows]
        columns, own = _column_items([row[:num_columns] for row in rows], num_columns, prefix)
        run = Item(kind="raw", name=f"{prefix}.{num_columns}", is_run=True)
        known = [*reversed(own.items())] if num_columns else [*reversed(state.scope.items())]
        for distance, (name, values) in enumerate(known):
            for size, cost in _sizes(name, values, numbers, linear):
                weak = 0.9 if max(values) <= 1 or (size.offset and max(numbers) <= 2) else 0.0
                items = (*columns, run.model_copy(update={"size": size}))
                yield _line(state, 1.0 + cost + 0.1 * distance + 0.3 * num_columns + weak, items, own, name)
        is_fixed = narrowest == widest and widest - num_columns < 2
        if not is_fixed and num_columns < 2:
            yield _line(state, 4.0 + num_columns, (*columns, run), own, None)


def _sizes(name: str, values: tuple[int, ...], numbers: list[int], linear: Linear) -> Iterator[tuple[Size, float]]:
    for factor, offset, cost in linear:
        if all(factor * value + offset == number for value, number in zip(values, numbers, strict=True)):
            yield Size(count=name, factor=factor, offset=offset), cost


def _texts(state: State, pages: list[Page], rows: list[tuple[str, ...]], prefix: str) -> Iterator[State]:
    if all(place < len(page.lines) for place, page in zip(state.places, pages, strict=True)):
        if all(is_int(token) for row in rows for token in row):
            return
        is_prose = any(len(row) > 1 and not all(map(is_int, row)) for row in rows)
        yield _line(state, 3.0 if is_prose else 5.0, (Item(kind="text", name=f"{prefix}.0"),), {}, None)


def _blocks(state: State, pages: list[Page], depth: int, prefix: str, linear: Linear) -> Iterator[Pending]:
    left = tuple(len(page.lines) - place for place, page in zip(state.places, pages, strict=True))
    for distance, (name, values) in enumerate(list(reversed(state.scope.items()))[:MAX_COUNTS]):
        for factor, offset, cost in linear:
            numbers = tuple(factor * value + offset for value in values)
            if all(0 <= number <= rest + 1 for number, rest in zip(numbers, left, strict=True)) and any(numbers):
                weak = 0.9 if max(numbers) <= 1 else 0.0
                size = Size(count=name, factor=factor, offset=offset)
                yield Pending(state.cost + 1.0 + cost + weak + 0.1 * distance, state, numbers, size, prefix)
    if depth == 0:
        if len(set(left)) == 1 and left[0] >= 3:
            yield Pending(state.cost + 2.5, state, left, Size(offset=left[0]), prefix)
        yield Pending(state.cost + 4.5, state, left, None, prefix)
    for number in FIXED_BLOCKS if depth == 1 else ():
        if all(number <= rest for rest in left):
            yield Pending(state.cost + 3.0, state, (number,) * len(left), Size(offset=number), prefix)


def _after_block(pending: Pending, body: State, pages: list[Page]) -> State | None:
    """Return the state after a block with this body, or None where a round of it does not fit."""
    state, size = pending.state, pending.size
    block = Part(parts=body.parts, size=size, name=pending.prefix)
    places, rounds = [], []
    for index, page in enumerate(pages):
        counts = {name: values[index] for name, values in state.scope.items()}
        try:
            values, place = read_parts((block,), page, place=state.places[index], counts=counts)
        except (NoFitError, KeyError):
            return None
        places.append(place)
        rounds.append(len(values[0]))
    if size is None and max(rounds) <= 1:
        return None  # a block up to the end that never repeats is its parts
    if all(place == before for place, before in zip(places, state.places, strict=True)):
        return None
    parts = (*state.parts, block)
    for name in set(_names_used(block)) & set(state.scope):
        parts = counted(parts, name)
    return State(
        pending.cost + body.cost, parts, tuple(places), state.scope, rank=pending.rank + body.rank, met=body.met
    )


def _names_used(part: Part) -> Iterator[str]:
    """Yield the counts that the sizes in a part speak of."""
    for size in (part.size, *(item.size for item in part.items)):
        if size is not None and size.count is not None:
            yield size.count
    for inner in part.parts:
        yield from _names_used(inner)
