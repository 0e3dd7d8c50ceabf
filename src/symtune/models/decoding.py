"""Drawing replies from a model: one loop for both families, every reply with its own stream of random numbers.

Shapes: B rows of the batch, P prompts without repetition, V vocabulary, C tokens read so far.

Each prompt is read once, however many replies are asked of it; its cache is then copied to the rows. Rows that ended
leave the batch. A token is drawn by inverting the cumulative distribution at the row's own next uniform number, so a
reply depends on its own seed only, not on its neighbours (but for rounding: a batch of another shape may sum in another
order, which moves a probability by about 1e-7; the same batch gives the same bits).

Source: ours; top-k and top-p after temperature as in Holtzman et al. 2020 and in `transformers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutput

from symtune.errors import BadModelError
from symtune.models.checks import check_settings
from symtune.models.encoding import encode_prompt, pad_rows
from symtune.models.growing_cache import grow_in_place
from symtune.models.protocols import Reply, Request, SamplingSettings

if TYPE_CHECKING:
    from symtune.models.policy import TransformersPolicy

FIRST_WIDTH = 16
"""Largest probabilities looked at first when the top-p set is sought; widened for the rows whose set is larger."""

COMPACT_FRACTION = 0.75
"""Rows that ended leave the batch once this share or less is still being written; copying the cache costs too."""


@dataclass
class DecodingState:
    """What the next step needs; every tensor has one row per unfinished reply."""

    cache: Any
    mask: Tensor
    encoded: Tensor | None

    def select(self, index: Tensor) -> None:
        """Keep (or repeat) these rows."""
        self.cache.batch_select_indices(index)
        self.mask = self.mask[index]
        if self.encoded is not None:
            self.encoded = self.encoded[index]


@dataclass
class Draft:
    """One reply in the making."""

    token_ids: list[int] = field(default_factory=list)
    log_probs: list[float] = field(default_factory=list)
    has_ended: bool = False

    def add(self, token: int, log_prob: float, *, has_ended: bool) -> None:
        """Take one more token, unless the reply has ended."""
        if not self.has_ended:
            self.token_ids.append(token)
            self.log_probs.append(log_prob)
            self.has_ended = has_ended


@torch.inference_mode()
def decode_replies(
    policy: TransformersPolicy, requests: Sequence[Request], settings: SamplingSettings
) -> list[Reply]:
    """Return one reply per request, in order; a request without a seed is decoded greedily.

    Raises:
        BadInputError: a setting outside its range.
    """
    check_settings(settings)
    if not requests:
        return []
    was_training = policy.model.training
    policy.model.eval()
    try:
        return _decode(policy, requests, settings)
    finally:
        policy.model.train(was_training)


def _decode(policy: TransformersPolicy, requests: Sequence[Request], settings: SamplingSettings) -> list[Reply]:
    device = policy.device
    index_of = {prompt: index for index, prompt in enumerate(dict.fromkeys(request.prompt for request in requests))}
    prompt_ids = [encode_prompt(policy, prompt) for prompt in index_of]
    row_prompt = [index_of[request.prompt] for request in requests]
    state, logits = read_prompts(policy, prompt_ids)
    repeat = torch.tensor(row_prompt, device=device)
    state.select(repeat)
    grow_in_place(state.cache)
    seeds = [request.seed for request in requests]
    drafts = write_replies(policy, state, logits[repeat], seeds=seeds, settings=settings, ends=end_token_ids(policy))
    return [reply_of(policy, prompt_ids[index], draft) for index, draft in zip(row_prompt, drafts, strict=True)]


def write_replies(
    policy: TransformersPolicy,
    state: DecodingState,
    logits: Tensor,
    *,
    seeds: Sequence[int | None],
    settings: SamplingSettings,
    ends: set[int],
    on_leave: Callable[[Tensor, dict[int, Draft]], None] | None = None,
) -> list[Draft]:
    """Draw token after token until every row has ended or is ``max_new_tokens`` long.

    Args:
        policy: its model reads the tokens.
        state: after the prompts, one row per reply; used up.
        logits: [B, V], of the first token.
        seeds: one per row; None: greedy.
        settings: how tokens are drawn.
        ends: tokens that end a reply.
        on_leave: called with the places of the state's rows that leave the batch, and their replies by number, in the same
            order; each row leaves once.
    """
    device = logits.device
    drafts = [Draft() for _ in seeds]
    uniforms = torch.tensor(np.stack([_uniforms(seed, settings.max_new_tokens) for seed in seeds]), device=device)
    is_greedy = torch.tensor([seed is None for seed in seeds], device=device)
    end_ids = torch.tensor(sorted(ends), device=device)
    rows = torch.arange(len(seeds), device=device)
    for step in range(settings.max_new_tokens):
        tokens, log_probs = draw_tokens(logits, uniforms[rows, step], settings=settings, is_greedy=is_greedy[rows])
        has_ended = torch.isin(tokens, end_ids)
        for row, token, log_prob, ended in zip(rows.tolist(), tokens.tolist(), log_probs.tolist(), has_ended.tolist()):
            drafts[row].add(token, log_prob, has_ended=ended)
        is_going = torch.tensor([not drafts[row].has_ended for row in rows.tolist()], device=device)
        going = is_going.nonzero().squeeze(-1)
        if len(going) == 0 or step + 1 == settings.max_new_tokens:
            break
        if len(going) <= COMPACT_FRACTION * len(rows):
            if on_leave is not None:
                on_leave((~is_going).nonzero().squeeze(-1), {row: drafts[row] for row in rows[~is_going].tolist()})
            rows, tokens = rows[going], tokens[going]
            state.select(going)
        logits = _read_token(policy, state, tokens)
    if on_leave is not None:
        on_leave(torch.arange(len(rows), device=device), {row: drafts[row] for row in rows.tolist()})
    return drafts


def end_token_ids(policy: TransformersPolicy) -> set[int]:
    """Return the tokens that end a reply: the tokenizer's end token and those of the model's generation settings."""
    ends = {policy.tokenizer.eos_token_id}
    more = getattr(getattr(policy.bare_model, "generation_config", None), "eos_token_id", None)
    return {end for end in ends | set(more if isinstance(more, list) else [more]) if end is not None}


def _uniforms(seed: int | None, count: int) -> np.ndarray:
    """Return this row's uniform numbers in [0, 1), one per token."""
    return np.zeros(count) if seed is None else np.random.Generator(np.random.Philox(seed)).random(count)


def read_prompts(policy: TransformersPolicy, prompt_ids: Sequence[Sequence[int]]) -> tuple[DecodingState, Tensor]:
    """Read the P prompts; return the state after them and the logits [P, V] of the first token."""
    model, device = policy.bare_model, policy.device
    is_left = not policy.is_encoder_decoder
    input_ids = pad_rows(prompt_ids, fill=policy.tokenizer.pad_token_id, is_left=is_left).to(device)
    mask = pad_rows([[1] * len(row) for row in prompt_ids], fill=0, is_left=is_left).to(device)
    if policy.is_encoder_decoder:
        encoded = model.get_encoder()(input_ids=input_ids, attention_mask=mask).last_hidden_state
        start = torch.full((len(prompt_ids), 1), policy.start_token_id, device=device)
        output = model(
            encoder_outputs=BaseModelOutput(last_hidden_state=encoded),
            attention_mask=mask,
            decoder_input_ids=start,
            use_cache=True,
        )
        return DecodingState(output.past_key_values, mask, encoded), output.logits[:, -1].float()
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    output = model(input_ids=input_ids, attention_mask=mask, position_ids=positions, use_cache=True, logits_to_keep=1)
    return DecodingState(output.past_key_values, mask, None), output.logits[:, -1].float()


def _read_token(policy: TransformersPolicy, state: DecodingState, tokens: Tensor) -> Tensor:
    """Read one token per row and return the logits [B, V] of the next; the state moves on by one."""
    if state.encoded is not None:
        output = policy.bare_model(
            encoder_outputs=BaseModelOutput(last_hidden_state=state.encoded),
            attention_mask=state.mask,
            decoder_input_ids=tokens.unsqueeze(-1),
            past_key_values=state.cache,
            use_cache=True,
        )
    else:
        positions = state.mask.sum(-1, keepdim=True)
        state.mask = torch.cat([state.mask, torch.ones_like(state.mask[:, :1])], dim=-1)
        output = policy.bare_model(
            input_ids=tokens.unsqueeze(-1),
            attention_mask=state.mask,
            position_ids=positions,
            past_key_values=state.cache,
            use_cache=True,
        )
    state.cache = output.past_key_values
    return output.logits[:, -1].float()


def draw_tokens(
    logits: Tensor, uniforms: Tensor, *, settings: SamplingSettings, is_greedy: Tensor
) -> tuple[Tensor, Tensor]:
    """Return one token per row and its log-probability under the distribution it was drawn from.

        p = softmax(logits / temperature), set to 0 outside top-k and top-p;  token = min{v : sum_{w <= v} p_w > u sum p}

    Args:
        logits: [B, V].
        uniforms: [B], in [0, 1).
        settings: temperature, top_k, top_p.
        is_greedy: [B]; such a row takes the largest logit, and its log-probability is that of softmax(logits).
    """
    probs = torch.softmax(logits / settings.temperature, dim=-1)
    probs = keep_top(probs, top_k=settings.top_k, top_p=settings.top_p)
    cumulative = probs.double().cumsum(-1)
    total = cumulative[:, -1:]
    if not bool(torch.isfinite(total).all()):
        raise BadModelError("the model's logits are not finite (nan or inf), so nothing can be drawn; its training diverged")
    # u < 1 keeps the threshold below the total, so the drawn token always has mass; the clamp meets rounding at the end.
    threshold = torch.minimum(uniforms.double().unsqueeze(-1) * total, total * (1 - 1e-12))
    tokens = torch.searchsorted(cumulative, threshold, right=True).squeeze(-1)
    drawn = probs.gather(-1, tokens.unsqueeze(-1)).squeeze(-1).double()
    log_probs = (drawn.log() - total.squeeze(-1).log()).float()
    if not is_greedy.any():
        return tokens, log_probs
    best = logits.argmax(-1)
    best_log_probs = logits.gather(-1, best.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
    return torch.where(is_greedy, best, tokens), torch.where(is_greedy, best_log_probs, log_probs)


def keep_top(probs: Tensor, *, top_k: int, top_p: float) -> Tensor:
    """Return the probabilities [B, V] with 0 outside the top-k and, of what that leaves, outside the top-p set.

    The top-p set is the fewest tokens, likeliest first, whose share of the mass that top-k left reaches ``top_p``. Tokens
    that tie with the last one are kept too.
    """
    size = probs.shape[-1]
    if 0 < top_k < size:
        floor = probs.topk(top_k, dim=-1).values[:, -1:]
        probs = probs.masked_fill(probs < floor, 0.0)
    if top_p >= 1:
        return probs
    goals = top_p * probs.sum(-1)
    floors = torch.zeros_like(goals)
    pending = torch.arange(len(probs), device=probs.device)
    width = FIRST_WIDTH
    while len(pending):
        width = min(width, size)
        ranked = probs[pending].topk(width, dim=-1).values
        mass = ranked.cumsum(-1)
        num_before = (mass < goals[pending, None]).sum(-1)
        is_found = (num_before < width) | (width == size)
        floors[pending] = ranked.gather(-1, num_before.clamp(max=width - 1).unsqueeze(-1)).squeeze(-1)
        pending = pending[~is_found]
        width *= 8
    return probs.masked_fill(probs < floors.unsqueeze(-1), 0.0)


def reply_of(policy: TransformersPolicy, prompt_ids: Sequence[int], draft: Draft) -> Reply:
    """Return a finished draft with its text."""
    return Reply(
        text=policy.tokenizer.decode(
            draft.token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        ),
        prompt_token_ids=tuple(prompt_ids),
        token_ids=tuple(draft.token_ids),
        log_probs=tuple(draft.log_probs),
        stop_reason="end_token" if draft.has_ended else "length",
    )
