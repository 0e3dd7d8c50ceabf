"""Keys and values of what a policy read and wrote, kept from one turn of a dialogue to the next.

Shapes: b rows of a block, B rows of a batch, H heads, C tokens, D size of a head.

Rows are kept in *blocks*, one for the rows that left a batch together, padded on the left. A row is found by its tokens: an
entry holds exactly the keys and values of the first tokens of a prompt, or it is not found. An entry is taken once; the next
turn leaves a longer one.

Nothing is found that other weights computed: at each call the bits of all weights are summed as integers, tensor by tensor,
and compared with the sums of the last call. (A tensor's version number would be cheaper, but torch's fused optimisers and
writes through ``.data`` do not count it up.) The sums read the weights once, as drawing one token does.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from symtune.models.growing_cache import SPARE_TOKENS, growing_cache

Layers = list[tuple[Tensor, Tensor]]
"""Keys and values [b, H, C, D] of each layer."""


@dataclass(eq=False)
class Block:
    """Rows in one piece of memory.

    Attributes:
        layers: keys and values [b, H, C, D] of each layer.
        mask: [b, C]; 1 where a token stands. What lies elsewhere is finite, and never read.
    """

    layers: Layers
    mask: Tensor

    @property
    def num_bytes(self) -> int:
        """Size of the keys and values."""
        return sum(states.numel() * states.element_size() for layer in self.layers for states in layer)


@dataclass(frozen=True)
class KeptRow:
    """One row of a block: the keys and values of ``num_tokens`` tokens."""

    block: Block
    row: int
    num_tokens: int


@dataclass
class KeptPrompts:
    """The rows kept by one policy, the oldest dropped first.

    Attributes:
        limit_bytes: most bytes of keys and values held between two turns; 0: nothing is kept.
    """

    limit_bytes: int
    _rows: dict[tuple[int, ...], KeptRow] = field(default_factory=dict)
    _blocks: dict[Block, int] = field(default_factory=dict)
    _signature: tuple[Any, ...] = ()

    @property
    def num_bytes(self) -> int:
        """Bytes held now."""
        return sum(block.num_bytes for block in self._blocks)

    def forget(self) -> None:
        """Drop everything."""
        self._rows.clear()
        self._blocks.clear()

    def check_weights(self, model: torch.nn.Module) -> None:
        """Drop everything unless the model's weights are those of the last call."""
        signature = weights_signature(model)
        if signature != self._signature:
            self.forget()
        self._signature = signature

    def take(self, token_ids: Sequence[int]) -> KeptRow | None:
        """Return the row of exactly these tokens, and drop its entry; None when there is none."""
        kept = self._rows.pop(tuple(token_ids), None)
        if kept is not None:
            self._blocks[kept.block] -= 1
            if not self._blocks[kept.block]:
                del self._blocks[kept.block]
        return kept

    def add(self, layers: Layers, mask: Tensor, *, keys: Sequence[tuple[int, ...]], num_tokens: Sequence[int]) -> None:
        """Keep rows; those that do not fit into the limit even when all others go are left out, the last ones first.

        Args:
            layers: keys and values [b, H, C, D] of each layer; copied.
            mask: [b, C]; 1 where a token of the row stands, holes between them allowed.
            keys: per row, all tokens that it will be asked for by.
            num_tokens: per row, how many of these have keys and values: the first ``num_tokens`` places where the mask is 1.
        """
        width = max(num_tokens, default=0)
        bytes_per_row = width * sum(states[0, :, 0].numel() * states.element_size() for layer in layers for states in layer)
        num_rows = min(len(keys), self.limit_bytes // bytes_per_row) if bytes_per_row else 0
        if num_rows == 0:
            return
        block = _packed(layers, mask[:num_rows], torch.tensor(num_tokens[:num_rows], device=mask.device))
        while self._blocks and self.num_bytes + block.num_bytes > self.limit_bytes:
            self._drop(next(iter(self._blocks)))
        for row, (key, count) in enumerate(zip(keys[:num_rows], num_tokens)):
            self.take(key)
            self._rows[key] = KeptRow(block, row, count)
            self._blocks[block] = self._blocks.get(block, 0) + 1

    def _drop(self, block: Block) -> None:
        self._rows = {key: kept for key, kept in self._rows.items() if kept.block is not block}
        del self._blocks[block]


def weights_signature(model: torch.nn.Module) -> tuple[Any, ...]:
    """Return what changes when any weight does, or when LoRA's adapters are switched.

        per tensor: the sum, modulo 2^64, of its memory read as 64-bit integers (as bytes where it does not divide into these)
    """
    sums = [_bit_sum(weight) for weight in (*model.parameters(), *model.buffers()) if weight.numel()]
    switches = (
        (module.disable_adapters, tuple(module.active_adapters))
        for module in model.modules()
        if isinstance(getattr(module, "disable_adapters", None), bool)  # a layer of peft; models have a method of that name
    )
    return (*(torch.stack(sums).tolist() if sums else ()), *switches)


def _bit_sum(weight: Tensor) -> Tensor:
    own: Any = weight.detach()
    own = own.to_local() if hasattr(own, "to_local") else own  # a process's own part of a distributed tensor
    flat = own.contiguous().view(-1)
    is_even = flat.numel() * flat.element_size() % 8 == 0 and flat.storage_offset() * flat.element_size() % 8 == 0
    return flat.view(torch.int64 if is_even else torch.uint8).sum(dtype=torch.int64)


def _packed(layers: Layers, mask: Tensor, num_tokens: Tensor) -> Block:
    """Return the first rows' first ``num_tokens`` [b] masked places as a block without holes, moved to the right."""
    num_rows, width = len(mask), int(num_tokens.max())
    places = torch.argsort(1 - mask, dim=-1, stable=True)
    ranks = torch.arange(width, device=mask.device) - (width - num_tokens).unsqueeze(-1)
    columns = places.gather(-1, ranks.clamp(min=0))
    rows = torch.arange(num_rows, device=mask.device).unsqueeze(-1)
    packed = [(_picked(keys, rows, columns), _picked(values, rows, columns)) for keys, values in layers]
    return Block(packed, (ranks >= 0).long())


def _picked(states: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Return [b, H, width, D] from states [B, H, C, D]."""
    return states.transpose(1, 2)[rows, columns].transpose(1, 2)


def stacked(parts: Sequence[tuple[Block, Sequence[int], Sequence[int]]], num_rows: int) -> tuple[Any, Tensor]:
    """Return one cache of B rows, and its mask [B, C], copied from blocks; what is shorter is padded on the left.

    Args:
        parts: per block, which of its rows go where; a row may go to several places, and each place is filled once at most.
        num_rows: B; a place that no row goes to is left empty.
    """
    width = max(block.mask.shape[1] for block, _, _ in parts)
    first = parts[0][0]
    device = first.mask.device
    mask = torch.zeros(num_rows, width, dtype=first.mask.dtype, device=device)
    indices = [(torch.tensor(source, device=device), torch.tensor(target, device=device)) for _, source, target in parts]
    for (block, _, _), (source, target) in zip(parts, indices):
        mask[target, width - block.mask.shape[1] :] = block.mask[source]
    layers = []
    for number, pair in enumerate(first.layers):
        buffers = []
        for which, like in enumerate(pair):
            _, heads, _, size = like.shape
            buffer = torch.zeros(num_rows, heads, width + SPARE_TOKENS, size, dtype=like.dtype, device=device)
            for (block, _, _), (source, target) in zip(parts, indices):
                buffer[target, :, width - block.mask.shape[1] : width] = block.layers[number][which][source]
            buffers.append(buffer)
        layers.append((buffers[0], buffers[1]))
    return growing_cache(layers, width), mask
