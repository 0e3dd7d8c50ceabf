"""SampleConfig: how programs are drawn; EpisodeConfig: how episodes are played. Imports no torch."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from symtune.config import Config
from symtune.judging import Judge, Stop
from symtune.models import SamplingSettings
from symtune.rollout.code_block import CodeFormat
from symtune.rollout.feedback import MessageStyle, StyleName
from symtune.sandbox import Isolation, Limits

FeedbackName = Literal["tests", "none", "random"]
"""``tests``: on the program's own failures. ``none``: only that it is wrong. ``random``: what another problem's program was told."""

FULL_VALUE_CHARS, BRIEF_VALUE_CHARS = 400, 80
"""Longest value shown whole by default, characters, in the two styles."""


class SampleConfig(Config):
    """How many programs per problem, and how their tokens are drawn."""

    num_samples: int = Field(default=20, ge=0, description="Programs drawn per problem (CodeRL: about 20; Sakharova et al.: 100).")
    greedy: bool = Field(default=False, description="Also write the likeliest program of each problem, CodeRL's baseline.")
    temperature: float = Field(default=0.6, gt=0, description="Divides the logits (CodeRL: 0.6).")
    top_p: float = Field(default=0.95, gt=0, le=1, description="Share of the mass drawn from (CodeRL: 0.95).")
    top_k: int = Field(default=0, ge=0, description="Likeliest tokens drawn from; 0: all.")
    max_new_tokens: int | None = Field(default=None, ge=1, description="Longest program, tokens; None: the model's max_target_tokens.")
    batch_size: int = Field(default=64, ge=1, description="Programs decoded at once.")
    seed: int = Field(default=0, description="Seed of all draws.")


class EpisodeConfig(Config):
    """How an episode is played: turns, what the policy is told, how it draws, and what its programs may use.

    Source: Gehring et al. 2024 (RLEF) for the defaults of turns, drawing and feedback; the others are ours (decision 0103).
    """

    max_turns: int = Field(default=3, ge=1, description="Replies of one episode at most (RLEF: 3).")
    num_episodes: int = Field(default=1, ge=1, description="Episodes per problem.")
    temperature: float = Field(default=1.0, ge=0, description="Divides the logits (RLEF: 1.0 in training); 0: the likeliest token each time.")
    top_p: float = Field(default=1.0, gt=0, le=1, description="Share of the mass drawn from (RLEF: 1 in training, 0.95 in evaluation).")
    top_k: int = Field(default=0, ge=0, description="Likeliest tokens drawn from; 0: all.")
    max_new_tokens: int = Field(default=512, ge=1, description="Longest reply, tokens, end token included.")
    batch_size: int = Field(default=32, ge=1, description="Replies decoded at once; with more episodes than this, judging overlaps with decoding.")
    seed: int = Field(default=0, description="Seed of all draws.")

    show_examples: bool = Field(default=True, description="Show the public tests in the first prompt.")
    feedback: FeedbackName = Field(default="tests", description="tests, or for the ablations: none, random.")
    show_passing: bool = Field(default=False, description="List the public tests that passed as well (RLEF on HumanEval+ and MBPP+).")
    perturb: bool = Field(default=False, description="Show changed expected values, so that copying them does not pay (Cobalt; decision 0104).")
    perturb_fraction: float = Field(default=1.0, gt=0, le=1, description="Share of the shown expected values that perturb changes.")
    style: StyleName = Field(default="full", description="full, or brief: few tokens, for models with little context.")
    code: CodeFormat = Field(default="fenced", description="Where the program stands in a reply: fenced block, or bare: all of the reply.")
    max_items: int = Field(default=8, ge=1, description="Public tests written out in one message at most.")
    max_value_chars: int | None = Field(
        default=None, ge=20, le=10_000, description="Longest value shown whole, characters; None: 400, in the brief style 80."
    )

    public_origin: str | None = Field(
        default=None, description="Private tests of this origin are made public (HumanEval+ and MBPP+: base)."
    )
    single_turn_without_public: bool = Field(
        default=False, description="A problem without public tests is played in one turn; otherwise it is unfit."
    )
    unfit_problems: Literal["refuse", "set_aside"] = Field(
        default="refuse", description="What is done with problems that cannot be played: an error, or play the others."
    )

    workers: int = Field(default=2, ge=1, description="Guests at work at the same time.")
    isolation: Isolation = Field(default="namespaces", description="How the guest is kept apart.")
    cpu_time_s: float | None = Field(default=None, gt=0, description="CPU seconds of one case; None: the problem's own, else 10 (RLEF).")
    memory_bytes: int | None = Field(default=None, gt=0, description="Memory of one program; None: the problem's own, else 1 GiB (RLEF).")
    stop: Stop = Field(
        default="never", description="first_failure: the last program is not run on private tests after its first failure; no pass fraction then."
    )
    judge_pauses_s: tuple[Annotated[float, Field(ge=0)], ...] = Field(
        default=(1.0, 5.0, 30.0), description="Seconds before each further try when the judge gives no verdict; then the episode is unjudged."
    )

    @property
    def sampling(self) -> SamplingSettings:
        """How tokens are drawn; a greedy reply needs no temperature."""
        return SamplingSettings(self.temperature or 1.0, self.top_p, self.top_k, self.max_new_tokens)

    @property
    def message_style(self) -> MessageStyle:
        """How messages to the policy are written."""
        max_value_chars = self.max_value_chars or (BRIEF_VALUE_CHARS if self.style == "brief" else FULL_VALUE_CHARS)
        return MessageStyle(self.style, self.code, self.show_passing, self.max_items, max_value_chars)

    def make_judge(self) -> Judge:
        """Return the judge of the episodes, with what these settings allow a program; a context manager."""
        stated = {"cpu_time_s": self.cpu_time_s, "memory_bytes": self.memory_bytes}
        stated = {name: value for name, value in stated.items() if value is not None}
        limits = Limits.model_validate(stated) if stated else None
        return Judge(workers=self.workers, isolation=self.isolation, limits=limits)
