"""What an engine is: a way to spread work over workers, wherever they run.

Source: ours.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any, Protocol

from symtune.domain import Judgement, Problem, Program, Unjudged


class Worker(Protocol):
    """Does work where it is made; has guests of its own."""

    def work(self, items: Sequence[Any]) -> list[Any]:
        """Return one result per item, in order."""

    def close(self) -> None:
        """End the guests, also while `work` is at work in another thread."""


class Shared(Protocol):
    """A value that many items name and that travels to each worker's machine once."""

    def fetch(self) -> Any:
        """Return the value, on the worker's side."""


@dataclasses.dataclass(frozen=True)
class Lost:
    """What stands for the result of an item whose workers died under it, each time it was tried."""

    reason: str


class Engine(Protocol):
    """Spreads work over workers."""

    def share(self, value: Any) -> Shared:
        """Return a handle on a value for use inside items; only between the start and the end of `spread`'s iteration."""

    def spread(
        self,
        make_worker: Callable[[], Worker],
        items: Iterable[Any],
        *,
        workers: int,
        chunk_size: int = 1,
        is_ordered: bool = True,
    ) -> Generator[tuple[int, Any], None, None]:
        """Work on every item and yield ``(its number, its result or Lost)``.

        Args:
            make_worker: called once for each worker, where it runs; must pickle.
            items: taken lazily, so that later ones may be made while earlier ones are worked on.
            workers: workers at a time.
            chunk_size: items that a worker takes at a time.
            is_ordered: results in the order of the items, or as they come.

        Raises:
            SymtuneError: whatever a worker raises of that tree ends the work.
        """

    def judge(
        self, problems: Sequence[Problem], programs: Iterable[Program], *, workers: int = 2, **settings: Any
    ) -> Iterator[Judgement | Unjudged]:
        """Judge programs in order; ``settings`` are those of `symtune.judging.judge`."""
