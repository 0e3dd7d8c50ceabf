"""Text to tokens and examples to batches, the same for training and sampling.

Shapes: B examples, S source tokens, T target tokens.

An encoder-decoder reads the prompt in the encoder and writes the program in the decoder. A decoder-only model reads
prompt and program as one sequence, whose prompt part is not scored (label -100).

A prompt longer than ``max_source_tokens`` loses tokens from its middle: the first half of the allowance keeps the start
of the statement, the second half the end, where the last examples, the starter code, the format line and ``ANSWER:`` stand.
A program longer than ``max_target_tokens`` is cut at the end and then has no end token, so that no model learns to stop there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from symtune.models.config import ModelConfig

IGNORED = -100
"""Label of a position that no loss may count."""


class Encodes(Protocol):
    """What encoding needs: a policy and a critic both have it."""

    tokenizer: PreTrainedTokenizerBase
    config: ModelConfig

    @property
    def is_encoder_decoder(self) -> bool:
        """Whether prompt and program go to different halves of the model."""
        ...


def special_affixes(tokenizer: PreTrainedTokenizerBase) -> tuple[list[int], list[int]]:
    """Return the special tokens this tokenizer puts before and after a text."""
    plain = tokenizer("a", add_special_tokens=False)["input_ids"]
    full = tokenizer("a")["input_ids"]
    for start in range(len(full) - len(plain) + 1):
        if full[start : start + len(plain)] == plain:
            return full[:start], full[start + len(plain) :]
    return [], []


def cut_middle(token_ids: Sequence[int], limit: int) -> list[int]:
    """Return at most ``limit`` tokens: floor(limit / 2) from the start and the rest from the end."""
    if len(token_ids) <= limit:
        return list(token_ids)
    num_head = limit // 2
    return [*token_ids[:num_head], *token_ids[len(token_ids) - (limit - num_head) :]]


def _plain_ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"]


def encode_prompt(policy: Encodes, prompt: str) -> list[int]:
    """Return the prompt's tokens, at most ``max_source_tokens`` with the tokenizer's own special tokens.

    A decoder-only model gets the tokenizer's opening tokens only, since the program follows in the same sequence.
    """
    before, after = special_affixes(policy.tokenizer)
    after = after if policy.is_encoder_decoder else []
    limit = max(1, policy.config.max_source_tokens - len(before) - len(after))
    return [*before, *cut_middle(_plain_ids(policy.tokenizer, prompt), limit), *after]


def encode_target(policy: Encodes, source: str) -> list[int]:
    """Return the program's tokens, closed by the end token unless the program was cut at ``max_target_tokens``."""
    before, _after = special_affixes(policy.tokenizer)
    before = before if policy.is_encoder_decoder else []
    token_ids = [*before, *_plain_ids(policy.tokenizer, source), policy.tokenizer.eos_token_id]
    return token_ids[: policy.config.max_target_tokens]


def encode_pair(policy: Encodes, prompt: str, target: str) -> dict[str, list[int]]:
    """Return one example as token lists ``input_ids`` [S] and ``labels`` [T]; for a decoder-only model S = T."""
    prompt_ids, target_ids = encode_prompt(policy, prompt), encode_target(policy, target)
    if policy.is_encoder_decoder:
        return {"input_ids": prompt_ids, "labels": target_ids}
    return {"input_ids": prompt_ids + target_ids, "labels": [IGNORED] * len(prompt_ids) + target_ids}


def encode_pairs(policy: Encodes, prompts: Sequence[str], targets: Sequence[str]) -> list[dict[str, list[int]]]:
    """Return one example per pair, in order, for `PairCollator`."""
    return [encode_pair(policy, prompt, target) for prompt, target in zip(prompts, targets, strict=True)]


def pad_rows(rows: Sequence[Sequence[float]], *, fill: float, is_left: bool = False) -> Tensor:
    """Return the rows as one tensor [B, longest row], padded with ``fill`` on the right (or left).

    The result is integer when all entries are, else float32.
    """
    width = max((len(row) for row in rows), default=0)
    gaps = [[fill] * (width - len(row)) for row in rows]
    filled = [[*gap, *row] if is_left else [*row, *gap] for gap, row in zip(gaps, rows)]
    is_float = any(isinstance(value, float) for row in rows for value in row)
    return torch.tensor(filled, dtype=torch.float32 if is_float else torch.long)


def shift_right(labels: Tensor, *, start_token_id: int, pad_token_id: int) -> Tensor:
    """Return the decoder's input for these labels [B, T]: the start token, then all labels but the last."""
    shifted = torch.full_like(labels, start_token_id)
    shifted[:, 1:] = labels[:, :-1]
    return shifted.masked_fill(shifted == IGNORED, pad_token_id)


@dataclass(frozen=True)
class PairCollator:
    """Examples of `encode_pair` to one padded batch.

    Gives ``input_ids`` and ``attention_mask`` [B, S] (int64) and ``labels`` [B, T] (-100 on padding); for an
    encoder-decoder also ``decoder_input_ids`` and ``decoder_attention_mask`` [B, T], where the mask is 1 at the
    positions that have a label. Any other key is passed on: a number per example gives a tensor [B], a list per
    example a tensor padded with 0 on the right [B, longest].

    Padding is known by length, never by token id, so a pad token equal to the end token does no harm.
    """

    pad_token_id: int
    start_token_id: int | None

    @classmethod
    def of(cls, policy: Any) -> PairCollator:
        """Return the collator of a policy or critic."""
        start = policy.start_token_id if policy.is_encoder_decoder else None
        return cls(policy.tokenizer.pad_token_id, start)

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Return the batch."""
        inputs = [list(example["input_ids"]) for example in examples]
        labels = [list(example["labels"]) for example in examples]
        batch = {
            "input_ids": pad_rows(inputs, fill=self.pad_token_id),
            "attention_mask": pad_rows([[1] * len(row) for row in inputs], fill=0),
            "labels": pad_rows(labels, fill=IGNORED),
        }
        if self.start_token_id is not None:
            start, pad = self.start_token_id, self.pad_token_id
            batch["decoder_input_ids"] = shift_right(batch["labels"], start_token_id=start, pad_token_id=pad)
            batch["decoder_attention_mask"] = (batch["labels"] != IGNORED).long()
        for key in examples[0].keys() - {"input_ids", "labels", "attention_mask"}:
            values = [example[key] for example in examples]
            is_rows = isinstance(values[0], list | tuple)
            batch[key] = pad_rows(values, fill=0) if is_rows else torch.tensor(values)
        return batch
