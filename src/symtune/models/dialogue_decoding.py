"""Replies in dialogues: what `symtune.models.decoding` does for single prompts, over prompts that grow from turn to turn.

Shapes: B replies, P prompts without repetition, V vocabulary.

Each prompt is read once, however many replies are asked of it. Where the keys and values of its earlier turns were kept (see
`symtune.models.kept_prompts`), only what is new is read. Prompts are read in batches of at most ``prefill_tokens`` places,
those of like length together; then all replies are drawn as one batch, each from its own stream of random numbers.

What was kept changes a probability by rounding only (float32: about 1e-6), as another batch does. To repeat replies to the bit,
ask for the same requests in the same order after the same calls since the last `forget`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer

from symtune.errors import BadModelError
from symtune.models.checks import check_asks, check_room, check_settings
from symtune.models.decoding import (
    DecodingState,
    Draft,
    end_token_ids,
    read_prompts,
    reply_of,
    write_replies,
)
from symtune.models.dialogue import DialogueTokens, encode_dialogue
from symtune.models.encoding import pad_rows
from symtune.models.growing_cache import grow_in_place
from symtune.models.kept_prompts import Block, KeptRow, stacked
from symtune.models.protocols import ChatRequest, Reply, SamplingSettings

if TYPE_CHECKING:
    from symtune.models.policy import TransformersPolicy


@torch.inference_mode()
def decode_dialogues(policy: TransformersPolicy, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
    """Return one reply per request, in order; a request without a seed is decoded greedily.

    Raises:
        BadInputError: a setting outside its range, or messages that do not alternate.
        BadModelError: an encoder-decoder, or a chat template that does not keep earlier turns.
        ContextFullError: a dialogue leaves no room for ``max_new_tokens``; nothing was drawn.
    """
    check_settings(settings)
    prompts = [dialogue_tokens(policy, request) for request in requests]
    check_room([len(prompt.token_ids) for prompt in prompts], settings, policy.context_tokens)
    if not requests:
        return []
    was_training = policy.model.training
    policy.model.eval()
    try:
        return _decode(policy, requests, prompts, settings=settings)
    finally:
        policy.model.train(was_training)


def dialogue_tokens(policy: TransformersPolicy, request: ChatRequest) -> DialogueTokens:
    """Return the prompt of a request as tokens.

    Raises:
        BadInputError: messages that do not alternate, or no reply is due.
        BadModelError: see `decode_dialogues`.
    """
    check_asks(request.messages)
    return encode_dialogue(policy.dialogue, request.messages)


def _decode(
    policy: TransformersPolicy,
    requests: Sequence[ChatRequest],
    prompts: Sequence[DialogueTokens],
    *,
    settings: SamplingSettings,
) -> list[Reply]:
    index_of = {prompt: index for index, prompt in enumerate(dict.fromkeys(prompts))}
    policy.kept_prompts.check_weights(policy.model)
    row_prompt = [index_of[prompt] for prompt in prompts]
    state, logits = _read(policy, list(index_of), row_prompt, spare_tokens=settings.max_new_tokens)

    def keep(places: Tensor, drafts: dict[int, Draft]) -> None:
        _keep(policy, state, places, rows=[(prompts[row].token_ids, draft.token_ids) for row, draft in drafts.items()])

    drafts = write_replies(
        policy,
        state,
        logits,
        seeds=[request.seed for request in requests],
        settings=settings,
        ends=end_token_ids(policy) | {policy.dialogue.turn_end_id},
        on_leave=keep if policy.kept_prompts.limit_bytes and has_plain_cache(policy) else None,
    )
    return [reply_of(policy, prompt.token_ids, draft) for prompt, draft in zip(prompts, drafts, strict=True)]


def has_plain_cache(policy: TransformersPolicy) -> bool:
    """Return whether every layer keeps the keys and values of all tokens.

    Others (sliding windows, states of fixed size) read each prompt anew and in one batch: a window counts places, which the
    padding between turns would take up.
    """
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=policy.bare_model.config).layers)


def _read(
    policy: TransformersPolicy, prompts: Sequence[DialogueTokens], row_prompt: Sequence[int], *, spare_tokens: int
) -> tuple[DecodingState, Tensor]:
    """Read the P prompts; return the state of the B rows, with room for their replies, and the logits [B, V] of their first tokens."""
    repeat = torch.tensor(row_prompt, device=policy.device)
    if not has_plain_cache(policy):
        state, logits = read_prompts(policy, [prompt.token_ids for prompt in prompts])
        state.select(repeat)
        grow_in_place(state.cache)
        return state, logits[repeat]
    kept = [_kept_row(policy, prompt) for prompt in prompts]
    chunks = _chunks([len(prompt.token_ids) - (row.num_tokens if row else 0) for prompt, row in zip(prompts, kept)], kept, policy.prefill_tokens)
    states = []
    logits = torch.empty(0)
    for chunk in chunks:
        token_ids, rows = [prompts[index].token_ids for index in chunk], [kept[index] for index in chunk]
        state, chunk_logits = _read_chunk(policy, token_ids, rows, spare_tokens=spare_tokens)
        states.append(state)
        logits = logits if len(logits) else chunk_logits.new_empty(len(prompts), chunk_logits.shape[-1])
        logits[torch.tensor(chunk, device=logits.device)] = chunk_logits
    if chunks == [list(row_prompt)] and any(kept):  # one batch, read into memory with room to grow, each row in its place
        return states[0], logits
    parts = []
    for chunk, state in zip(chunks, states):
        place_of = {index: place for place, index in enumerate(chunk)}
        targets = [row for row, index in enumerate(row_prompt) if index in place_of]
        parts.append((_block(state), [place_of[row_prompt[row]] for row in targets], targets))
    cache, mask = stacked(parts, len(row_prompt), spare_tokens=spare_tokens)
    return DecodingState(cache, mask, None), logits[repeat]


def _kept_row(policy: TransformersPolicy, prompt: DialogueTokens) -> KeptRow | None:
    """Return the keys and values kept of a prompt's earlier turns; at least one token is left to read."""
    if not prompt.num_known_tokens:
        return None
    row = policy.kept_prompts.take(prompt.token_ids[: prompt.num_known_tokens])
    return row if row and row.num_tokens < len(prompt.token_ids) else None


def _chunks(lengths: Sequence[int], kept: Sequence[KeptRow | None], limit: int) -> list[list[int]]:
    """Return the prompts in batches of at most ``limit`` places (one prompt at least), with and without kept rows apart.

    Prompts that all fit into one batch stay in order; others are sorted by length, the longest first.
    """
    chunks: list[list[int]] = []
    for has_kept in (False, True):
        indices = [index for index, row in enumerate(kept) if (row is not None) == has_kept]
        if not indices:
            continue
        if len(indices) * max(lengths[index] for index in indices) <= limit:
            chunks.append(indices)
            continue
        indices.sort(key=lambda index: -lengths[index])
        while indices:
            size = max(1, limit // lengths[indices[0]])
            chunks.append(indices[:size])
            indices = indices[size:]
    return chunks


def _read_chunk(
    policy: TransformersPolicy, prompt_ids: Sequence[Sequence[int]], kept: Sequence[KeptRow | None], *, spare_tokens: int
) -> tuple[DecodingState, Tensor]:
    """Read what is new of some prompts; return the state after them and the logits [rows, V] of the first token."""
    sources: dict[Block, tuple[list[int], list[int]]] = {}
    for place, row in enumerate(kept):
        if row is not None:
            source, target = sources.setdefault(row.block, ([], []))
            source.append(row.row)
            target.append(place)
    if not sources:
        return read_prompts(policy, prompt_ids)
    new_ids = [token_ids[row.num_tokens if row else 0 :] for token_ids, row in zip(prompt_ids, kept)]
    parts = [(block, source, target) for block, (source, target) in sources.items()]
    cache, mask = stacked(parts, len(prompt_ids), spare_tokens=max(map(len, new_ids)) + spare_tokens)
    input_ids = pad_rows(new_ids, fill=policy.tokenizer.pad_token_id, is_left=True).to(policy.device)
    is_new = pad_rows([[1] * len(row) for row in new_ids], fill=0, is_left=True).to(policy.device)
    mask = torch.cat([mask, is_new], dim=-1)
    positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -input_ids.shape[1] :]
    output = policy.bare_model(
        input_ids=input_ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True, logits_to_keep=1
    )
    return DecodingState(output.past_key_values, mask, None), output.logits[:, -1].float()


def _keep(
    policy: TransformersPolicy, state: DecodingState, places: Tensor, *, rows: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> None:
    """Keep the state's rows at ``places``, whose prompts and replies are ``rows``. A reply's last token may not have been read."""
    num_read = [min(read, len(prompt) + len(reply)) for read, (prompt, reply) in zip(state.mask[places].sum(-1).tolist(), rows)]
    policy.kept_prompts.add(_block(state), places, keys=[(*prompt, *reply) for prompt, reply in rows], num_tokens=num_read)


def _block(state: DecodingState) -> Block:
    """Return a state's keys and values.

    Raises:
        BadModelError: the model keeps them in another way than its config says.
    """
    layers: list[Any] = list(state.cache.layers)
    if not all(isinstance(layer, DynamicLayer) and layer.is_initialized for layer in layers):
        raise BadModelError(
            "the model's cache does not hold keys and values of every layer, although its config says so; "
            "set backend.kept_cache_bytes = 0 and backend.prefill_tokens above the batch"
        )
    return Block([(layer.keys, layer.values) for layer in layers], state.mask)
