"""One episode under way: its messages, its turns, and what it waits for.

Source: ours, to the episode of Gehring et al. 2024 (RLEF).
"""

from __future__ import annotations

import dataclasses
import hashlib

from symtune.domain import EndReason, Episode, Judgement, Problem, Program, Turn, Unjudged
from symtune.judging import ByCase
from symtune.models import ChatPolicy, ChatRequest, Message, Reply
from symtune.rollout.code_block import program_of_reply
from symtune.rollout.config import EpisodeConfig


def turn_seed(seed: int, *, round: int, problem_id: str, index: int, turn: int) -> int:
    """Return the seed (64 bits) of one reply's draws."""
    digest = hashlib.sha256(f"{seed}\n{round}\n{index}\n{turn}\n{problem_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


@dataclasses.dataclass(frozen=True)
class Start:
    """One episode to be played: number ``index`` of its problem."""

    problem: Problem
    index: int

    @property
    def episode_id(self) -> str:
        """``problem#0``, ``problem#1``, ..."""
        return f"{self.problem.id}#{self.index}"


class Row:
    """An episode under way.

    Args:
        start: which.
        first_message: what the policy is asked first.
        config: how episodes are played.
        round: joins episodes played with the same weights.

    Attributes:
        turns: those that were played.
        public: verdict of the last turn's program on the public tests; None when it has no program, or the problem no such tests.
        end_reason: why there is no further turn; None while there is one.
    """

    def __init__(self, start: Start, first_message: str, *, config: EpisodeConfig, round: int) -> None:
        self.problem, self.index, self.round = start.problem, start.index, round
        self.episode_id = start.episode_id
        self.turns: list[Turn] = []
        self.public: ByCase | None = None
        self.end_reason: EndReason | None = None
        self.unjudged_reason: str | None = None
        self._config = config
        self._messages = [Message("user", first_message)]
        self._shorter: list[tuple[str, ...]] = [()]  # by user message: shorter versions that are left, the longest first

    @property
    def max_turns(self) -> int:
        """Replies at most; a problem without public tests has no feedback to give."""
        return self._config.max_turns if self.problem.examples else 1

    @property
    def program(self) -> Program | None:
        """The last turn's program."""
        source = self.turns[-1].source if self.turns else None
        if source is None:
            return None
        return Program(problem_id=self.problem.id, source=source, id=f"{self.episode_id}/{len(self.turns)}")

    def tell(self, feedback: tuple[str, ...]) -> None:
        """Add a feedback, given in its versions from the longest to the shortest."""
        self._messages.append(Message("user", feedback[0]))
        self._shorter.append(feedback[1:])

    def request(self) -> ChatRequest:
        """Return what is asked of the policy now."""
        return ChatRequest(tuple(self._messages), None if self._config.temperature == 0 else self.turn_seed)

    @property
    def turn_seed(self) -> int:
        """Seed of the next reply's draws."""
        return turn_seed(self._config.seed, round=self.round, problem_id=self.problem.id, index=self.index, turn=len(self.turns))

    def fits(self, policy: ChatPolicy) -> bool:
        """Whether the context has room for the dialogue and a reply, as far as the policy can tell; shortens feedback until it has."""
        if policy.context_tokens is None:
            return True
        while True:
            num_tokens = policy.num_prompt_tokens(self._messages)
            if num_tokens is None or num_tokens + self._config.max_new_tokens <= policy.context_tokens:
                return True
            if not self.shorten():
                return False

    def shorten(self) -> bool:
        """Put the next shorter version in place of the oldest feedback that has one; return whether there was one."""
        for number, versions in enumerate(self._shorter):
            while versions:
                shorter, versions = versions[0], versions[1:]
                self._shorter[number] = versions
                if len(shorter) < len(self._messages[2 * number].content):
                    self._messages[2 * number] = Message("user", shorter)
                    return True
        return False

    def take(self, reply: Reply) -> None:
        """Take in a reply."""
        self.public = None
        self.turns.append(
            Turn(
                prompt=self._messages[-1].content,
                reply=reply.text,
                source=program_of_reply(reply.text, code=self._config.code),
                prompt_token_ids=reply.prompt_token_ids,
                reply_token_ids=reply.token_ids,
                reply_log_probs=reply.log_probs,
                stop_reason=reply.stop_reason,
            )
        )
        self._messages.append(Message("assistant", reply.text, reply.token_ids))

    def note_public(self, found: ByCase | Unjudged) -> None:
        """Take in the verdict on the last program over the public tests."""
        if isinstance(found, Unjudged):
            self.end_reason, self.unjudged_reason = "unjudged", found.reason
            return
        self.public = found
        self.turns[-1] = self.turns[-1].model_copy(update={"judgement": found.judgement})

    def episode(self, judgement: Judgement | Unjudged | None) -> Episode:
        """Return the episode that has ended, with the verdict on its last program over public and private tests."""
        reason, unjudged_reason = self.end_reason, self.unjudged_reason
        if isinstance(judgement, Unjudged):
            reason, unjudged_reason, judgement = "unjudged", judgement.reason, None
        assert reason is not None
        return Episode(
            problem_id=self.problem.id,
            turns=tuple(self.turns),
            id=self.episode_id,
            group=f"{self.problem.id}@{self.round}",
            end_reason=reason,
            judgement=judgement,
            unjudged_reason=unjudged_reason,
        )
