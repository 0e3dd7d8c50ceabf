"""Log-probabilities of given programs, teacher forced. Shapes: B examples, T label positions, V vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from symtune.models.encoding import IGNORED

_MODEL_INPUTS = ("input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask")


def sequence_logits(model: Any, batch: Mapping[str, Tensor]) -> Tensor:
    """Return the logits [B, T, V] that speak for the label at each position of ``batch["labels"]`` [B, T].

    An encoder-decoder's logits stand at the label's own position already. A decoder-only model's logits at t speak for the
    token at t + 1 and are moved by one; position 0 has no logits and gets zeros (its label is never counted).
    """
    inputs = {key: batch[key] for key in _MODEL_INPUTS if key in batch}
    logits = model(**inputs, use_cache=False).logits
    if "decoder_input_ids" in batch:
        return logits
    return torch.cat([torch.zeros_like(logits[:, :1]), logits[:, :-1]], dim=1)


def label_log_probs(logits: Tensor, labels: Tensor) -> Tensor:
    """Return log p(label) [B, T] in nats, float32, from logits [B, T, V]; 0 where the label is -100."""
    mask = labels != IGNORED
    logits = logits.float()
    picked = logits.gather(-1, labels.masked_fill(~mask, 0).unsqueeze(-1)).squeeze(-1)
    return (picked - logits.logsumexp(-1)).masked_fill(~mask, 0.0)


def sequence_log_probs(policy: Any, batch: Mapping[str, Tensor]) -> Tensor:
    """Return log p(w_t | w_<t, problem) [B, T] in nats for the labels of a `PairCollator` batch; 0 on padding and prompt.

    Args:
        policy: a `TransformersPolicy`, or the model itself (inside a trainer, where it may be wrapped).
    """
    model = getattr(policy, "model", policy) if hasattr(policy, "tokenizer") else policy
    return label_log_probs(sequence_logits(model, batch), batch["labels"])
