"""The engine of this machine: workers are threads of this process, each with guests of its own."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any

from symtune.domain import Judgement, Problem, Program, Unjudged
from symtune.judging.engines.dealing import Chunk, Dealer
from symtune.judging.engines.engine import Worker
from symtune.judging.judge import judge
from symtune.judging.waiting import LOOK_UP_S

_WINDOW_CHUNKS_PER_WORKER = 4


@dataclasses.dataclass(frozen=True)
class _Value:
    """A shared value; threads share everything."""

    value: Any

    def fetch(self) -> Any:
        """Return the value."""
        return self.value


class LocalEngine:
    """Threads of this process."""

    def share(self, value: Any) -> _Value:
        """Return a handle on a value; see `Engine.share`."""
        return _Value(value)

    def spread(
        self,
        make_worker: Callable[[], Worker],
        items: Iterable[Any],
        *,
        workers: int,
        chunk_size: int = 1,
        is_ordered: bool = True,
    ) -> Generator[tuple[int, Any], None, None]:
        """Work on every item; see `Engine.spread`. Threads do not die, so nothing is lost."""
        window = chunk_size * workers * _WINDOW_CHUNKS_PER_WORKER if is_ordered else None
        dealer = Dealer(items, chunk_size=chunk_size, window=window)
        pool = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="worker")
        crew = _Crew(make_worker)
        under_way: dict[concurrent.futures.Future[list[Any]], Chunk] = {}
        try:
            while not dealer.is_done:
                while len(under_way) < workers and (chunk := dealer.deal()) is not None:
                    under_way[pool.submit(crew.work, chunk.values)] = chunk
                finished, _ = concurrent.futures.wait(under_way, LOOK_UP_S, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in finished:
                    dealer.take(under_way.pop(future), future.result())
                yield from dealer.ready()
        finally:
            crew.close()
            pool.shutdown(wait=True, cancel_futures=True)

    def judge(
        self, problems: Sequence[Problem], programs: Iterable[Program], *, workers: int = 2, **settings: Any
    ) -> Iterator[Judgement | Unjudged]:
        """Judge programs in order, with one pool of guests; see `symtune.judging.judge`."""
        return judge(problems, programs, workers=workers, **settings)


class _Crew:
    """One worker per thread, made when first needed."""

    def __init__(self, make_worker: Callable[[], Worker]) -> None:
        self._make_worker = make_worker
        self._local = threading.local()
        self._workers: list[Worker] = []

    def work(self, items: Sequence[Any]) -> list[Any]:
        """Work on items with this thread's worker."""
        if not hasattr(self._local, "worker"):
            self._local.worker = self._make_worker()
            self._workers.append(self._local.worker)
        worker: Worker = self._local.worker
        return worker.work(items)

    def close(self) -> None:
        """End all workers, also those at work."""
        for worker in self._workers:
            worker.close()
