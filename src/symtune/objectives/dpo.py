"""Direct preference optimisation: the sigmoid loss on pairs of a right and a wrong program.

Shapes: B batch of pairs, T token.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def sequence_log_probs(log_probs_BT: Tensor, *, mask_BT: Tensor) -> Tensor:
    """Return ``log p(W_b) = sum_t m_bt * log p(w_bt)``, a sum and not a mean.

    Args:
        log_probs_BT: log-probability of each target token (nats).
        mask_BT: 1 at real target tokens.

    Returns:
        Tensor [B], nats.

    Source: Rafailov et al. 2023, section 4.
    """
    return (log_probs_BT * mask_BT.to(log_probs_BT.dtype)).sum(dim=-1)


def preference_margins(
    *, policy_right_B: Tensor, policy_wrong_B: Tensor, reference_right_B: Tensor, reference_wrong_B: Tensor
) -> Tensor:
    """Return by how much the policy prefers the right program more than the reference model does.

    Formula: ``d = (log p(W+) - log p_ref(W+)) - (log p(W-) - log p_ref(W-))``.

    Returns:
        Tensor [B], nats. The reference's part carries no gradient.

    Source: Rafailov et al. 2023, equation 7.
    """
    gain_right_B = policy_right_B - reference_right_B.detach()
    gain_wrong_B = policy_wrong_B - reference_wrong_B.detach()
    return gain_right_B - gain_wrong_B


def dpo_loss(margins_B: Tensor, *, beta: float) -> Tensor:
    """Return the sigmoid preference loss.

    Formula: ``L = -(1 / B) * sum_b log sigmoid(beta * d_b)``, d from `preference_margins`.

    Args:
        margins_B: preference margins (nats).
        beta: strength of the pull towards the reference model, 1 / nats; 0.1 in Sakharova et al. 2025.

    Returns:
        Scalar; log 2 where the policy is still the reference model.

    Source: Rafailov et al. 2023, equation 7; Sakharova et al. 2025, section 4.
    """
    return -functional.logsigmoid(beta * margins_B).mean()
