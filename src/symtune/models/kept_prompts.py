"""Keys and values of what a policy read and wrote, kept from one turn of a dialogue to the next.

Shapes: b rows of a block, B rows of a batch, H heads, C tokens, D size of a head.

Rows are kept in *blocks*, one for the rows that left a batch together: the batch's own memory where all its rows left at once, so
that keeping costs nothing, else a copy. A row is found by its tokens: an entry holds exactly the keys and values of the
first tokens of a prompt, or it is not found. An entry is taken once; the next turn leaves a longer one.

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

from symtune.models.growing_cache import growing_cache

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
        """Memory that it holds on to, room to grow included."""
        return sum(states.untyped_storage().nbytes() for layer in self.layers for states in layer)


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

    def add(self, block: Block, places: Tensor, *, keys: Sequence[tuple[int, ...]], num_tokens: Sequence[int]) -> None:
        """Keep rows; when not all fit into the limit even with everything else dropped, the first that do.

        Args:
            block: what the rows stand in; taken over, not copied, when it is to be kept whole.
            places: rows of the block to keep, in rising order.
            keys: per row kept, all tokens that it will be asked for by.
            num_tokens: per row kept, how many of these have keys and values: the first ``num_tokens`` places where the mask is 1.
        """
        if len(places) < len(block.mask) or block.num_bytes > self.limit_bytes:
            bytes_per_row = sum(states[0].numel() * states.element_size() for layer in block.layers for states in layer)
            places = places[: self.limit_bytes // bytes_per_row]
            block = Block([(key_states[places], value_states[places]) for key_states, value_states in block.layers], block.mask[places])
        if not len(places):
            return
        while self._blocks and self.num_bytes + block.num_bytes > self.limit_bytes:
            self._drop(next(iter(self._blocks)))
        block = Block(block.layers, _first_places(block.mask, torch.tensor(num_tokens[: len(places)], device=block.mask.device)))
        for row, (key, count) in enumerate(zip(keys[: len(places)], num_tokens)):
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


def _first_places(mask: Tensor, num_tokens: Tensor) -> Tensor:
    """Return the mask [b, C] with only the first ``num_tokens`` [b] of each row's ones."""
    return mask * (mask.cumsum(-1) <= num_tokens.unsqueeze(-1))


def stacked(parts: Sequence[tuple[Block, Sequence[int], Sequence[int]]], num_rows: int, *, spare_tokens: int) -> tuple[Any, Tensor]:
    """Return one cache of B rows, and its mask [B, C], copied from blocks without holes; what is shorter is padded on the left.

    Args:
        parts: per block, which of its rows go where; a row may go to several places, and each place is filled once at most.
        num_rows: B; a place that no row goes to is left empty.
        spare_tokens: room for this many more tokens.
    """
    device = parts[0][0].mask.device
    moves = []
    for block, source, target in parts:
        rows = torch.tensor(source, device=device)
        moves.append((block, *_columns(block.mask[rows]), rows.unsqueeze(-1), torch.tensor(target, device=device)))
    width = max(columns.shape[1] for _, columns, _, _, _ in moves)
    mask = torch.zeros(num_rows, width, dtype=parts[0][0].mask.dtype, device=device)
    for _, columns, is_token, _, target in moves:
        mask[target, width - columns.shape[1] :] = is_token
    layers = []
    for number, pair in enumerate(parts[0][0].layers):
        buffers = []
        for which, like in enumerate(pair):
            _, heads, _, size = like.shape
            buffer = torch.zeros(num_rows, heads, width + spare_tokens, size, dtype=like.dtype, device=device)
            for block, columns, _, rows, target in moves:
                picked = block.layers[number][which].transpose(1, 2)[rows, columns].transpose(1, 2)
                buffer[target, :, width - columns.shape[1] : width] = picked
            buffers.append(buffer)
        layers.append((buffers[0], buffers[1]))
    return growing_cache(layers, width), mask


def _columns(mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return where the tokens of each row stand, moved to the right [b, longest row], and which of these are tokens."""
    num_tokens = mask.sum(-1, keepdim=True)
    width = int(num_tokens.max())
    ranks = torch.arange(width, device=mask.device) - (width - num_tokens)
    places = torch.argsort(1 - mask, dim=-1, stable=True)
    return places.gather(-1, ranks.clamp(min=0)), (ranks >= 0).long()
