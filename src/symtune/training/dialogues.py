"""Dialogues to token lists for supervised training: only what the policy wrote is learnt.

A dialogue is read as `symtune.models.dialogue` writes it for sampling, so a model is trained on the very tokens that it
will read when it plays. Replies are taken by their text, as the model's own tokenizer writes it: an episode may come from another
model, or from a script.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from symtune.domain import Episode
from symtune.errors import BadInputError
from symtune.models import IGNORED, Message
from symtune.models.dialogue import ANSWER, FEEDBACK, QUESTION, DialogueFormat, encode_dialogue
from symtune.training.encoding import Encoded


def dialogue_corpus(episodes: Sequence[Episode]) -> list[str]:
    """Return the texts a preset's tokenizer is trained on: every message in the plain format, and every reply, in order."""
    return [
        text
        for episode in episodes
        for index, turn in enumerate(episode.turns)
        for text in (f"{FEEDBACK if index else QUESTION}{turn.prompt}\n{ANSWER}", turn.reply)
    ]


def learnable(episodes: Sequence[Episode], *, problem_ids: Collection[str], solved_only: bool) -> list[Episode]:
    """Return the episodes of these problems that have a turn and are judged; with ``solved_only`` those that were solved."""
    return [
        episode
        for episode in episodes
        if episode.turns and episode.is_judged and episode.problem_id in problem_ids and (episode.is_solved or not solved_only)
    ]


def encode_episodes(policy: Any, episodes: Sequence[Episode]) -> Encoded:
    """Return one example per episode: the whole dialogue, with labels on the tokens of replies only.

    A reply that was cut by its length gets no end token to learn.

    Args:
        policy: a decoder-only policy.
        episodes: each with one turn at least.

    Raises:
        BadInputError: a dialogue is longer than the policy's context.
        BadModelError: the policy is an encoder-decoder, or its chat template does not keep dialogues as they were.
    """
    form: DialogueFormat = policy.dialogue
    examples = []
    for episode in episodes:
        tokens = encode_dialogue(form, _messages(episode, form))
        if policy.context_tokens is not None and len(tokens.token_ids) > policy.context_tokens:
            raise BadInputError(
                f"the dialogue of episode '{episode.id}' has {len(tokens.token_ids)} tokens, the model's context {policy.context_tokens}; "
                "set model.context_tokens higher, or play shorter episodes"
            )
        labels = [token if is_reply else IGNORED for token, is_reply in zip(tokens.token_ids, tokens.is_reply, strict=True)]
        examples.append({"input_ids": list(tokens.token_ids), "labels": labels})
    return Encoded(examples, num_cut_targets=0, num_full_prompts=0)


def _messages(episode: Episode, form: DialogueFormat) -> list[Message]:
    messages = []
    for turn in episode.turns:
        is_cut = turn.stop_reason == "length"
        reply = Message("assistant", turn.reply, form.plain(turn.reply) if is_cut else ())
        messages += [Message("user", turn.prompt), reply]
    return messages
