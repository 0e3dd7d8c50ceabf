"""Episodes that somebody else's loop plays: it brings the replies, symtune the messages, the verdicts and the reward.

    attempts = Attempts(problems, EpisodeConfig(max_turns=3))
    attempt = attempts.begin("two-sum")
    attempt.first_message            -> what the policy is asked
    attempt.submit(reply)            -> feedback, or None when the episode is over
    attempt.reward()                 -> float, or None when the judge gave no verdict

Messages, verdicts and the end of an episode are those of `symtune.rollout.play`; only who writes the replies differs.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import Self

from symtune.domain import Episode, Judgement, Outcome, Problem, Unjudged
from symtune.errors import BadInputError
from symtune.judging import Judge, joined, with_cases_not_run
from symtune.models import Reply
from symtune.rewards.rlef import NO_CODE_PENALTY, EpisodeScheme, turn_rewards
from symtune.rollout import EpisodeConfig, Start, ready_problems
from symtune.rollout.table_row import Row
from symtune.rollout.telling import Telling
from symtune.rollout.verdicts import Ask, collect


class Attempts:
    """Begins attempts at problems, all judged by one judge.

    Args:
        problems: what attempts may be at; public tests for the feedback, private ones for the reward.
        config: turns, feedback and limits as `symtune.rollout.play` reads them; how tokens are drawn is the other loop's affair.
        scheme: how the last program's verdict is rewarded; see `symtune.rewards.rlef.turn_rewards`.
        no_code_penalty: added for each reply without valid code.

    Raises:
        BadInputError: a problem that cannot be played (no public or no private tests, an id used twice), unless
            ``config.unfit_problems`` sets such aside.

    Source: ours.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        config: EpisodeConfig | None = None,
        *,
        scheme: EpisodeScheme = "binary",
        no_code_penalty: float = NO_CODE_PENALTY,
    ) -> None:
        self.config = config or EpisodeConfig()
        self.problems = ready_problems(problems, self.config).problems
        self.scheme, self.no_code_penalty = scheme, no_code_penalty
        self.judge: Judge = self.config.make_judge()
        self._by_id = {problem.id: problem for problem in self.problems}
        self._telling = Telling(self.config, self.problems, round=0)
        self._telling_lock = threading.Lock()

    def begin(self, problem_id: str) -> Attempt:
        """Begin an attempt at a problem.

        Raises:
            BadInputError: no such problem.
        """
        if problem_id not in self._by_id:
            raise BadInputError(f"no problem with the id {problem_id!r}; the data set's column 'problem_id' names one of the {len(self._by_id)} given")
        return Attempt(self, Start(self._by_id[problem_id], 0))

    def first_message(self, problem: Problem) -> str:
        """Return what a policy is asked first."""
        with self._telling_lock:
            return self._telling.first(Start(problem, 0))

    def feedback(self, row: Row) -> str:
        """Return what a policy is told of its last program."""
        with self._telling_lock:  # under random feedback it remembers what others were told
            return self._telling.of([row])[0][0]

    def close(self) -> None:
        """Stop the guests."""
        self.judge.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Attempt:
    """One episode at one problem; may be used from any thread, but from one at a time.

    Attributes:
        first_message: what the policy is asked.
    """

    def __init__(self, attempts: Attempts, start: Start) -> None:
        self._attempts = attempts
        self.first_message = attempts.first_message(start.problem)
        self._row = Row(start, self.first_message, config=attempts.config, round=0)
        self._episode: Episode | None = None

    @property
    def is_over(self) -> bool:
        """Whether no further reply is taken."""
        return self._row.end_reason is not None

    @property
    def is_passed(self) -> bool:
        """Whether the last program passed every public test."""
        return self._row.end_reason == "public_passed"

    @property
    def unjudged_reason(self) -> str | None:
        """Why the judge gave no verdict; None where it did, or was not asked yet."""
        return self._row.unjudged_reason if self._episode is None else self._episode.unjudged_reason

    @property
    def num_turns(self) -> int:
        """Replies taken so far."""
        return len(self._row.turns)

    def submit(self, reply: str) -> str | None:
        """Judge the program of a reply on the public tests.

        Returns:
            The feedback; None when the episode is over: every public test passed, no turn is left, or the judge gave no verdict.

        Raises:
            BadInputError: the episode was over already, or the reply is no text.
            IsolationError: this machine does not isolate as asked.
        """
        if self.is_over:
            raise BadInputError(f"the attempt at {self._row.problem.id!r} is over ({self._row.end_reason}); begin another")
        if not isinstance(reply, str):
            raise BadInputError(f"a reply must be text, got {type(reply).__name__}")
        self._row.take(Reply(reply, (), (), (), "end_token"))
        self._judge_public()
        row = self._row
        if row.end_reason is not None:
            return None
        if row.public is not None and row.public.judgement.outcome is Outcome.PASSED:
            row.end_reason = "public_passed"
        elif len(row.turns) >= row.max_turns:
            row.end_reason = "turn_limit"
        else:
            feedback = self._attempts.feedback(row)
            row.tell((feedback,))
            return feedback
        return None

    def episode(self) -> Episode:
        """End the attempt, and return it with the last program judged on public and private tests; asked again, return the same.

        Raises:
            BadInputError: no reply was submitted.
            IsolationError: this machine does not isolate as asked.
        """
        if self._episode is None:
            row = self._row
            if not row.turns:
                raise BadInputError(f"nothing was submitted to the attempt at {row.problem.id!r}; submit a reply first")
            if row.program is not None and row.public is None and row.end_reason is None:
                self._judge_public()  # the call that should have done it was broken off
            row.end_reason = row.end_reason or "turn_limit"
            self._episode = row.episode(None if row.end_reason == "unjudged" else self._graded())
        return self._episode

    def reward(self) -> float | None:
        """Return the sum of the turns' rewards; None where the judge gave no verdict, so that there is no reward.

        Raises:
            BadInputError: as `episode`.
        """
        episode = self.episode()
        if not episode.is_judged:
            return None
        attempts = self._attempts
        return sum(turn_rewards(episode, scheme=attempts.scheme, no_code_penalty=attempts.no_code_penalty))

    def _judge_public(self) -> None:
        row, judge = self._row, self._attempts.judge
        program = row.program
        if program is None or not row.problem.examples:
            return
        begin = functools.partial(judge.begin_by_case, row.problem, program, split="examples")
        (found,), _ = collect([Ask.now(begin)], pauses_s=self._attempts.config.judge_pauses_s)
        row.note_public(found)

    def _graded(self) -> Judgement | Unjudged | None:
        """Return the verdict on the last program over public and private tests; None where it has none."""
        row, config = self._row, self._attempts.config
        program = row.program
        if program is None:
            return None
        public = row.public
        if public is not None and public.judgement.outcome is not Outcome.PASSED and (not public.cases or config.stop == "first_failure"):
            return with_cases_not_run(public.judgement, len(row.problem.tests))
        begin = functools.partial(self._attempts.judge.begin, row.problem, program, split="tests", stop=config.stop)
        (private,), _ = collect([Ask.now(begin)], pauses_s=config.judge_pauses_s)
        if isinstance(private, Unjudged) or public is None:
            return private
        return joined(public.judgement, private)
