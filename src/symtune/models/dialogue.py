"""Dialogues as tokens: what a decoder-only model reads before its next reply.

Whoever plays the dialogue gives the texts of its messages; a *format* adds the glue between them, and the replies stand as
the tokens that the model drew:

    prompt of turn 1      = opening(first message)
    prompt of turn t + 1  = prompt of turn t + reply t + turn end, unless the reply ends with it + further(message t + 1)

So what is learned from is what was read and written, whatever a tokenizer would make of the reply's text.

There are two formats. `TemplateFormat` takes its glue from the tokenizer's chat template. `PlainFormat` is for models without
one, those from scratch among them; its first message is laid out like the prompt of `symtune.models.prompt`:

    QUESTION:
    <first message>
    ANSWER:
    <reply><end token>FEEDBACK:
    <next message>
    ANSWER:

A marker that the message has already is not written again, so the text of `build_prompt` gives the very tokens that
`generate` reads.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from transformers import PreTrainedTokenizerBase

from symtune.errors import BadModelError
from symtune.models.chat_template import TemplateGlue, read_glue
from symtune.models.checks import check_roles
from symtune.models.config import ModelConfig
from symtune.models.encoding import special_affixes
from symtune.models.protocols import Message

QUESTION, FEEDBACK, ANSWER = "QUESTION:\n", "FEEDBACK:\n", "ANSWER:\n"
"""Markers of the plain format: before the first message, before each further one, before each reply."""

PLAIN = "plain"
"""As ``chat_template``: the plain format, also where the tokenizer has a chat template."""

NUM_MESSAGES_REMEMBERED = 4096
"""Messages whose tokens are remembered; each prompt is asked for again at every later turn."""


@dataclass(frozen=True)
class DialogueTokens:
    """A dialogue as a decoder-only model reads it.

    Attributes:
        token_ids: [T].
        is_reply: [T]; whether the policy wrote this token. A turn end that was added to a reply cut by its length is not its own.
        num_known_tokens: tokens up to and with the last reply that came as tokens; 0 where there is none. What a policy
            read and wrote at that turn was exactly these.
    """

    token_ids: tuple[int, ...]
    is_reply: tuple[bool, ...]
    num_known_tokens: int


class DialogueFormat(Protocol):
    """The glue between messages."""

    @property
    def turn_end_id(self) -> int:
        """The token that closes a reply."""
        ...

    def opening(self, content: str) -> tuple[int, ...]:
        """Return the tokens of the first message, up to where the reply starts."""
        ...

    def further(self, content: str) -> tuple[int, ...]:
        """Return the tokens of a later message, from after the turn end up to where the reply starts."""
        ...

    def plain(self, content: str) -> tuple[int, ...]:
        """Return the tokens of a reply known as text only, without the turn end."""
        ...


def dialogue_format(tokenizer: PreTrainedTokenizerBase, config: ModelConfig) -> DialogueFormat:
    """Return the format of a model: that of ``config.chat_template``, else of the tokenizer's own template, else the plain one.

    Raises:
        BadModelError: the template does not keep the dialogue as it was, refuses it, or is not there.
    """
    if config.chat_template == PLAIN:
        return PlainFormat(tokenizer)
    if config.chat_template is not None:
        path = Path(config.chat_template).expanduser()
        try:
            template = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadModelError(f"chat_template '{path}' cannot be read ({error}); give a Jinja file, or '{PLAIN}'") from error
        return TemplateFormat(tokenizer, read_glue(tokenizer, template=template, name=f"file '{path}'"))
    if getattr(tokenizer, "chat_template", None):
        return TemplateFormat(tokenizer, read_glue(tokenizer, template=None, name=f"the tokenizer of '{config.model}'"))
    return PlainFormat(tokenizer)


def encode_dialogue(form: DialogueFormat, messages: Sequence[Message]) -> DialogueTokens:
    """Return a dialogue as tokens, up to where the next reply starts, or to the end of the last reply.

    Raises:
        BadInputError: the messages do not alternate, or do not start with the user.
    """
    check_roles(messages)
    token_ids: list[int] = list(form.opening(messages[0].content))
    is_reply: list[bool] = [False] * len(token_ids)
    num_known_tokens = 0
    for message in messages[1:]:
        if message.role == "user":
            if token_ids[-1] != form.turn_end_id:
                token_ids.append(form.turn_end_id)
            new: Sequence[int] = form.further(message.content)
            is_reply += [False] * (len(token_ids) - len(is_reply) + len(new))
        else:
            new = message.token_ids or (*form.plain(message.content), form.turn_end_id)
            is_reply += [True] * len(new)
            num_known_tokens = len(token_ids) + len(new) if message.token_ids else 0
        token_ids += new
    return DialogueTokens(tuple(token_ids), tuple(is_reply), num_known_tokens)


class PlainFormat:
    """Short markers on lines of their own; see the module. Special tokens named in a text are read as text."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self._before = tuple(special_affixes(tokenizer)[0])
        self.turn_end_id = int(tokenizer.eos_token_id)
        self.plain = lru_cache(NUM_MESSAGES_REMEMBERED)(self._plain)

    def opening(self, content: str) -> tuple[int, ...]:
        """Return the opening special tokens, the marker, the message and the reply's marker."""
        return self._before + self.plain(_marked(content, QUESTION))

    def further(self, content: str) -> tuple[int, ...]:
        """Return the marker of a further message, the message, and the reply's marker."""
        return self.plain(_marked(content, FEEDBACK))

    def _plain(self, content: str) -> tuple[int, ...]:
        return tuple(
            self._tokenizer(content, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"]
        )


def _marked(content: str, marker: str) -> str:
    text = content if content.startswith(marker) else marker + content
    text = text if text.endswith("\n") else text + "\n"
    return text if text.endswith("\n" + ANSWER) else text + ANSWER


class TemplateFormat:
    """The glue of a chat template; see `symtune.models.chat_template` for how it is found and what is refused.

    A control token named in a message is cut after its first character and so read as text.

    Raises:
        BadModelError: the tokenizer has no token for the turn end.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, glue: TemplateGlue) -> None:
        self._tokenizer, self._glue = tokenizer, glue
        turn_end = self._encode(glue.turn_end, "", "")
        if len(turn_end) != 1:
            raise BadModelError(f"the turn end {glue.turn_end!r} of the chat template is {len(turn_end)} tokens to the tokenizer; it must be 1")
        self.turn_end_id = turn_end[0]
        self.opening = lru_cache(NUM_MESSAGES_REMEMBERED)(self._opening)
        self.further = lru_cache(NUM_MESSAGES_REMEMBERED)(self._further)

    def plain(self, content: str) -> tuple[int, ...]:
        """Return the tokens of a reply known as text only."""
        return self._encode(self._glue.before_text, content, "")

    def _opening(self, content: str) -> tuple[int, ...]:
        return self._encode(self._glue.before_first, self._trimmed(content), self._glue.before_reply)

    def _further(self, content: str) -> tuple[int, ...]:
        # The turn end is read along and taken off again, so that what follows it is not taken for the start of a text.
        before = self._glue.turn_end + self._glue.before_next
        return self._encode(before, self._trimmed(content), self._glue.before_reply)[1:]

    def _trimmed(self, content: str) -> str:
        return content.strip() if self._glue.is_trimmed else content

    def _encode(self, before: str, content: str, after: str) -> tuple[int, ...]:
        cuts = [0, *(match.start() + 1 for match in self._glue.control_tokens.finditer(content)), len(content)]
        pieces = [content[start:end] for start, end in pairwise(cuts)]
        pieces[0] = before + pieces[0]
        pieces[-1] += after
        token_ids: list[int] = []
        for piece in pieces:
            token_ids += self._tokenizer(piece, add_special_tokens=False, split_special_tokens=False, verbose=False)["input_ids"]
        return tuple(token_ids)
