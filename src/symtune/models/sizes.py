"""How large a model is, known without loading it: from its folder's config, from a preset's sizes, or from a table. Imports no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symtune.models.config import ModelConfig


@dataclass(frozen=True)
class ModelSizes:
    """The sizes of a decoder-only model of the Llama kind (gated feed-forward, grouped key and value heads).

    Attributes:
        key_value_size: width of all key heads together; the values are as wide.
        is_tied: whether the output matrix is the embedding.
    """

    num_layers: int
    hidden_size: int
    feed_forward_size: int
    key_value_size: int
    vocabulary_size: int
    is_tied: bool

    @property
    def num_weights(self) -> int:
        """Weights of all matrices; norms and biases are left out."""
        return self.num_layers * self.num_layer_weights + self.num_embedding_weights

    @property
    def num_layer_weights(self) -> int:
        """Weights of the matrices of one layer."""
        attention = 2 * self.hidden_size**2 + 2 * self.hidden_size * self.key_value_size
        return attention + 3 * self.hidden_size * self.feed_forward_size

    @property
    def num_embedding_weights(self) -> int:
        """Weights of the embedding, and of the output matrix where it is another."""
        return self.vocabulary_size * self.hidden_size * (1 if self.is_tied else 2)

    def num_adapter_weights(self, rank: int) -> int:
        """Weights of low-rank adapters on the query and value projections, where peft puts them by default."""
        query, value = 2 * self.hidden_size, self.hidden_size + self.key_value_size
        return self.num_layers * rank * (query + value)


KNOWN_SIZES: dict[str, ModelSizes] = {
    "meta-llama/Llama-3.1-8B-Instruct": ModelSizes(32, 4096, 14336, 1024, 128256, is_tied=False),
    "meta-llama/Llama-3.1-70B-Instruct": ModelSizes(80, 8192, 28672, 1024, 128256, is_tied=False),
    "Qwen/Qwen2.5-Coder-0.5B-Instruct": ModelSizes(24, 896, 4864, 128, 151936, is_tied=True),
    "Qwen/Qwen2.5-Coder-1.5B-Instruct": ModelSizes(28, 1536, 8960, 256, 151936, is_tied=True),
    "Qwen/Qwen2.5-Coder-3B-Instruct": ModelSizes(36, 2048, 11008, 256, 151936, is_tied=True),
}
"""Hub id -> sizes, as their published configs state them."""


def sizes_of(config: ModelConfig) -> ModelSizes | None:
    """Return the sizes of a model; None where they cannot be known without the network."""
    if config.model == "tiny-llama":
        sizes = config.sizes
        return ModelSizes(
            sizes.num_layers, sizes.hidden_size, sizes.feed_forward_size, sizes.hidden_size, sizes.vocabulary_size, is_tied=True
        )
    path = Path(config.model).expanduser() / "config.json"
    if not path.is_file():
        return KNOWN_SIZES.get(config.model)
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError):
        return None  # another kind of model, or no config at all; loading it will say which


def _from_json(form: dict[str, Any]) -> ModelSizes:
    num_heads = int(form["num_attention_heads"])
    head_size = int(form.get("head_dim") or form["hidden_size"] // num_heads)
    return ModelSizes(
        num_layers=int(form["num_hidden_layers"]),
        hidden_size=int(form["hidden_size"]),
        feed_forward_size=int(form["intermediate_size"]),
        key_value_size=int(form.get("num_key_value_heads") or num_heads) * head_size,
        vocabulary_size=int(form["vocab_size"]),
        is_tied=bool(form.get("tie_word_embeddings", False)),
    )
