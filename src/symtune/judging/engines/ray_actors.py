"""The engine of many machines: workers are Ray actors, each with guests of its own on the machine where Ray puts it.

Ray is reached as ``RAY_ADDRESS`` says; without it, and where the calling program has not connected itself, a Ray of this machine's own is
started for the work and taken down after it. Every machine needs the same symtune. Ray's own restarts and retries are off: an actor
that dies, alone or with its node, is replaced by another wherever there is room, and the `Dealer` deals its chunk out again.

Source: ours, on Ray's actors and object store.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from symtune import __version__
from symtune.domain import Judgement, Problem, Program, Unjudged
from symtune.errors import BadInputError, MissingExtraError, SandboxError
from symtune.judging.engines.chunks import judge_in_chunks
from symtune.judging.engines.dealing import Chunk, Dealer
from symtune.judging.engines.engine import Worker

OWN_STORE_BYTES = 256 << 20
"""Object store of a Ray that is started for the work; it holds the problems."""

ROOM_TIMEOUT_S = 300.0
"""How long a cluster may have no room for a single worker before the work is given up."""

NUM_STARTS = 3
"""How often a Ray of one's own is tried to be started; on a busy machine its processes may come up later than the 30 s Ray gives them."""

_CHUNKS_PER_WORKER = 4
_WAIT_S = 0.2
_CLOSE_S = 0.5


@dataclasses.dataclass(frozen=True)
class _Stored:
    """A value in Ray's object store."""

    reference: Any

    def fetch(self) -> Any:
        """Return the value; Ray brings it to this machine once."""
        return _ray().get(self.reference)


class RayWorker:
    """The actor: one worker, made when first needed, so that its errors are those of a call."""

    def __init__(self, make_worker: Callable[[], Worker]) -> None:
        self._make_worker = make_worker
        self._worker: Worker | None = None

    def version(self) -> str:
        """Return the version of symtune on this machine; the first answer says that the actor is there."""
        return __version__

    def work(self, items: Sequence[Any]) -> list[Any]:
        """Work on items."""
        if self._worker is None:
            self._worker = self._make_worker()
        return self._worker.work(items)

    def close(self) -> None:
        """End the worker's guests."""
        if self._worker is not None:
            self._worker.close()


class RayEngine:
    """Ray actors, on this machine or on many."""

    def share(self, value: Any) -> _Stored:
        """Put a value into the object store; see `Engine.share`."""
        return _Stored(_ray().put(value))

    def spread(
        self,
        make_worker: Callable[[], Worker],
        items: Iterable[Any],
        *,
        workers: int,
        chunk_size: int = 1,
        is_ordered: bool = True,
    ) -> Generator[tuple[int, Any], None, None]:
        """Work on every item; see `Engine.spread`.

        Raises:
            MissingExtraError: Ray is not installed.
            BadInputError: a machine of the cluster has another version of symtune.
            SandboxError: Ray has no room for a single worker, or cannot be reached.
        """
        if workers < 1:
            raise BadInputError(f"workers must be 1 or more, got {workers}")
        window = chunk_size * workers * _CHUNKS_PER_WORKER if is_ordered else None
        dealer = Dealer(items, chunk_size=chunk_size, window=window)
        with _connected(workers), contextlib.closing(_Crew(make_worker, workers)) as crew:
            while not dealer.is_done:
                while crew.has_idle and (chunk := dealer.deal()) is not None:
                    crew.give(chunk)
                yield from dealer.ready()
                if dealer.is_done:
                    return
                for chunk, results, reason in crew.wait():
                    if results is None:
                        dealer.lose(chunk, reason)
                    else:
                        dealer.take(chunk, results)
                yield from dealer.ready()

    def judge(
        self,
        problems: Sequence[Problem],
        programs: Iterable[Program],
        *,
        workers: int = 2,
        progress: Callable[[], object] | None = None,
        split: str = "tests",
        stop: str = "never",
        **judge_settings: Any,
    ) -> Iterator[Judgement | Unjudged]:
        """Judge programs in order; see `symtune.judging.judge`. A ``cache`` is a file of each machine, at the same path."""
        if judge_settings.get("cache") is not None:
            judge_settings["cache"] = Path(judge_settings["cache"]).absolute()
        call_settings = {"split": split, "stop": stop}
        return judge_in_chunks(
            self, problems, programs, workers=workers, progress=progress, judge_settings=judge_settings, call_settings=call_settings
        )


class _Crew:
    """The actors: starting, idle or at work. One that dies is replaced."""

    def __init__(self, make_worker: Callable[[], Worker], num_actors: int) -> None:
        ray = _ray()
        self._ray, self._num_actors = ray, num_actors
        self._actor_class = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayWorker)
        self._make_worker = ray.put(make_worker)
        self._idle: list[Any] = []
        self._under_way: dict[Any, tuple[Any, Chunk | None]] = {}  # reference -> actor and its chunk; None: it starts
        self._room_s = time.monotonic()
        self._hire()

    @property
    def has_idle(self) -> bool:
        """Whether an actor waits for work."""
        return bool(self._idle)

    def _hire(self) -> None:
        for _ in range(self._num_actors - len(self._idle) - len(self._under_way)):
            actor = self._actor_class.remote(self._make_worker)
            self._under_way[actor.version.remote()] = (actor, None)

    def give(self, chunk: Chunk) -> None:
        """Give a chunk to an idle actor."""
        actor = self._idle.pop()
        self._under_way[actor.work.remote(chunk.values)] = (actor, chunk)

    def wait(self) -> Iterator[tuple[Chunk, list[Any] | None, str]]:
        """Wait until something happens, for a moment at most, and yield chunks with their results, or None and why there are none."""
        finished, _ = self._ray.wait(list(self._under_way), num_returns=1, timeout=_WAIT_S)
        for reference in finished:
            actor, chunk = self._under_way.pop(reference)
            results, reason = self._result(reference)
            if results is None:
                self._ray.kill(actor)
            else:
                self._idle.append(actor)
            if chunk is not None:
                yield chunk, results, reason
            elif results not in (None, __version__):
                raise BadInputError(f"a machine of the Ray cluster has symtune {results}, this one {__version__}; install the same one")
        self._hire()
        self._refuse_a_full_cluster()

    def _result(self, reference: Any) -> tuple[Any, str]:
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference), ""
        except errors.RayTaskError as error:  # the worker raised
            raise error.cause from None
        except errors.RayError as error:  # its process or its machine is gone, or what it had to say
            return None, f"the worker died: {type(error).__name__}"

    def _refuse_a_full_cluster(self) -> None:
        now_s = time.monotonic()
        if self._idle or any(chunk is not None for _, chunk in self._under_way.values()):
            self._room_s = now_s
        elif now_s - self._room_s > ROOM_TIMEOUT_S:
            raise SandboxError(f"Ray had no room for a single worker (1 CPU) for {ROOM_TIMEOUT_S:.0f} s; add machines or free some")

    def close(self) -> None:
        """End all actors. Guests of those at work end with them: a guest leaves when its host's end of the channel closes."""
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.wait([actor.close.remote() for actor in self._idle] or [self._make_worker], timeout=_CLOSE_S)
        for actor in [*self._idle, *(actor for actor, _ in self._under_way.values())]:
            self._ray.kill(actor)


@contextlib.contextmanager
def _connected(workers: int) -> Iterator[None]:
    """Be connected to Ray inside the block: as the caller is, as ``RAY_ADDRESS`` says, or to one that is started here."""
    ray = _ray()
    if ray.is_initialized():
        yield
        return
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    address, folder = os.environ.get("RAY_ADDRESS"), None
    try:
        if address:
            try:
                ray.init(address=address, **quiet)
            except (ConnectionError, ValueError) as error:
                raise SandboxError(f"no Ray answers at RAY_ADDRESS={address}: {error}") from error
        else:
            folder = tempfile.mkdtemp(prefix="symtune-ray-")
            _start_own(workers, folder, **quiet)
        yield
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _start_own(workers: int, folder: str, **quiet: Any) -> None:
    """Start a Ray of this machine's own; on a machine so busy that its processes come up too late for Ray, start it again."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = _ray()
    for number in range(1, NUM_STARTS + 1):
        try:
            ray.init(
                address="local", num_cpus=workers, include_dashboard=False, object_store_memory=OWN_STORE_BYTES, _temp_dir=folder, **quiet
            )
            return
        except Exception as error:  # Ray raises plain exceptions when its processes do not come up
            ray.shutdown()
            if number == NUM_STARTS:
                raise SandboxError(f"no Ray could be started on this machine in {NUM_STARTS} tries: {error}") from error


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("ray", extra="ray") from error
    return ray
