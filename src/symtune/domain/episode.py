"""Turn, Episode: what a policy said and what came of it."""

from __future__ import annotations

from typing import Literal

from symtune.domain.record import Record
from symtune.domain.verdict import Judgement

StopReason = Literal["end_token", "length", "stop_text"]
"""Why the policy stopped writing a reply."""


class Turn(Record):
    """One reply of a policy to one prompt.

    Attributes:
        prompt: the text the policy saw.
        reply: the text it wrote.
        source: the program taken out of the reply, or None when there is none.
        prompt_token_ids, reply_token_ids: the same as tokens; empty when the sampler did not keep them.
        reply_log_probs: log-probability (nats) of each reply token under the sampling policy.
        stop_reason: why the reply ended.
        judgement: the verdict on the program, once it has one.
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
    """The turns of one policy on one problem; ``group`` joins the episodes of one problem in one round."""

    problem_id: str
    turns: tuple[Turn, ...]
    group: str | None = None
