"""A key-value cache that grows in place. `transformers`' own copies all keys and values at every token.

Shapes: B rows, H heads, C tokens, D size of a head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer

SPARE_TOKENS = 32
"""Room added at least when the buffer is full; it also grows by half."""


class GrowingLayer(DynamicLayer):
    """Keys and values of one layer in a buffer [B, H, capacity, D] with room to spare; ``keys`` and ``values`` are views of it.

    Args:
        keys: buffer, of which the first ``num_tokens`` are filled; taken over, not copied.
        values: likewise.
        num_tokens: C; None: the whole buffer.
    """

    def __init__(self, keys: Tensor, values: Tensor, num_tokens: int | None = None) -> None:
        super().__init__()
        self.is_initialized = True
        self.dtype, self.device = keys.dtype, keys.device
        self._key_buffer, self._value_buffer = keys, values
        self.keys, self.values = keys[..., :num_tokens, :], values[..., :num_tokens, :]

    def update(self, key_states: Tensor, value_states: Tensor, *_args: Any, **_kwargs: Any) -> tuple[Tensor, Tensor]:
        """Take the keys and values [B, H, new, D] of new tokens and return those of all tokens."""
        num_old = self.keys.shape[-2]
        num_all = num_old + key_states.shape[-2]
        if num_all > self._key_buffer.shape[-2]:
            capacity = max(num_all + SPARE_TOKENS, num_all * 3 // 2)
            self._key_buffer = _enlarged(self.keys, capacity)
            self._value_buffer = _enlarged(self.values, capacity)
        self._key_buffer[..., num_old:num_all, :] = key_states
        self._value_buffer[..., num_old:num_all, :] = value_states
        self.keys, self.values = self._key_buffer[..., :num_all, :], self._value_buffer[..., :num_all, :]
        return self.keys, self.values

    def batch_select_indices(self, indices: Tensor) -> None:
        """Keep (or repeat) these rows."""
        super().batch_select_indices(indices)
        self._key_buffer, self._value_buffer = self.keys, self.values


def _enlarged(states: Tensor, capacity: int) -> Tensor:
    batch, heads, num_tokens, size = states.shape
    buffer = torch.empty(batch, heads, capacity, size, dtype=states.dtype, device=states.device)
    buffer[..., :num_tokens, :] = states
    return buffer


def grow_in_place(cache: Any) -> None:
    """Let the self-attention layers of a filled cache grow in place; layers of other kinds are left as they are."""
    layers = getattr(cache, "self_attention_cache", cache).layers
    for index, layer in enumerate(layers):
        if type(layer) is DynamicLayer and layer.is_initialized:
            layers[index] = GrowingLayer(layer.keys, layer.values)


def growing_cache(layers: Sequence[tuple[Tensor, Tensor]], num_tokens: int) -> DynamicCache:
    """Return a cache over buffers of keys and values [B, H, capacity, D], the first ``num_tokens`` of which are filled."""
    cache = DynamicCache()
    cache.layers = [GrowingLayer(keys, values, num_tokens) for keys, values in layers]
    return cache
