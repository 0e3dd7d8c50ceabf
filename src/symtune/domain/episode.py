"""Turn, Episode: what a policy said and what came of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from symtune.domain.record import Record
from symtune.domain.verdict import Judgement, Outcome

StopReason = Literal["end_token", "length", "stop_text"]
"""Why the policy stopped writing a reply."""

EndReason = Literal["public_passed", "turn_limit", "context_full", "unjudged"]
"""Why an episode ended: a program passed every public test, no turn was left, the next prompt did not fit into the model's
context even when shortened, or the judge gave no verdict."""


class Turn(Record):
    """One message to a policy and its reply.

    Attributes:
        prompt: the message that the policy answers: the statement, or the feedback on its last program. What came before it
            stands in the turns before.
        reply: the text it wrote.
        source: the program taken out of the reply, or None when it holds no valid code.
        prompt_token_ids: all tokens the policy read before this reply, earlier turns included; empty when the sampler did not
            keep them.
        reply_token_ids: the reply as tokens, the end token included when it was written.
        reply_log_probs: log-probability (nats) of each reply token under the sampling policy.
        stop_reason: why the reply ended.
        judgement: the verdict on the program over the public tests; None when there was no program, or no verdict.
    """

    prompt: str
    reply: str
    source: str | None
    prompt_token_ids: tuple[int, ...] = ()
    reply_token_ids: tuple[int, ...] = ()
    reply_log_probs: tuple[float, ...] = ()
    stop_reason: StopReason = "end_token"
    judgement: Judgement | None = None


class Episode(Record):
    """The turns of one policy on one problem, and the verdict on the last program.

    Attributes:
        id: ``problem#number``; unique within a round.
        group: joins the episodes of one problem in one round.
        end_reason: why there was no further turn.
        judgement: the verdict on the last turn's program over public and private tests; None when that turn has no program
            (the episode failed) or when the judge gave none (see ``unjudged_reason``).
        unjudged_reason: why there is no verdict; such an episode has no reward and enters no figure.
    """

    problem_id: str
    turns: tuple[Turn, ...]
    id: str = ""
    group: str | None = None
    end_reason: EndReason = "turn_limit"
    judgement: Judgement | None = None
    unjudged_reason: str | None = None

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if (self.end_reason == "unjudged") != (self.unjudged_reason is not None):
            raise ValueError("exactly an episode that ended as 'unjudged' has an unjudged_reason")
        if self.judgement is not None and (not self.turns or self.turns[-1].source is None or self.unjudged_reason is not None):
            raise ValueError("an episode has a judgement only where its last turn has a program, and it was judged")
        return self

    @property
    def is_judged(self) -> bool:
        """Whether it is known how the episode ended: its last program has a verdict, or there was no program."""
        return self.unjudged_reason is None

    @property
    def is_solved(self) -> bool:
        """Whether the last program passed every public and private test."""
        return self.judgement is not None and self.judgement.outcome is Outcome.PASSED
