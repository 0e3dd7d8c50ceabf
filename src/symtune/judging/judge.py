"""Judge: programs in, judgements out. `Judge.judge` gives them in order, `Judge.submit` is awaited; both share the warm guests.

Source: ours, to the judging contract of the design.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar

from symtune.domain import Case, Judgement, Problem, Program, Split, Unjudged
from symtune.errors import BadInputError, IsolationError, SandboxError
from symtune.judging.by_case import ByCase, CaseResult, by_case_of, case_result
from symtune.judging.checker import Checkers
from symtune.judging.measure import measured_sheet
from symtune.judging.play import FIRST_CHUNK, Answer, Played, play
from symtune.judging.schedule import MAX_BYTES_AT_ONCE, Aside, Scheduler
from symtune.judging.sheet import Sheet, make_sheet
from symtune.judging.time_limit import TimeLimit
from symtune.judging.verdict import Column, check_answers, column_of, judgement_of
from symtune.judging.waiting import wait_for
from symtune.sandbox import Isolation, Limits
from symtune.store import VerdictCache

Stop = Literal["never", "first_failure"]
"""``never``: every case runs and the pass fraction is kept. ``first_failure``: later cases are not run and count as not passed."""

Result = Judgement | Unjudged

_LOOKAHEAD_PER_WORKER = 16
_SUBMITTED_PER_WORKER = 64
"""Programs that `Judge.submit` takes in at a time; the others wait outside, without a sheet."""

_MAX_SHEETS = 256
"""Suites kept ready; beyond, the one that was not used for longest is made again when it is needed."""


T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Pending(Generic[T]):
    """A program on its way through the judge."""

    program: Program
    begun: Future[T] | T

    def result(self) -> T | Unjudged:
        """Wait for the verdict and return it; Unjudged where the judge broke, or was closed meanwhile.

        Raises:
            IsolationError: this machine does not isolate as asked.
        """
        return _result(self.program, self.begun)


class Judge:
    """Warm guests that judge programs; a context manager. Guests start when first needed.

    Args:
        workers: programs that run at a time, about one core each; while one sleeps another runs in its place.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        limits: what is set in it holds for every problem; the rest is each problem's own, then the defaults (10 s CPU a case, 1 GiB).
        time_limit: CPU time as a multiple of what each problem's references need, measured when the problem first comes.
        cache: file of verdicts kept from run to run, or None.

    Raises:
        IsolationError: when the first guest starts, if this machine does not isolate as asked.
        RunError: the cache cannot be used.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        isolation: Isolation = "namespaces",
        limits: Limits | None = None,
        time_limit: TimeLimit | None = None,
        cache: Path | str | None = None,
    ) -> None:
        if workers < 1:
            raise BadInputError(f"workers must be 1 or more, got {workers}")
        self._limits, self._time_limit = limits, time_limit
        self._workers: int = workers
        self._isolation: Isolation = isolation
        self._cache = None if cache is None else VerdictCache(cache)
        self._checkers = Checkers(isolation=isolation)
        self._scheduler = Scheduler(workers=workers, isolation=isolation)
        self._sheets: OrderedDict[tuple[int, Split], tuple[Problem, Sheet | str]] = OrderedDict()
        self._sheets_lock = threading.Lock()
        self._inputs_cpu_s = 0.0
        self._rooms: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = weakref.WeakKeyDictionary()

    def judge(
        self,
        problems: Sequence[Problem],
        programs: Iterable[Program],
        *,
        split: Split = "tests",
        stop: Stop = "never",
        progress: Callable[[], object] | None = None,
    ) -> Iterator[Result]:
        """Judge programs against the cases of their problems, in order.

        Args:
            split: which cases.
            stop: whether to go on after a case that did not pass.
            progress: called after each program.

        Yields:
            One Judgement per program, or Unjudged with the reason: an unknown problem, no cases, an unknown comparator, an id
            used twice for different programs, or a guest that died twice under it.
        """
        by_id: dict[str, Problem | None] = {}
        for problem in problems:  # an id that stands for two problems stands for none
            by_id[problem.id] = None if by_id.get(problem.id, problem) != problem else problem
        sources: dict[tuple[str, str], str] = {}
        pending: deque[tuple[Program, Future[Result] | Result]] = deque()
        rest = iter(programs)
        is_exhausted = False
        try:
            while pending or not is_exhausted:
                while not is_exhausted and len(pending) < _LOOKAHEAD_PER_WORKER * self._workers:
                    program = next(rest, None)
                    if program is None:
                        is_exhausted = True
                        break
                    pending.append((program, self._asked(by_id, sources, program, split, stop)))
                if pending:
                    yield _result(*pending.popleft())
                    if progress is not None:
                        progress()
        finally:
            for _, begun in pending:
                if isinstance(begun, Future):
                    begun.cancel()

    def _asked(
        self, by_id: dict[str, Problem | None], sources: dict[tuple[str, str], str], program: Program, split: Split, stop: Stop
    ) -> Future[Result] | Result:
        """Put a program of a batch on its way, unless its ids are wrong."""
        known = sources.setdefault((program.problem_id, program.program_id), program.source)
        if known != program.source:
            reason = f"the program id {program.program_id!r} is used twice, for different programs"
        elif program.problem_id not in by_id:
            reason = f"no problem has the id {program.problem_id!r}"
        else:
            problem = by_id[program.problem_id]
            if problem is not None:
                return self._begin(problem, program, split, stop)
            reason = f"the problem id {program.problem_id!r} is used twice, for different problems"
        return _unjudged(program, reason, fault="input")

    async def submit(self, problem: Problem, program: Program, *, split: Split = "tests", stop: Stop = "never") -> Result:
        """Judge one program; many may be awaited at a time, so that judging overlaps with what makes the programs.

        A program whose task is cancelled before its turn is not run.

        Args:
            split: which cases.
            stop: whether to go on after a case that did not pass.

        Returns:
            Its Judgement, or Unjudged with the reason.
        """
        loop = asyncio.get_running_loop()
        room = self._rooms.setdefault(loop, asyncio.Semaphore(_SUBMITTED_PER_WORKER * self._workers))
        async with room:
            if program.problem_id != problem.id:
                reason = f"the program answers problem {program.problem_id!r}, not {problem.id!r}"
                return _unjudged(program, reason, fault="input")
            if (id(problem), split) in self._sheets and self._cache is None:
                begun = self._begin(problem, program, split, stop)
            else:  # making a sheet and asking the cache take their time
                begun = await asyncio.to_thread(self._begin, problem, program, split, stop)
            if not isinstance(begun, Future):
                return begun
            try:
                return await asyncio.wrap_future(begun)
            except SandboxError as error:
                return _broken(program, error)

    def begin(self, problem: Problem, program: Program, *, split: Split = "tests", stop: Stop = "never") -> Pending[Result]:
        """Put one program on its way and return at once, so that judging overlaps with what the caller does meanwhile."""
        return Pending(program, self._begin(problem, program, split, stop))

    def begin_by_case(self, problem: Problem, program: Program, *, split: Split = "tests") -> Pending[ByCase | Unjudged]:
        """As `begin`, for the verdict on every case; the verdict cache, which holds none of these, is not asked."""
        try:
            sheet = self._sheet(problem, split)
            if isinstance(sheet, str):
                return Pending(program, _unjudged(program, sheet, fault="input"))
            return Pending(program, self._scheduler.run(self._steps_by_case(sheet, program)))
        except SandboxError as error:
            return Pending(program, _broken(program, error))

    def _steps_by_case(self, sheet: Sheet, program: Program) -> Generator[Any, Any, ByCase | Unjudged]:
        try:
            played = yield from play(sheet, program.source)
            call = functools.partial(by_case_of, sheet, played, program.program_id, checkers=self._checkers)
            return (yield from _aside_if_long(sheet, played, call))
        except SandboxError as error:
            return _broken(program, error)

    def run_inputs(self, problem: Problem, source: str, cases: Sequence[Case]) -> list[CaseResult]:
        """Run any program of a problem on the inputs of cases, without comparing; expected values are not looked at.

        Raises:
            SandboxError: the guest died twice.
            BadInputError: no cases, or an input without JSON form.
        """
        sheet = make_sheet(problem, cases, limits=self._limits, is_judged=False)
        played = self._play(sheet, source)
        with self._sheets_lock:
            self._inputs_cpu_s += played.cpu_s
        failure = played.load_failure
        answers = played.answers if failure is None else [failure] * len(cases)
        return [case_result(problem, answer) for answer in answers]

    @property
    def inputs_cpu_s(self) -> float:
        """CPU seconds that the forks of all calls of `run_inputs` and `columns` have used, loading included."""
        return self._inputs_cpu_s

    def columns(
        self, problem: Problem, sources: Sequence[str], cases: Sequence[Case], *, cpu_time_s: float
    ) -> list[Column | SandboxError]:
        """Judge many programs on the same cases, each to its end or to the first case that ends its process.

        Args:
            cpu_time_s: CPU seconds of one case, and of loading, in place of the problem's own.

        Returns:
            Per program its column, or why it has none: the judge broke under it, or its checker could not decide.

        Raises:
            BadInputError: no cases, an unknown comparator, a value without JSON form.
            IsolationError: this machine does not isolate as asked.
        """
        limits = (self._limits or Limits()).model_copy(update={"cpu_time_s": cpu_time_s})
        sheet = make_sheet(problem, cases, limits=limits)
        begun = [self._scheduler.run(self._column(sheet, source)) for source in sources]
        return [wait_for(future) for future in begun]

    def _column(self, sheet: Sheet, source: str) -> Generator[Any, Any, Column | SandboxError]:
        try:
            played = yield from play(sheet, source, is_cut=True)
            with self._sheets_lock:
                self._inputs_cpu_s += played.cpu_s
            call = functools.partial(column_of, sheet, played, checkers=self._checkers)
            return (yield from _aside_if_long(sheet, played, call))
        except IsolationError:
            raise
        except SandboxError as error:
            return error

    def _begin(self, problem: Problem, program: Program, split: Split, stop: Stop) -> Future[Result] | Result:
        """Put a program on its way; returns at once what can be told without running it."""
        try:
            sheet = self._sheet(problem, split)
            if isinstance(sheet, str):
                return _unjudged(program, sheet, fault="input")
            key = None
            if self._cache is not None:
                key = sheet.verdict_key(program.source, stop=stop, isolation=self._isolation)
                known = self._cache.get(key)
                if known is not None:
                    own = {"problem_id": problem.id, "program_id": program.program_id}
                    return Judgement.from_json({**known, **own})
            return self._scheduler.run(self._steps(sheet, program, stop, key))
        except SandboxError as error:  # a reference that could not be measured, or the judge was closed
            return _broken(program, error)

    def _sheet(self, problem: Problem, split: Split) -> Sheet | str:
        """Return the sheet of a problem, or why there is none."""
        key = id(problem), split
        with self._sheets_lock:
            if key in self._sheets:
                self._sheets.move_to_end(key)
                return self._sheets[key][1]
        sheet: Sheet | str
        try:
            sheet = make_sheet(problem, problem.cases(split).cases, limits=self._limits)
            if self._time_limit is not None:
                sheet = measured_sheet(sheet, self._time_limit, self._play, checkers=self._checkers)
        except BadInputError as error:
            sheet = str(error)
        with self._sheets_lock:
            self._sheets[key] = problem, sheet
            while len(self._sheets) > _MAX_SHEETS:
                self._sheets.popitem(last=False)
        return sheet

    def _play(self, sheet: Sheet, source: str) -> Played:
        return wait_for(self._scheduler.run(play(sheet, source)))

    def _steps(self, sheet: Sheet, program: Program, stop: Stop, key: str | None) -> Generator[Any, Any, Result]:
        """Judge one program, in steps for the scheduler."""
        try:
            run = play(sheet, program.source) if stop == "never" else self._until_failure(sheet, program.source)
            played = yield from run
            judgement = yield from _aside_if_long(
                sheet, played, functools.partial(judgement_of, sheet, played, program.program_id, checkers=self._checkers)
            )
        except SandboxError as error:
            return _broken(program, error)
        if key is not None and self._cache is not None and not played.is_by_chance:
            yield Aside(functools.partial(self._cache.put, key, judgement.to_json()))
        return judgement

    def _until_failure(self, sheet: Sheet, source: str) -> Generator[Any, Any, Played]:
        """Run chunks of cases, each four times as long as the one before, until one holds a case that did not pass."""
        start, size, wall_s, num_bytes = 0, FIRST_CHUNK, 0.0, 0
        answers: list[Answer] = []
        while start < len(sheet):
            stop = min(start + size, len(sheet))
            played = yield from play(sheet, source, start=start, stop=stop)
            wall_s, num_bytes = wall_s + played.wall_s, num_bytes + played.num_bytes
            if played.load_failure is not None:
                return Played([], played.load_failure, wall_s)
            numbered = list(enumerate(played.answers, start))
            checked = yield from _aside_if_long(
                sheet, played, functools.partial(check_answers, sheet, numbered, checkers=self._checkers)
            )
            answers += played.answers
            first = next((index for index, (_, cause, _) in enumerate(checked, start) if cause is not None), None)
            if first is not None:
                return Played(answers[: first + 1], None, wall_s, num_bytes)
            start, size = stop, size * 4
        return Played(answers, None, wall_s, num_bytes)

    def close(self) -> None:
        """End all guests, also those at work, within a second; what was on its way is Unjudged."""
        self._checkers.close()
        self._scheduler.close()
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _result(program: Program, begun: Future[T] | T) -> T | Unjudged:
    """Return what came of a program, waiting for it where it is on its way; a judge closed meanwhile leaves it unjudged."""
    if not isinstance(begun, Future):
        return begun
    try:
        return wait_for(begun)
    except SandboxError as error:
        return _broken(program, error)


def _broken(program: Program, error: SandboxError) -> Unjudged:
    """Return what a program becomes whose judging broke; isolation that is not to be had is raised."""
    if isinstance(error, IsolationError):
        raise error
    return _unjudged(program, str(error))


def _aside_if_long(sheet: Sheet, played: Played, call: Callable[[], Any]) -> Generator[Any, Any, Any]:
    """Make a call here, or aside when it may take long: a checker, or answers of many bytes."""
    is_long = sheet.problem.checker is not None or played.num_bytes > MAX_BYTES_AT_ONCE
    return (yield Aside(call)) if is_long else call()


def _unjudged(program: Program, reason: str, *, fault: Literal["judge", "input"] = "judge") -> Unjudged:
    return Unjudged(problem_id=program.problem_id, program_id=program.program_id, reason=reason, fault=fault)


def judge(
    problems: Sequence[Problem],
    programs: Iterable[Program],
    *,
    split: Split = "tests",
    workers: int = 2,
    stop: Stop = "never",
    isolation: Isolation = "namespaces",
    limits: Limits | None = None,
    time_limit: TimeLimit | None = None,
    cache: Path | str | None = None,
    progress: Callable[[], object] | None = None,
) -> Iterator[Result]:
    """Judge programs with guests of their own; see `Judge.judge`."""
    with Judge(workers=workers, isolation=isolation, limits=limits, time_limit=time_limit, cache=cache) as pool:
        yield from pool.judge(problems, programs, split=split, stop=stop, progress=progress)
