"""What every backend refuses before it works. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from symtune.errors import BadInputError, ContextFullError
from symtune.models.protocols import Message, SamplingSettings


def check_settings(settings: SamplingSettings) -> None:
    """Refuse settings outside their range.

    Raises:
        BadInputError: naming the setting.
    """
    if settings.temperature <= 0:
        raise BadInputError(f"temperature must be above 0, got {settings.temperature}; for the likeliest reply ask for greedy")
    if not 0 < settings.top_p <= 1:
        raise BadInputError(f"top_p must be in (0, 1], got {settings.top_p}")
    if settings.top_k < 0 or settings.max_new_tokens < 1:
        raise BadInputError("top_k must be 0 or more and max_new_tokens 1 or more")


def check_roles(messages: Sequence[Message]) -> None:
    """Refuse a dialogue whose messages are not the user's and the assistant's in turn, the user's first.

    Raises:
        BadInputError: naming the message.
    """
    if not messages:
        raise BadInputError("a dialogue needs one message at least")
    for index, message in enumerate(messages):
        expected = "user" if index % 2 == 0 else "assistant"
        if message.role != expected:
            raise BadInputError(f"message {index + 1} of a dialogue is the {message.role}'s; it must be the {expected}'s")


def check_asks(messages: Sequence[Message]) -> None:
    """Refuse a dialogue in which no reply is due.

    Raises:
        BadInputError: its messages do not alternate, or its last is not the user's.
    """
    check_roles(messages)
    if messages[-1].role != "user":
        raise BadInputError("a dialogue that asks for a reply ends with a message of the user; its last is the assistant's")


def check_room(num_prompt_tokens: Sequence[int], settings: SamplingSettings, context_tokens: int | None) -> None:
    """Refuse prompts that leave no room for a reply of full length.

    Raises:
        ContextFullError: naming the longest.
    """
    longest = max(num_prompt_tokens, default=0)
    if context_tokens is not None and longest + settings.max_new_tokens > context_tokens:
        raise ContextFullError(
            f"dialogue {list(num_prompt_tokens).index(longest) + 1} of {len(num_prompt_tokens)} has {longest} tokens, which with a reply of "
            f"{settings.max_new_tokens} do not fit into the model's {context_tokens}; shorten it, or lower max_new_tokens"
        )
