"""TransformersPolicy: a policy that runs in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from symtune.errors import BadModelError
from symtune.models.config import ModelConfig
from symtune.models.decoding import decode_replies
from symtune.models.dialogue import DialogueFormat, dialogue_format, encode_dialogue
from symtune.models.dialogue_decoding import decode_dialogues
from symtune.models.kept_prompts import KeptPrompts
from symtune.models.protocols import ChatRequest, Message, Reply, Request, SamplingSettings


@dataclass
class TransformersPolicy:
    """A language model with its tokenizer.

    Attributes:
        model: the (possibly LoRA-wrapped) model; training changes it in place.
        tokenizer: has a pad token.
        config: what it was loaded from.
        kept_prompts: keys and values of the dialogues under way.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    config: ModelConfig
    kept_prompts: KeptPrompts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.kept_prompts = KeptPrompts(self.config.backend.kept_cache_bytes)

    @property
    def is_encoder_decoder(self) -> bool:
        """Whether the prompt goes to an encoder."""
        return bool(self.model.config.is_encoder_decoder)

    @property
    def bare_model(self) -> PreTrainedModel:
        """The model under LoRA's wrapper (its layers keep their adapters), or the model itself."""
        return self.model.get_base_model() if hasattr(self.model, "peft_config") else self.model

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.model.device

    @property
    def start_token_id(self) -> int:
        """The token an encoder-decoder's decoder starts from."""
        return start_token_id(self.bare_model, self.tokenizer)

    def generate(self, requests: Sequence[Request], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order, all decoded as one batch; see `symtune.models.decoding`."""
        return decode_replies(self, requests, settings)

    @cached_property
    def dialogue(self) -> DialogueFormat:
        """The format of its dialogues: the chat template's, or the plain one.

        Raises:
            BadModelError: an encoder-decoder, or a chat template that does not keep earlier turns as they were.
        """
        if self.is_encoder_decoder:
            raise BadModelError(
                f"'{self.config.model}' is an encoder-decoder, which reads one prompt and writes one reply; a dialogue goes on in the same "
                "sequence: use a decoder-only model, such as tiny-llama"
            )
        return dialogue_format(self.tokenizer, self.config)

    def check_dialogues(self) -> None:
        """Refuse a model that cannot answer in dialogues, before any work.

        Raises:
            BadModelError: see `dialogue` and `context_tokens`.
        """
        _ = self.dialogue, self.context_tokens

    @property
    def context_tokens(self) -> int | None:
        """Most tokens of prompt and reply together: the config's, else what the model says; None where it does not.

        Raises:
            BadModelError: the config asks for more than the model was made for.
        """
        says = getattr(self.bare_model.config.get_text_config(), "max_position_embeddings", None)
        asked = self.config.context_tokens
        if asked and says and asked > says:
            raise BadModelError(f"context_tokens {asked} is more than the {says} that '{self.config.model}' was made for; lower it")
        return asked or (int(says) if says else None)

    @property
    def prefill_tokens(self) -> int:
        """Most places of a batch of prompts read at once."""
        return self.config.backend.prefill_tokens

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Return how many tokens `chat` would read for these messages.

        Raises:
            BadInputError: the messages do not alternate.
            BadModelError: see `dialogue`.
        """
        return len(encode_dialogue(self.dialogue, messages).token_ids)

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order, all decoded as one batch; see `symtune.models.dialogue_decoding`.

        Raises:
            ContextFullError: a dialogue leaves no room for ``max_new_tokens``.
            BadModelError: see `dialogue` and `context_tokens`.
        """
        return decode_dialogues(self, requests, settings)

    def forget(self) -> None:
        """Drop the keys and values kept of dialogues: call it when their episodes have ended, and before training steps."""
        self.kept_prompts.forget()


def start_token_id(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the decoder's start token: the model's own, else the begin token, else the pad token."""
    for token_id in (
        getattr(model.config, "decoder_start_token_id", None),
        getattr(getattr(model, "generation_config", None), "decoder_start_token_id", None),
        model.config.bos_token_id if hasattr(model.config, "bos_token_id") else None,
        tokenizer.pad_token_id,
    ):
        if token_id is not None:
            return int(token_id)
    raise ValueError("a tokenizer always has a pad token here; see loading.load_tokenizer")
