"""Crews: the guests of one worker, and the loop that has workers do a task problem by problem.

Source: ours.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Protocol

from symtune.domain import Problem
from symtune.errors import GuestDiedError, IsolationError, SandboxError
from symtune.judging import Checkers, Judge
from symtune.judging.engines import EngineName, Lost, find_engine
from symtune.sandbox import Guest, Isolation
from symtune.store import Progress

_NUM_TRIES = 2
_OTHER_HASH_SEED = 1
"""The explorer's guest orders sets of text otherwise than the judge's, so that answers which hang on it are found."""


class Crew:
    """The guests of one worker."""

    def __init__(self, isolation: Isolation) -> None:
        self.guest = Guest("explore", isolation=isolation, hash_seed=_OTHER_HASH_SEED)
        self.judge = Judge(workers=1, isolation=isolation)
        self.checkers = Checkers(isolation=isolation)

    def close(self) -> None:
        """End all guests."""
        self.checkers.close()
        self.guest.close()
        self.judge.close()


class Task(Protocol):
    """What is done with each item; it must pickle."""

    def do(self, item: Any, crew: Crew) -> Problem:
        """Return the problem that comes of an item."""
        ...

    def give_up(self, item: Any) -> Problem:
        """Return the problem of an item under which guests died again and again."""
        ...


def run_task(
    task: Task,
    items: Sequence[Any],
    *,
    keep: Callable[[Problem], None],
    engine: EngineName,
    workers: int,
    isolation: Isolation,
    progress: Callable[[], object] | None = None,
) -> None:
    """Do a task with every item and hand each result to ``keep`` as it is done; an interruption ends the guests at once."""
    if not items:
        return
    spread = find_engine(engine).spread(CrewWorkerMaker(task, isolation), items, workers=workers, is_ordered=False)
    with Progress(len(items), "suites") as shown, closing(spread) as results:
        for number, done in results:
            keep(task.give_up(items[number]) if isinstance(done, Lost) else done)
            shown.advance()
            if progress is not None:
                progress()


@dataclasses.dataclass(frozen=True)
class CrewWorkerMaker:
    """Makes the worker of an engine, where it runs."""

    task: Task
    isolation: Isolation

    def __call__(self) -> CrewWorker:
        """Return the worker; its guests start when first needed."""
        return CrewWorker(self)


class CrewWorker:
    """Does a task with a crew of its own, started when first needed and anew after a death."""

    def __init__(self, made_by: CrewWorkerMaker) -> None:
        self._task = made_by.task
        self._isolation: Isolation = made_by.isolation
        self._crew: Crew | None = None
        self._is_closed = False

    def work(self, items: Sequence[Any]) -> list[Problem]:
        """Do the items one by one."""
        return [self._do(item) for item in items]

    def _do(self, item: Any) -> Problem:
        """Do one item; a guest that dies under it is replaced once, then the item is given up."""
        for _ in range(_NUM_TRIES):
            try:
                if self._is_closed:
                    raise GuestDiedError("the work was stopped")
                self._crew = self._crew or Crew(self._isolation)
                return self._task.do(item, self._crew)
            except IsolationError:
                raise
            except SandboxError:
                if self._is_closed:
                    raise
                self._drop()
        return self._task.give_up(item)

    def _drop(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def close(self) -> None:
        """End the guests, also those at work."""
        self._is_closed = True
        if self._crew is not None:
            self._crew.close()
