"""TransformersPolicy: a policy that runs in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from symtune.models.config import ModelConfig
from symtune.models.decoding import decode_replies
from symtune.models.protocols import Reply, Request, SamplingSettings


@dataclass
class TransformersPolicy:
    """A language model with its tokenizer.

    Attributes:
        model: the (possibly LoRA-wrapped) model; training changes it in place.
        tokenizer: has a pad token.
        config: what it was loaded from.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    config: ModelConfig

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
