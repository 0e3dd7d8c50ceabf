"""The glue that a chat template puts between messages, found by rendering dialogues of placeholders.

Let T_n be the template's text of n messages of the user and the n - 1 replies between them, ready for a reply. A template is
fit for dialogues that are learned from when, for every n,

    T_1     = before_first + user_1 + before_reply
    T_{n+1} = T_n + reply_n + turn_end + before_next + user_{n+1} + before_reply

(blanks beside the reply aside), that is, when what the model read and wrote at an earlier turn stands unchanged before the
next one. Templates that drop earlier turns, or the reasoning in them, are refused: the model would be trained on a text that it
never reads, or read one that it never wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from symtune.errors import BadModelError

NUM_PROBED_TURNS = 4
"""Messages of the user in the longest dialogue that is tried."""

REASONING = "<think>\nthought-{1}-of-the-model\n</think>\n\n"
"""How reasoning stands in a reply; templates that cut it out of earlier replies look for these markers."""

_RENDER_ERRORS = (TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError)
"""What a template raises, on purpose or by a fault in its expressions."""


@dataclass(frozen=True)
class TemplateGlue:
    """What a template writes around messages.

    Attributes:
        before_first: before the first message: the begin token, a system message of the template's own, a marker.
        before_reply: from the end of any message of the user to where the reply starts.
        turn_end: the control token that closes a reply; the end token where the template has none.
        before_next: from after the turn end to the next message of the user.
        before_text: blanks that it writes before an earlier reply but not where a reply is due, for the model to write.
        is_trimmed: whether blanks around messages are taken off.
        control_tokens: matches, without width, wherever the name of a control token starts in a text.
    """

    before_first: str
    before_reply: str
    turn_end: str
    before_next: str
    before_text: str
    is_trimmed: bool
    control_tokens: re.Pattern[str]


def read_glue(tokenizer: PreTrainedTokenizerBase, *, template: str | None, name: str) -> TemplateGlue:
    """Return a template's glue.

    Args:
        tokenizer: whose special tokens the template uses.
        template: Jinja text; None: the tokenizer's own.
        name: whose template it is, for messages.

    Raises:
        BadModelError: the template refuses such dialogues or does not keep earlier turns as they were; says which.
    """
    probe = _Probe(tokenizer, template, name)
    opening = probe.opening()
    blank, next_glue = probe.next_glue(opening, "{0}", what="earlier turns")
    probe.next_glue(opening, REASONING + "{0}", what="the reasoning in earlier replies")
    first = probe.user(1)
    control = _control_tokens(tokenizer, template or tokenizer.get_chat_template())
    found = re.match(rf"\s*({'|'.join(map(re.escape, control))})", next_glue)
    turn_end, before_next = (found.group(1), next_glue[found.end() :]) if found else (tokenizer.eos_token, next_glue)
    return TemplateGlue(
        before_first=opening[0],
        before_reply=opening[1],
        turn_end=turn_end,
        before_next=before_next,
        before_text=blank,
        is_trimmed=f" {first}\n" not in probe.render([{"role": "user", "content": f" {first}\n"}]),
        control_tokens=re.compile(rf"(?={'|'.join(map(re.escape, control))})"),
    )


def _control_tokens(tokenizer: PreTrainedTokenizerBase, template: str) -> list[str]:
    """Return the added tokens that are special or that the template writes, longest first."""
    added = tokenizer.added_tokens_decoder.values()
    names = {token.content for token in added if token.special or token.content in template} | {tokenizer.eos_token}
    return sorted((token for token in names if len(token) > 1 and not token.isspace()), key=lambda token: (-len(token), token))


class _Probe:
    """Renders dialogues of placeholders and compares them."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, template: str | None, name: str) -> None:
        self._tokenizer, self._template, self._name = tokenizer, template, name

    @staticmethod
    def user(number: int) -> str:
        """Return the placeholder of a message of the user."""
        return f"message-{number}-of-the-user"

    def fault(self, reason: str) -> BadModelError:
        """Return the error that names the template and its fault."""
        return BadModelError(
            f"the chat template of {self._name} {reason}; set the key 'chat_template' to a file with a template that writes "
            "every turn unchanged, or to 'plain' for the plain format"
        )

    def render(self, messages: list[dict[str, str]]) -> str:
        """Return the template's text, ready for a reply."""
        try:
            return self._tokenizer.apply_chat_template(
                messages, chat_template=self._template, tokenize=False, add_generation_prompt=True
            )
        except _RENDER_ERRORS as error:
            roles = ", ".join(message["role"] for message in messages)
            raise self.fault(f"refuses a dialogue of {roles}: {' '.join(str(error).split())[:300]}") from error

    def opening(self) -> tuple[str, str]:
        """Return what stands before and after the first message."""
        text, first = self.render([{"role": "user", "content": self.user(1)}]), self.user(1)
        if text.count(first) != 1:
            raise self.fault(f"writes a single message of the user {text.count(first)} times instead of once")
        before, _, after = text.partition(first)
        return before, after

    def next_glue(self, opening: tuple[str, str], reply_form: str, *, what: str) -> tuple[str, str]:
        """Return the blanks before a reply and what stands between it and the next message; longer dialogues must continue shorter ones."""
        messages = [{"role": "user", "content": self.user(1)}]
        text, glue = opening[0] + self.user(1) + opening[1], ("", "")
        for number in range(1, NUM_PROBED_TURNS):
            reply = reply_form.format(f"reply-{number}-of-the-model", number)
            messages += [{"role": "assistant", "content": reply}, {"role": "user", "content": self.user(number + 1)}]
            longer = self.render(messages)
            if not longer.startswith(text):
                raise self.fault(f"drops or rewrites {what}: the prompt of turn {number + 1} does not start with that of turn {number}")
            between, has_reply, rest = longer[len(text) :].partition(reply)
            if not has_reply:
                raise self.fault(f"drops or rewrites {what}: reply {number} does not stand in the prompt of turn {number + 1}")
            if between.strip():
                raise self.fault(f"writes {between!r} before an earlier reply, which the prompt for that reply did not end with")
            middle, has_user, end = rest.partition(self.user(number + 1))
            if not has_user or end != opening[1] or (number > 1 and (between, middle) != glue):
                raise self.fault(f"writes turn {number + 1} in another way than the turns before")
            text, glue = longer, (between, middle)
        return glue
