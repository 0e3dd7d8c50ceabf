"""Figures that tell whether proximal policy optimisation goes well. None of them carries a gradient.

Shapes: B row, T token, V vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor

NO_VARIANCE = 1e-6
"""Variance of returns up to which they count as all alike: a thousandth of a reward and less is the penalty's or rounding."""


@torch.no_grad()
def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over real entries, any shape; 0 where there is none. Source: ours."""
    mask = mask.bool()
    return values.masked_fill(~mask, 0.0).sum() / mask.sum().clamp(min=1)


@torch.no_grad()
def clip_fraction(log_probs_BT: Tensor, old_log_probs_BT: Tensor, mask_BT: Tensor, clip: float = 0.2) -> Tensor:
    """Return the share of reply tokens whose ratio left the range in which it earns.

    Formula: ``(1 / N) * sum_bt [|pi / pi_old - 1| > clip]``, N the reply tokens.

    Args:
        log_probs_BT: under the policy in training (nats).
        old_log_probs_BT: under the policy at the start of the updates (nats).
        mask_BT: true at reply tokens.
        clip: half-width of the range.

    Returns:
        Scalar, 0..1; 0 where there is no reply token.

    Source: ours; the definition of most PPO codes, which does not ask for the advantage's sign.
    """
    ratios_BT = (log_probs_BT - old_log_probs_BT).masked_fill(~mask_BT.bool(), 0.0).exp()
    return masked_mean(((ratios_BT - 1).abs() > clip).float(), mask_BT)


@torch.no_grad()
def explained_variance(values: Tensor, returns: Tensor, mask: Tensor) -> float:
    """Return how much of the returns' variance the value network foretells.

    Formula: ``1 - Var(G - V) / Var(G)`` over real entries: 1 for a perfect network, 0 for a constant one, below 0 for worse
    than that. Where the returns do not vary there is nothing to foretell, and it is 0.

    Args:
        values: V, any shape.
        returns: G, the same shape.
        mask: true at real entries.

    Source: ours; the usual definition.
    """
    mask = mask.bool()
    if not mask.any():
        return 0.0
    real, errors = returns[mask].double(), (returns - values)[mask].double()
    variance = real.var(correction=0)
    return float(1 - errors.var(correction=0) / variance) if variance > NO_VARIANCE else 0.0


@torch.no_grad()
def token_entropies(logits_BTV: Tensor) -> Tensor:
    """Return the entropy of each next-token distribution.

    Formula: ``H_bt = -sum_v p_btv * log p_btv``, in float32 whatever the logits' type. A token that is ruled out (-inf) adds 0.

    Args:
        logits_BTV: divided by the sampling temperature, where it is not 1.

    Returns:
        Tensor [B, T], nats.

    Source: ours.
    """
    log_probs_BTV = torch.log_softmax(logits_BTV.float(), dim=-1)
    probs_BTV = log_probs_BTV.exp()
    return -(probs_BTV * log_probs_BTV.masked_fill(probs_BTV == 0, 0.0)).sum(dim=-1)
