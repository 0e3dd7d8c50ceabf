"""Dealer: items dealt out in chunks, results taken in, what was lost dealt out again. No process, no thread.

A chunk whose worker died is dealt out again item by item, since only one of them was being worked on and nobody knows which. An
item that is lost alone is dealt out once more, and is `Lost` when that worker dies too.

Source: ours.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from symtune.judging.engines.engine import Lost

NUM_TRIES_ALONE = 2
"""How often an item is tried in a chunk of its own before it counts as lost."""


@dataclasses.dataclass(frozen=True)
class Chunk:
    """Items under way together, each with its number."""

    items: list[tuple[int, Any]]
    num_losses: int = 0

    @property
    def values(self) -> list[Any]:
        """The items without their numbers."""
        return [value for _, value in self.items]


class Dealer:
    """Deals out items and collects their results.

    Args:
        items: taken lazily.
        chunk_size: items in a chunk.
        window: how many items may be dealt out beyond the first whose result is still missing; None when order does not matter.
    """

    def __init__(self, items: Iterable[Any], *, chunk_size: int, window: int | None) -> None:
        self._rest = enumerate(items)
        self._chunk_size, self._window = chunk_size, window
        self._again: deque[Chunk] = deque()
        self._results: dict[int, Any] = {}
        self._num_dealt = self._num_yielded = self._num_under_way = 0
        self._is_exhausted = False

    @property
    def is_done(self) -> bool:
        """Whether every item was dealt out and every result yielded."""
        return self._is_exhausted and not self._again and not self._num_under_way and not self._results

    def deal(self) -> Chunk | None:
        """Return the next chunk, or None when there is nothing to deal out now."""
        if self._again:
            chunk = self._again.popleft()
        else:
            if self._window is not None and self._num_dealt - self._num_yielded >= self._window:
                return None
            chunk = Chunk(list(islice(self._rest, self._chunk_size)))
            self._is_exhausted = len(chunk.items) < self._chunk_size
            self._num_dealt += len(chunk.items)
        self._num_under_way += len(chunk.items)
        return chunk if chunk.items else None

    def take(self, chunk: Chunk, results: list[Any]) -> None:
        """Keep the results of a chunk."""
        self._num_under_way -= len(chunk.items)
        self._results.update((number, result) for (number, _), result in zip(chunk.items, results, strict=True))

    def lose(self, chunk: Chunk, reason: str) -> None:
        """Note that the worker of a chunk died: its items are dealt out again, or are lost for good."""
        if len(chunk.items) == 1 and chunk.num_losses + 1 >= NUM_TRIES_ALONE:
            self.take(chunk, [Lost(reason)])
            return
        self._num_under_way -= len(chunk.items)
        num_losses = chunk.num_losses + 1 if len(chunk.items) == 1 else 0
        self._again.extend(Chunk([item], num_losses) for item in chunk.items)

    def ready(self) -> Iterator[tuple[int, Any]]:
        """Yield the results that are there and whose turn it is."""
        if self._window is None:
            while self._results:
                self._num_yielded += 1
                yield self._results.popitem()
        while self._num_yielded in self._results:
            number = self._num_yielded
            self._num_yielded += 1
            yield number, self._results.pop(number)
