"""Masked cross-entropy over target tokens, and the log-probabilities every other loss starts from.

Shapes: B batch, T token, V vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor


def token_log_probs(logits_BTV: Tensor, targets_BT: Tensor, *, mask_BT: Tensor) -> Tensor:
    """Return the log-probability of each target token, zero where it is padding.

    Formula: ``log p(w_t) = z_t[w_t] - log sum_v exp z_t[v]``, in float32 whatever the logits' type.

    Args:
        logits_BTV: the logits that predict the target at the *same* index (see `next_token_view` for decoder-only).
        targets_BT: token ids; whatever stands where the mask is zero (padding, -100) is never read.
        mask_BT: 1 at real target tokens, 0 at padding, on either side.

    Returns:
        Tensor [B, T] in nats.

    Source: ours.
    """
    mask_BT = mask_BT.bool()
    targets_BT = targets_BT.masked_fill(~mask_BT, 0)
    logits_BTV = logits_BTV.float()
    chosen_BT = logits_BTV.gather(-1, targets_BT.unsqueeze(-1)).squeeze(-1)
    log_probs_BT = chosen_BT - torch.logsumexp(logits_BTV, dim=-1)
    return log_probs_BT.masked_fill(~mask_BT, 0.0)


def next_token_view(logits_BTV: Tensor, input_ids_BT: Tensor, *, mask_BT: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Line up a decoder-only model's logits with the tokens they predict: position t predicts token t + 1.

    Args:
        logits_BTV: logits over the whole sequence, prompt and target.
        input_ids_BT: the whole sequence.
        mask_BT: 1 at the tokens to be learnt (the target, not the prompt, not padding).

    Returns:
        ``(logits [B, T-1, V], targets [B, T-1], mask [B, T-1])``, ready for `token_log_probs`.

    Source: ours.
    """
    return logits_BTV[:, :-1], input_ids_BT[:, 1:], mask_BT[:, 1:]


def cross_entropy(log_probs_BT: Tensor, *, mask_BT: Tensor, num_tokens: Tensor | int | None = None) -> Tensor:
    """Return the mean negative log-probability of the real target tokens.

    Formula: ``L = -(1 / N) * sum_{b,t} m_bt * log p(w_bt)``, where N is ``num_tokens`` or, where that is None, the
    ``sum_{b,t} m_bt`` of this batch. Every token weighs the same, so a long target weighs more than a short one.

    Args:
        log_probs_BT: from `token_log_probs`.
        mask_BT: 1 at real target tokens.
        num_tokens: real target tokens of the whole optimizer step, when it is made of several batches.

    Returns:
        Scalar, nats per token.

    Source: Le et al. 2022 (CodeRL), equation 1, there without a stated normalisation.
    """
    mask_BT = mask_BT.to(log_probs_BT.dtype)
    denominator = mask_BT.sum() if num_tokens is None else num_tokens
    return -(log_probs_BT * mask_BT).sum() / denominator
