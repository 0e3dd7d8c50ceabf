"""Policy x Problem -> judged Episodes of several turns. Imports no torch; the policy may be any that keeps `ChatPolicy`.

    prompt -> reply -> program -> public tests -> feedback -> reply -> ... -> public and private tests

An episode ends when its program passes every public test, when no turn is left, or when the dialogue outgrows the context. The last
program is then judged on the private tests too; the two verdicts make one, so that no public test runs twice.

Episodes are played in two windows of ``batch_size``: while the replies of one are judged, those of the other are written. Places
that become free are filled from the queue in order. Who sits in which window at which step follows from the verdicts alone, never
from how long they took, so the same arguments give the same episodes. Every reply has a seed of its own.

Source: Gehring et al. 2024 (RLEF), section 2; windows, seeds and everything on outages are ours (decision 0103).
"""

from __future__ import annotations

import dataclasses
import functools
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from symtune.domain import EndReason, Episode, Judgement, Outcome, Problem, Unjudged
from symtune.errors import BadInputError, ContextFullError
from symtune.judging import Judge, joined, with_cases_not_run
from symtune.models import ChatPolicy, Reply
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.public_cases import ready_problems
from symtune.rollout.table_row import Row, Start
from symtune.rollout.telling import Telling
from symtune.rollout.verdicts import Ask, collect
from symtune.store import Progress


@dataclasses.dataclass(frozen=True)
class RolloutStats:
    """What playing took.

    Attributes:
        seconds_generation: wall seconds in the policy's calls, counting tokens of dialogues included.
        seconds_judging_waited: wall seconds that nothing was generated because verdicts were missing.
        seconds_feedback: wall seconds spent on writing messages.
        seconds_total: wall seconds of all.
        num_private_dropped: private tests left out because a public one has the same input.
        num_judge_repeats: programs asked of the judge once more because it gave no verdict.
    """

    num_episodes: int = 0
    num_replies: int = 0
    num_reply_tokens: int = 0
    seconds_generation: float = 0.0
    seconds_judging_waited: float = 0.0
    seconds_feedback: float = 0.0
    seconds_total: float = 0.0
    num_private_dropped: int = 0
    num_judge_repeats: int = 0


@dataclasses.dataclass(frozen=True)
class Rollout:
    """Episodes that were played.

    Attributes:
        episodes: problem by problem in the order given, each problem's by index.
        stats: what playing took.
        set_aside: why a problem was not played, by its id.
    """

    episodes: list[Episode]
    stats: RolloutStats
    set_aside: dict[str, str]


def play(
    problems: Sequence[Problem],
    policy: ChatPolicy,
    *,
    config: EpisodeConfig,
    judge: Judge,
    indices: Sequence[int] | None = None,
    round: int = 0,
    progress: Progress | None = None,
) -> Rollout:
    """Play one episode for each problem and index.

    Args:
        problems: what to solve; see `ready_problems` for which cannot be played.
        policy: who answers.
        config: how.
        judge: who judges; `EpisodeConfig.make_judge` makes one.
        indices: numbers of each problem's episodes; None: ``range(config.num_episodes)``.
        round: part of every seed; another round of the same problems draws anew.
        progress: advanced by one for each episode; None: a display of its own.

    Raises:
        BadInputError: a problem that cannot be played, no problem, a number twice in ``indices``, or ``random`` feedback with a single problem.
        IsolationError: this machine does not isolate as asked.
    """
    ready = ready_problems(problems, config)
    numbers = range(config.num_episodes) if indices is None else indices
    if len(set(numbers)) < len(numbers):
        raise BadInputError(f"indices {list(numbers)}: each number of an episode may stand once")
    starts = [Start(problem, index) for problem in ready.problems for index in numbers]
    rollout = play_starts(starts, policy, problems=ready.problems, config=config, judge=judge, round=round, progress=progress)
    stats = dataclasses.replace(rollout.stats, num_private_dropped=ready.num_private_dropped)
    return Rollout(rollout.episodes, stats, ready.set_aside)


def play_starts(
    starts: Sequence[Start],
    policy: ChatPolicy,
    *,
    problems: Sequence[Problem],
    config: EpisodeConfig,
    judge: Judge,
    round: int = 0,
    progress: Progress | None = None,
) -> Rollout:
    """Play chosen episodes of problems that `ready_problems` gave; see `play`.

    Args:
        starts: which episodes.
        problems: those that are played in all; under ``random`` feedback any of them may lend its own.
    """
    _forget(policy)
    table = _Table(policy, judge, config, problems=problems, round=round)
    if progress is None:
        with Progress(len(starts), "playing") as own:
            rollout = table.play(starts, own)
    else:
        rollout = table.play(starts, progress)
    _forget(policy)
    return rollout


@runtime_checkable
class KeepsDialogues(Protocol):
    """A policy that keeps something of a dialogue from one turn to the next."""

    def forget(self) -> None:
        """Drop it: the episodes have ended."""
        ...


def _forget(policy: ChatPolicy) -> None:
    """Have a policy drop what it kept: episodes must not hang on those played before."""
    if isinstance(policy, KeepsDialogues):
        policy.forget()


class _Table:
    """Where the episodes of one round are played."""

    def __init__(
        self, policy: ChatPolicy, judge: Judge, config: EpisodeConfig, *, problems: Sequence[Problem], round: int
    ) -> None:
        if config.feedback == "random" and len(problems) < 2:
            raise BadInputError("feedback = 'random' tells a program what another problem's was told; give two problems or more")
        self._policy, self._judge, self._config, self._round = policy, judge, config, round
        self._telling = Telling(config, problems, round=round)
        self._asked: dict[str, Ask] = {}
        self._ended: list[tuple[Row, Ask | None]] = []
        self._generation_s = self._waited_s = self._feedback_s = 0.0
        self._num_repeats = 0

    def play(self, starts: Sequence[Start], progress: Progress) -> Rollout:
        """Play episodes to their ends."""
        began_s = time.monotonic()
        queue = deque(starts)
        windows: tuple[list[Row], list[Row]] = ([], [])
        step = 0
        while queue or any(windows):
            window = windows[step % 2]
            num_ended = len(self._ended)
            window[:] = self._settled(window)
            while queue and len(window) < self._config.batch_size:
                start = queue.popleft()
                window.append(Row(start, self._telling.first(start), config=self._config, round=self._round))
            window[:] = self._answered(window)
            progress.advance(len(self._ended) - num_ended)
            step += 1
        by_id = self._graded()
        episodes = [by_id[start.episode_id] for start in starts]
        turns = [turn for episode in episodes for turn in episode.turns]
        stats = RolloutStats(
            num_episodes=len(episodes),
            num_replies=len(turns),
            num_reply_tokens=sum(len(turn.reply_token_ids) for turn in turns),
            seconds_generation=self._generation_s,
            seconds_judging_waited=self._waited_s,
            seconds_feedback=self._feedback_s,
            seconds_total=time.monotonic() - began_s,
            num_judge_repeats=self._num_repeats,
        )
        return Rollout(episodes, stats, {})

    def _answered(self, window: Sequence[Row]) -> list[Row]:
        """Have the policy answer and put the programs on their way; rows whose context is full end."""
        began_s = time.monotonic()
        rows = [row for row in window if row.fits(self._policy)]
        replies = self._replies(rows) if rows else []
        self._generation_s += time.monotonic() - began_s
        going: list[Row] = []
        for row, reply in zip(rows, replies, strict=True):
            if reply is None:
                continue
            row.take(reply)
            program = row.program
            if program is not None and row.problem.examples:
                begin = functools.partial(self._judge.begin_by_case, row.problem, program, split="examples")
                self._asked[row.episode_id] = Ask.now(begin)
            going.append(row)
        for row in window:
            if not any(row is other for other in going):
                self._end(row, "context_full")
        return going

    def _replies(self, rows: Sequence[Row]) -> list[Reply | None]:
        """Return the replies; None for a row whose dialogue the policy refuses even at its shortest."""
        try:
            return list(self._policy.chat([row.request() for row in rows], self._config.sampling))
        except ContextFullError:
            if len(rows) > 1:  # a policy that cannot count beforehand: each alone, to see which it is
                return [reply for row in rows for reply in self._replies([row])]
            return self._replies(rows) if rows[0].shorten() else [None]

    def _settled(self, window: Sequence[Row]) -> list[Row]:
        """Wait for the verdicts on a window's programs; end rows that are done and tell the others; return these."""
        asked = [row for row in window if row.episode_id in self._asked]
        for row, found in zip(asked, self._collected([self._asked.pop(row.episode_id) for row in asked])):
            row.note_public(found)
        going = []
        for row in window:
            is_passed = row.public is not None and row.public.judgement.outcome is Outcome.PASSED
            if row.end_reason == "unjudged":
                self._ended.append((row, None))
            elif is_passed:
                self._end(row, "public_passed")
            elif len(row.turns) >= row.max_turns:
                self._end(row, "turn_limit")
            else:
                going.append(row)
        began_s = time.monotonic()
        for row, feedback in zip(going, self._telling.of(going)):
            row.tell(feedback)
        self._feedback_s += time.monotonic() - began_s
        return going

    def _end(self, row: Row, reason: EndReason) -> None:
        """End a row, and put its last program on its way through the private tests where they are to be run."""
        row.end_reason = reason
        program = row.program
        ask = None
        if program is not None and not self._is_lost(row):
            begin = functools.partial(self._judge.begin, row.problem, program, split="tests", stop=self._config.stop)
            ask = Ask.now(begin)
        self._ended.append((row, ask))

    def _is_lost(self, row: Row) -> bool:
        """Whether private tests need not run: the program did not load, or the first failure was to be the last."""
        if row.public is None or row.public.judgement.outcome is Outcome.PASSED:
            return False
        return not row.public.cases or self._config.stop == "first_failure"

    def _graded(self) -> dict[str, Episode]:
        """Wait for the verdicts on last programs; return the episodes by id."""
        verdicts = iter(self._collected([ask for _, ask in self._ended if ask is not None]))
        return {row.episode_id: row.episode(_grade(row, None if ask is None else next(verdicts))) for row, ask in self._ended}

    def _collected(self, asks: Sequence[Ask]) -> list[Any]:
        began_s = time.monotonic()
        found, num_repeated = collect(asks, pauses_s=self._config.judge_pauses_s)
        self._waited_s += time.monotonic() - began_s
        self._num_repeats += num_repeated
        return found


def _grade(row: Row, private: Judgement | Unjudged | None) -> Judgement | Unjudged | None:
    """Return the verdict on a row's last program over public and private tests; None where there is none to give."""
    public = row.public.judgement if row.public is not None else None
    if private is None:
        return None if public is None else with_cases_not_run(public, len(row.problem.tests))
    if isinstance(private, Unjudged) or public is None:
        return private
    return joined(public, private)
