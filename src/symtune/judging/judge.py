"""Judge: programs in, judgements out, in the same order; workers are threads that each drive one warm guest.

Source: ours, to the judging contract of the design.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, Self

from symtune.domain import Case, Cause, Judgement, Problem, Program, Split, Unjudged
from symtune.errors import BadInputError, BadValueError, GuestDiedError, IsolationError, SandboxError
from symtune.judging.play import FIRST_CHUNK, Played, Player
from symtune.judging.sheet import Sheet, make_sheet
from symtune.judging.verdict import check_answer, judgement_of, value_of
from symtune.sandbox import Isolation, Limits

Stop = Literal["never", "first_failure"]
"""``never``: every case runs and the pass fraction is kept. ``first_failure``: later cases are not run and count as not passed."""

_NUM_TRIES = 2
_LOOKAHEAD_PER_WORKER = 16


@dataclasses.dataclass(frozen=True)
class CaseResult:
    """What a program gave on one input.

    Attributes:
        value: the returned value of a function program, or None.
        stdout: the text a stdin program wrote, or None.
        cause: why there is no value; None when there is one.
        trace: the program's own lines that led to an exception.
    """

    value: Any = None
    stdout: str | None = None
    cause: Cause | None = None
    message: str = ""
    trace: str = ""
    cpu_s: float = 0.0


class Judge:
    """A pool of warm guests; a context manager. Guests start when first needed.

    Args:
        workers: guests at a time; each uses about one core.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        limits: limits for every problem; None takes each problem's own, then the defaults (10 s CPU a case, 1 GiB).

    Raises:
        IsolationError: when the first guest starts, if this machine does not isolate as asked.
    """

    def __init__(
        self, *, workers: int = 2, isolation: Isolation = "namespaces", limits: Limits | None = None
    ) -> None:
        if workers < 1:
            raise BadInputError(f"workers must be 1 or more, got {workers}")
        self._limits = limits
        self._workers = workers
        self._players = [Player(isolation=isolation) for _ in range(workers)]
        self._idle: queue.LifoQueue[Player] = queue.LifoQueue()
        for player in self._players:
            self._idle.put(player)
        self._pool = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="judge")
        self._is_closed = False

    def judge(
        self,
        problems: Sequence[Problem],
        programs: Iterable[Program],
        *,
        split: Split = "tests",
        stop: Stop = "never",
        progress: Callable[[], object] | None = None,
    ) -> Iterator[Judgement | Unjudged]:
        """Judge programs against the cases of their problems, in order.

        Args:
            split: which cases.
            stop: whether to go on after a case that did not pass.
            progress: called after each program.

        Yields:
            One Judgement per program, or Unjudged with the reason: an unknown problem, no cases, an unknown comparator, an id
            used twice for different programs, or a guest that died twice under it.
        """
        by_id = {problem.id: problem for problem in problems}
        sheets: dict[str, Sheet | str] = {}
        sources: dict[tuple[str, str], str] = {}
        pending: deque[concurrent.futures.Future[Judgement | Unjudged] | Unjudged] = deque()
        rest = iter(programs)
        is_exhausted = False
        try:
            while pending or not is_exhausted:
                while not is_exhausted and len(pending) < _LOOKAHEAD_PER_WORKER * self._workers:
                    program = next(rest, None)
                    if program is None:
                        is_exhausted = True
                        break
                    sheet = self._sheet(program, by_id, sheets, split)
                    known = sources.setdefault((program.problem_id, program.program_id), program.source)
                    if known != program.source:
                        sheet = f"the program id {program.program_id!r} is used twice, for different programs"
                    if isinstance(sheet, str):
                        pending.append(_unjudged(program, sheet, fault="input"))
                    else:
                        pending.append(self._pool.submit(self._judge_one, sheet, program, stop))
                if pending:
                    first = pending.popleft()
                    yield first if isinstance(first, Unjudged) else first.result()
                    if progress is not None:
                        progress()
        finally:
            for item in pending:
                if not isinstance(item, Unjudged):
                    item.cancel()

    def run_inputs(self, problem: Problem, source: str, cases: Sequence[Case]) -> list[CaseResult]:
        """Run any program of a problem on the inputs of cases, without comparing; expected values are not looked at.

        Raises:
            SandboxError: the guest died twice.
            BadInputError: no cases, or an input without JSON form.
        """
        sheet = make_sheet(problem, cases, limits=self._limits, is_judged=False)
        played = self._pool.submit(self._play, sheet, source).result()
        failure = played.load_failure
        answers = played.answers if failure is None else [failure] * len(cases)
        results = []
        for answer in answers:
            result = CaseResult(cause=answer.cause, message=answer.message, trace=answer.trace, cpu_s=answer.cpu_s)
            if answer.cause is None:
                try:
                    value = value_of(answer)
                except BadValueError as error:
                    result = dataclasses.replace(result, cause=Cause.NOT_PLAIN, message=str(error))
                else:
                    result = dataclasses.replace(result, **{"stdout" if problem.is_stdin else "value": value})
            results.append(result)
        return results

    def _sheet(
        self, program: Program, by_id: dict[str, Problem], sheets: dict[str, Sheet | str], split: Split
    ) -> Sheet | str:
        """Return the sheet of the program's problem, or why there is none."""
        name = program.problem_id
        if name not in sheets:
            if name not in by_id:
                sheets[name] = f"no problem has the id {name!r}"
            else:
                try:
                    sheets[name] = make_sheet(by_id[name], by_id[name].cases(split).cases, limits=self._limits)
                except BadInputError as error:
                    sheets[name] = str(error)
        return sheets[name]

    def _judge_one(self, sheet: Sheet, program: Program, stop: Stop) -> Judgement | Unjudged:
        try:
            if stop == "first_failure":
                return self._judge_until_failure(sheet, program)
            return judgement_of(sheet, self._play(sheet, program.source), program.program_id)
        except IsolationError:
            raise
        except SandboxError as error:
            return _unjudged(program, str(error))

    def _judge_until_failure(self, sheet: Sheet, program: Program) -> Judgement:
        """Run chunks of cases, each four times as long as the one before, until one holds a case that did not pass."""
        start, size, wall_s = 0, FIRST_CHUNK, 0.0
        answers: list[Any] = []
        while start < len(sheet):
            stop = min(start + size, len(sheet))
            played = self._play(sheet, program.source, start=start, stop=stop)
            wall_s += played.wall_s
            answers += played.answers
            if played.load_failure is not None:
                return judgement_of(sheet, Played([], played.load_failure, wall_s), program.program_id)
            failing = (index for index in range(start, stop) if check_answer(sheet, index, answers[index])[1] is not None)
            first = next(failing, None)
            if first is not None:
                return judgement_of(sheet, Played(answers[: first + 1], None, wall_s), program.program_id)
            start, size = stop, size * 4
        return judgement_of(sheet, Played(answers=answers, load_failure=None, wall_s=wall_s), program.program_id)

    def _play(self, sheet: Sheet, source: str, *, start: int = 0, stop: int | None = None) -> Played:
        player = self._idle.get()
        try:
            for attempt in range(1, _NUM_TRIES + 1):
                try:
                    return player.play(sheet, source, start=start, stop=stop)
                except IsolationError:
                    raise
                except SandboxError:
                    if attempt == _NUM_TRIES or self._is_closed:
                        raise
            raise GuestDiedError("no try was made")
        finally:
            self._idle.put(player)

    def close(self) -> None:
        """End all guests, also those at work."""
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        for player in self._players:
            player.close()
        self._pool.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
    progress: Callable[[], object] | None = None,
) -> Iterator[Judgement | Unjudged]:
    """Judge programs with guests of their own; see `Judge.judge`."""
    with Judge(workers=workers, isolation=isolation, limits=limits) as pool:
        yield from pool.judge(problems, programs, split=split, stop=stop, progress=progress)
