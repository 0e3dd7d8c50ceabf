"""CodeRL's policy loss: sampled programs, weighted by their return over the baseline and by the critic's token values.

Shapes: B batch, T token.
"""

from __future__ import annotations

import math

from torch import Tensor


def coderl_rl_loss(
    log_probs_BT: Tensor,
    *,
    mask_BT: Tensor,
    token_values_BT: Tensor,
    returns_B: Tensor,
    baselines_B: Tensor,
    min_negative_prob: float,
) -> Tensor:
    """Return the reinforcement half of CodeRL's loss over a batch of sampled programs.

    Formula, with the advantage ``A_b = r(W_b) - r(W_b^baseline)`` and N the real tokens of the batch::

        L_rl = -(1 / N) * sum_b A_b * sum_t q_bt * l_bt
        l_bt = log p(w_bt | w_b<t, problem)                            where A_b >= 0
        l_bt = max(log p(w_bt | w_b<t, problem), log min_negative_prob)  where A_b < 0

    A program worse than the baseline pushes a token down only as long as the policy still gives it at least
    ``min_negative_prob``: below that the term is constant, its gradient zero, so the loss is bounded below by
    ``max|A| * log min_negative_prob`` and no token is driven towards log 0.

    Args:
        log_probs_BT: log-probabilities of the sampled tokens under the policy (nats), with gradient.
        mask_BT: 1 at real tokens of the program.
        token_values_BT: the critic's q_t, fixed; a gradient through them is cut.
        returns_B: return of each program.
        baselines_B: return of the greedy program of the same problem.
        min_negative_prob: probability (0..1) at which a negative push stops; 0.0 is the unbounded loss of the paper.

    Returns:
        Scalar, on the scale of nats per token.

    Source: Le et al. 2022 (CodeRL), equations 5 and 10.
    Differs: negative weights are bounded as above; the mean over real tokens is taken where the paper sums over the
        tokens of a program, so that this half and the cross-entropy half are on one scale.
    """
    mask_BT = mask_BT.to(log_probs_BT.dtype)
    advantages_B1 = (returns_B - baselines_B).detach().to(log_probs_BT.dtype).unsqueeze(-1)
    floor = math.log(min_negative_prob) if min_negative_prob > 0 else -math.inf
    bounded_BT = log_probs_BT.clamp(min=floor)
    terms_BT = log_probs_BT.where(advantages_B1 >= 0, bounded_BT)
    weights_BT = advantages_B1 * token_values_BT.detach().to(log_probs_BT.dtype) * mask_BT
    return -(weights_BT * terms_BT).sum() / mask_BT.sum()


def coderl_loss(ce_loss: Tensor, rl_loss: Tensor, *, rl_weight: float = 1.0) -> Tensor:
    """Return ``L = L_ce + rl_weight * L_rl``.

    Args:
        ce_loss: cross-entropy on reference programs.
        rl_loss: `coderl_rl_loss` on sampled programs.
        rl_weight: weight of the reinforcement half; 1.0 in the paper.

    Source: Le et al. 2022 (CodeRL), section 3.3.
    """
    return ce_loss + rl_weight * rl_loss
