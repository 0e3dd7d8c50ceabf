"""RLEF's objectives: proximal policy optimisation with a value, a penalty and an advantage per *turn*.

A row is a token sequence that holds the turns of one episode, or some of them. ``turn_index_BT`` says of every token to which
reply it belongs: k >= 0 at the tokens of reply k, -1 (`ENVIRONMENT`) at prompts, feedback and padding on either side.

Shapes: B row (or episode), T token, K turn.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

ENVIRONMENT = -1
"""Turn index of what the policy did not write."""

EPS = 1e-8
"""Keeps a division by a standard deviation of zero finite."""


def mean_per_turn(values_BT: Tensor, turn_index_BT: Tensor, num_turns: int) -> Tensor:
    """Return the mean over the tokens of each reply, and 0 where a row holds no token of that turn.

    Formula: ``m_bk = (1 / N_bk) * sum_{t: turn_bt = k} x_bt``, N_bk the number of tokens in the sum.

    Args:
        values_BT: one number per token; what stands at environment tokens is never read.
        turn_index_BT: turn of each token, -1 off replies.
        num_turns: K, larger than every turn index.

    Returns:
        Tensor [B, K], with the gradient of ``values_BT``.

    Source: ours.
    """
    is_reply_BT = turn_index_BT != ENVIRONMENT
    slots_BT = turn_index_BT.masked_fill(~is_reply_BT, 0)
    sums_BK = values_BT.new_zeros(len(values_BT), num_turns).scatter_add(1, slots_BT, values_BT.masked_fill(~is_reply_BT, 0.0))
    counts_BK = torch.zeros_like(sums_BK).scatter_add(1, slots_BT, is_reply_BT.to(values_BT.dtype))
    return sums_BK / counts_BK.clamp(min=1)


def turn_mask(turn_index_BT: Tensor, num_turns: int) -> Tensor:
    """Return which turns a row holds tokens of: bool [B, K].

    Source: ours.
    """
    turns_K = torch.arange(num_turns, device=turn_index_BT.device)
    return (turn_index_BT.unsqueeze(-1) == turns_K).any(dim=1)


def spread_over_tokens(per_turn_BK: Tensor, turn_index_BT: Tensor) -> Tensor:
    """Return at each reply token the number of its turn, and 0 at environment tokens and padding.

    Formula: ``x_bt = y_b,turn_bt``.

    Returns:
        Tensor [B, T].

    Source: Gehring et al. 2024 (RLEF), appendix A: one advantage for all tokens of a turn.
    """
    is_reply_BT = turn_index_BT != ENVIRONMENT
    return per_turn_BK.gather(1, turn_index_BT.masked_fill(~is_reply_BT, 0)).masked_fill(~is_reply_BT, 0.0)


@torch.no_grad()
def turn_kl(log_probs_BT: Tensor, reference_log_probs_BT: Tensor, turn_index_BT: Tensor, num_turns: int) -> Tensor:
    """Return how much likelier each reply is under the policy than under the reference policy, per token.

    Formula: ``KL_bk = (1 / N_bk) * sum_{t: turn_bt = k} (log pi(a_bt) - log rho(a_bt))``, which is the logarithm of the ratio of
    the geometric means of the token probabilities. One sample of it may be negative.

    Args:
        log_probs_BT: under the policy that wrote the reply (nats).
        reference_log_probs_BT: under the initial policy rho (nats).
        turn_index_BT: turn of each token, -1 off replies.
        num_turns: K.

    Returns:
        Tensor [B, K], nats per token, without gradient: the penalty is part of the reward.

    Source: Gehring et al. 2024 (RLEF), section 2.2.
    """
    return mean_per_turn(log_probs_BT - reference_log_probs_BT, turn_index_BT, num_turns)


@torch.no_grad()
def penalised_rewards(rewards_BK: Tensor, kl_BK: Tensor, beta: float) -> Tensor:
    """Return the rewards less the penalty for leaving the reference policy.

    Formula: ``R_bk = r_bk - beta * KL_bk``.

    Args:
        rewards_BK: see `symtune.rewards.rlef.turn_rewards`.
        kl_BK: from `turn_kl`.
        beta: 1 / nats; 0.05 in the paper.

    Returns:
        Tensor [B, K], without gradient.

    Source: Gehring et al. 2024 (RLEF), section 2.2.
    """
    return rewards_BK - beta * kl_BK


@torch.no_grad()
def turn_returns(rewards_BK: Tensor, mask_BK: Tensor, gamma: float = 1.0) -> Tensor:
    """Return the Monte Carlo return from each turn on.

    Formula: ``G_bk = R_bk + gamma * G_b,k'`` with k' the next real turn; ``sum_{i >= k} R_bi`` for gamma 1. 0 where the mask is 0:
    a turn that was not played has no reward and does not discount.

    Args:
        rewards_BK: reward of each turn *of the whole episode*: these rows are episodes, not parts of them.
        mask_BK: true at turns that were played.
        gamma: discount per turn; 1.0 in the paper.

    Returns:
        Tensor [B, K], without gradient.

    Source: Gehring et al. 2024 (RLEF), section 2.2 and appendix A.
    """
    mask_BK = mask_BK.bool()
    returns_BK = torch.zeros_like(rewards_BK)
    following_B = torch.zeros_like(rewards_BK[:, 0])
    for turn in reversed(range(rewards_BK.shape[1])):
        following_B = torch.where(mask_BK[:, turn], rewards_BK[:, turn] + gamma * following_B, following_B)
        returns_BK[:, turn] = following_B
    return returns_BK.masked_fill(~mask_BK, 0.0)


@torch.no_grad()
def turn_advantages(returns_BK: Tensor, values_BK: Tensor, mask_BK: Tensor) -> Tensor:
    """Return how much better each turn went than foretold; 0 where the mask is 0.

    Formula: ``A_bk = G_bk - V(c_bk)``, V read at the last token of the prompt before reply k.

    Args:
        returns_BK: from `turn_returns`.
        values_BK: from `values_at`.
        mask_BK: true at turns that were played.

    Returns:
        Tensor [B, K], without gradient.

    Source: Gehring et al. 2024 (RLEF), appendix A.
    """
    return (returns_BK - values_BK).masked_fill(~mask_BK.bool(), 0.0)


@torch.no_grad()
def token_advantages(returns_BK: Tensor, values_BT: Tensor, turn_index_BT: Tensor) -> Tensor:
    """Return an advantage per token: the return of its turn less the value of the state in which it was written.

    Formula: ``A_bt = G_b,turn_bt - V_bt``, and 0 off replies.

    Args:
        returns_BK: from `turn_returns`, of the episode that the row belongs to.
        values_BT: V_bt, read from the tokens *before* token t: a network's output moved one place to the right.
        turn_index_BT: turn of each token, -1 off replies.

    Returns:
        Tensor [B, T], without gradient.

    Source: Gehring et al. 2024 (RLEF), section 3.4, the ablation with a token-level value.
    """
    advantages_BT = spread_over_tokens(returns_BK, turn_index_BT) - values_BT
    return advantages_BT.masked_fill(turn_index_BT == ENVIRONMENT, 0.0)


@torch.no_grad()
def group_advantages(returns_BK: Tensor, mask_BK: Tensor, group_B: Tensor, scale: bool) -> Tensor:
    """Return advantages without a value network: each turn against the same turn of the other episodes of its group.

    Formula, with n the episodes of the group that played turn k::

        A_bk = G_bk - (1 / n) * sum_{c in group of b, played k} G_ck
        A_bk / (std over the same n returns + eps)      where scale

    An episode that is alone in its group at turn k has advantage 0 there.

    Args:
        returns_BK: from `turn_returns`.
        mask_BK: true at turns that were played.
        group_B: a number per group, the same for the episodes of one problem and round.
        scale: divide by the group's standard deviation (GRPO) or not (Dr. GRPO).

    Returns:
        Tensor [B, K], without gradient; 0 where the mask is 0.

    Source: Shao et al. 2024 (GRPO), section 4.1.2; Liu et al. 2025 (Dr. GRPO) for ``scale = False``.
    Differs: per turn instead of per reply (decision 0101); the standard deviation divides by n, as in `normalise`.
    """
    mask_BK = mask_BK.bool()
    same_BB = (group_B.unsqueeze(0) == group_B.unsqueeze(1)).double()
    counts_BK = (same_BB @ mask_BK.double()).clamp(min=1)
    real_BK = returns_BK.double().masked_fill(~mask_BK, 0.0)
    centred_BK = (real_BK - same_BB @ real_BK / counts_BK).masked_fill(~mask_BK, 0.0)
    if scale:
        centred_BK = centred_BK / ((same_BB @ centred_BK.square() / counts_BK).sqrt() + EPS)
    return centred_BK.to(returns_BK.dtype)


@torch.no_grad()
def normalise(advantages: Tensor, mask: Tensor) -> Tensor:
    """Return the advantages moved and scaled to mean 0 and standard deviation 1 over the real entries; 0 elsewhere.

    Formula: ``(A - mean) / (std + eps)``, std divided by the number of entries. Advantages that are all alike become 0.

    Args:
        advantages: any shape: turns, so that each counts once, or tokens.
        mask: true at real entries; whoever calls decides over which batch (decision 0101).

    Returns:
        Tensor of the same shape, without gradient.

    Source: Gehring et al. 2024 (RLEF), appendix A, which does not state over what.
    """
    mask = mask.bool()
    real = advantages.double().masked_fill(~mask, 0.0)
    count = mask.sum().clamp(min=1)
    centred = (real - real.sum() / count).masked_fill(~mask, 0.0)
    std = (centred.square().sum() / count).sqrt()
    return (centred / (std + EPS)).to(advantages.dtype)


@torch.no_grad()
def truncated_importance_weights(
    log_probs_BT: Tensor, behaviour_log_probs_BT: Tensor, mask_BT: Tensor, cap: float = 1.0
) -> Tensor:
    """Return how much a token that another policy drew counts for this policy.

    Formula: ``w_bt = stop_gradient(min(pi(a_bt) / pi_behaviour(a_bt), cap))``, and 0 off replies.

    Args:
        log_probs_BT: under the policy in training (nats).
        behaviour_log_probs_BT: as recorded when the token was drawn (nats).
        mask_BT: true at reply tokens.
        cap: largest weight; 1.0 in the paper.

    Returns:
        Tensor [B, T], 0..cap, without gradient.

    Source: Gehring et al. 2024 (RLEF), appendix A.
    """
    mask_BT = mask_BT.bool()
    differences_BT = (log_probs_BT - behaviour_log_probs_BT).masked_fill(~mask_BT, 0.0)
    return differences_BT.clamp(max=math.log(cap)).exp().masked_fill(~mask_BT, 0.0)


def clipped_surrogate_loss(
    log_probs_BT: Tensor,
    *,
    old_log_probs_BT: Tensor,
    behaviour_log_probs_BT: Tensor | None,
    advantages_BT: Tensor,
    mask_BT: Tensor,
    clip: float = 0.2,
    num_tokens: Tensor | int | None = None,
) -> Tensor:
    """Return the policy's loss over reply tokens.

    Formula, with ``x_bt = pi(a_bt) / pi_old(a_bt)``, w from `truncated_importance_weights`, and N the reply tokens::

        L = -(1 / N) * sum_bt w_bt * min(x_bt * A_bt, clip(x_bt, 1 - clip, 1 + clip) * A_bt)

    Args:
        log_probs_BT: under the policy in training (nats), with gradient.
        old_log_probs_BT: under the policy at the start of these updates, recomputed (nats).
        behaviour_log_probs_BT: as recorded at sampling; None: the samples are taken as this policy's own, w = 1.
        advantages_BT: one number per token, all tokens of a turn alike (`spread_over_tokens`).
        mask_BT: true at reply tokens.
        clip: half-width of the range in which the ratio earns; 0.2 in the paper.
        num_tokens: N of the whole update, when it is made of several batches; None: of this batch.

    Returns:
        Scalar.

    Source: Schulman et al. 2017 (PPO), equation 7; Gehring et al. 2024 (RLEF), appendix A.
    Differs: the mean over tokens and the weight outside the clipping are choices (decision 0101).
    """
    mask_BT = mask_BT.bool()
    ratios_BT = (log_probs_BT - old_log_probs_BT.detach()).masked_fill(~mask_BT, 0.0).exp()
    advantages_BT = advantages_BT.detach().masked_fill(~mask_BT, 0.0)
    terms_BT = torch.minimum(ratios_BT * advantages_BT, ratios_BT.clamp(1 - clip, 1 + clip) * advantages_BT)
    if behaviour_log_probs_BT is not None:
        terms_BT = truncated_importance_weights(log_probs_BT, behaviour_log_probs_BT, mask_BT) * terms_BT
    return -terms_BT.sum() / (mask_BT.sum() if num_tokens is None else num_tokens)


def clipped_value_loss(
    values: Tensor,
    *,
    old_values: Tensor,
    returns: Tensor,
    mask: Tensor,
    clip: float = 0.2,
    num_entries: Tensor | int | None = None,
) -> Tensor:
    """Return the value network's loss over turns, or over tokens in the ablation.

    Formula, with N the real entries: ``L = (1 / N) * sum 1/2 * max((V - G)^2, (clip(V, V_old - clip, V_old + clip) - G)^2)``.

    Args:
        values: V, any shape, with gradient.
        old_values: V at the start of these updates.
        returns: G, from `turn_returns`.
        mask: true at real entries.
        clip: how far a value may move from its old self before it stops earning; 0.2 in the paper.
        num_entries: N of the whole update, when it is made of several batches; None: of this batch.

    Returns:
        Scalar.

    Source: Gehring et al. 2024 (RLEF), appendix A; Schulman et al. 2017, the clipped form of OpenAI's code.
    """
    mask = mask.bool()
    values = values.masked_fill(~mask, 0.0)
    old_values, returns = old_values.detach().masked_fill(~mask, 0.0), returns.detach().masked_fill(~mask, 0.0)
    clipped = torch.maximum(torch.minimum(values, old_values + clip), old_values - clip)
    losses = 0.5 * torch.maximum((values - returns).square(), (clipped - returns).square())
    return losses.sum() / (mask.sum() if num_entries is None else num_entries)


def value_positions(turn_index_BT: Tensor, num_turns: int) -> Tensor:
    """Return where the value of each turn is read: the last token before the first token of its reply.

    Formula: ``p_bk = min{t: turn_bt = k} - 1``, and 0 where the row holds no token of turn k.

    Args:
        turn_index_BT: turn of each token, -1 off replies. No reply begins at a row's first token.
        num_turns: K.

    Returns:
        int64 tensor [B, K].

    Source: Gehring et al. 2024 (RLEF), appendix A.
    """
    turns_K = torch.arange(num_turns, device=turn_index_BT.device)
    is_turn_BTK = turn_index_BT.unsqueeze(-1) == turns_K
    return (is_turn_BTK.long().argmax(dim=1) - 1).clamp(min=0)


def values_at(values_BT: Tensor, positions_BK: Tensor, mask_BK: Tensor) -> Tensor:
    """Return the value of each turn, read at the last token of the prompt before its reply; 0 where the mask is 0.

    Formula: ``V(c_bk) = v_b,p_bk``.

    Args:
        values_BT: the value network's output at every token.
        positions_BK: p, the place of that last prompt token in the row (see `value_positions`); not read where the mask is 0.
        mask_BK: true at turns that the row holds.

    Returns:
        Tensor [B, K], with gradient.

    Source: Gehring et al. 2024 (RLEF), appendix A.
    """
    mask_BK = mask_BK.bool()
    return values_BT.gather(1, positions_BK.masked_fill(~mask_BK, 0)).masked_fill(~mask_BK, 0.0)
