"""What the rest of symtune needs from a policy and a critic. A new backend is one file that has these methods.

Imports no torch: a backend may sit behind a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from symtune.domain import StopReason


@dataclass(frozen=True)
class SamplingSettings:
    """How tokens are drawn.

    The logits are divided by ``temperature``; of the tokens in falling order the ``top_k`` first are kept (0: all), then
    of these the fewest whose mass reaches ``top_p``; one is drawn from what is left, in proportion.

    Attributes:
        max_new_tokens: longest reply, end token included.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    max_new_tokens: int = 512


@dataclass(frozen=True)
class Request:
    """One reply asked of a policy.

    Attributes:
        prompt: the text to continue.
        seed: seed of this reply's own draws, so that it depends on no other request; None: the most likely token is
            taken each time (greedy).
    """

    prompt: str
    seed: int | None


@dataclass(frozen=True)
class Reply:
    """What a policy wrote.

    Attributes:
        text: without special tokens.
        prompt_token_ids, token_ids: as tokens, the end token included when it was written.
        log_probs: log-probability (nats) of each token under the distribution it was drawn from; for a greedy reply
            under the model's own.
        stop_reason: ``end_token`` or ``length``.
    """

    text: str
    prompt_token_ids: tuple[int, ...]
    token_ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    stop_reason: StopReason


@dataclass(frozen=True)
class Message:
    """One part of a dialogue.

    Attributes:
        content: the text, without special tokens.
        token_ids: of the assistant's own messages, the tokens as they were drawn, the end token included; a policy that reads
            tokens reads these again rather than the text, so that what it learns from is what it wrote. Empty where unknown.
    """

    role: Literal["user", "assistant"]
    content: str
    token_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChatRequest:
    """One reply asked of a policy in a dialogue.

    Attributes:
        messages: user and assistant in turn, the user first and last.
        seed: as in `Request`.
    """

    messages: tuple[Message, ...]
    seed: int | None


class ChatPolicy(Protocol):
    """Writes replies in dialogues."""

    @property
    def context_tokens(self) -> int | None:
        """Most tokens of prompt and reply together; None where the backend does not say."""
        ...

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int | None:
        """Return how many tokens the policy would read for these messages; None where the backend cannot count."""
        ...

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order; the same requests and settings give the same replies.

        Raises:
            ContextFullError: a dialogue leaves no room for ``max_new_tokens``.
        """
        ...


class Policy(Protocol):
    """Writes replies to prompts."""

    def generate(self, requests: Sequence[Request], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order; the same requests and settings give the same replies."""
        ...


class Critic(Protocol):
    """Foretells outcomes."""

    def predict(self, prompts: Sequence[str], sources: Sequence[str], *, batch_size: int = 16) -> list[list[float]]:
        """Return per program the probabilities of the four outcomes, by rank (0 compile_error .. 3 passed)."""
        ...
