"""The four-way critic's loss, and the token weights that a trained critic gives.

Shapes: B batch, T token (of the program), C outcome class (four, by `Outcome.rank`).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def masked_max(token_logits_BTC: Tensor, *, mask_BT: Tensor) -> Tensor:
    """Return for each class its highest logit over the real positions of the program.

    Formula: ``z_b[c] = max_{t: m_bt = 1} z_bt[c]``.

    Args:
        token_logits_BTC: one logit per class at every decoder position.
        mask_BT: 1 at real positions; each row needs one at least (an empty row gives -inf).

    Returns:
        Tensor [B, C].

    Source: Le et al. 2022 (CodeRL), section 3.3.
    Differs: CodeRL pools over every position; here padding can never win the maximum.
    """
    return token_logits_BTC.masked_fill(~mask_BT.bool().unsqueeze(-1), float("-inf")).amax(dim=1)


def critic_loss(token_logits_BTC: Tensor, outcomes_B: Tensor, *, mask_BT: Tensor) -> Tensor:
    """Return the cross-entropy of the pooled logits on the true outcomes.

    Formula: ``L = -(1 / B) * sum_b log softmax(z_b)[u_b]``, z_b from `masked_max`, u_b the true outcome.

    Args:
        token_logits_BTC: one logit per class at every decoder position.
        outcomes_B: true outcomes as ranks 0..3.
        mask_BT: 1 at real positions.

    Returns:
        Scalar, nats per program.

    Source: Le et al. 2022 (CodeRL), equation 8.
    """
    return functional.cross_entropy(masked_max(token_logits_BTC.float(), mask_BT=mask_BT), outcomes_B)


@torch.no_grad()
def token_values(token_logits_BTC: Tensor, outcomes_B: Tensor, *, mask_BT: Tensor) -> Tensor:
    """Return how strongly each position of a program speaks for its true outcome.

    Formula: ``q_bt = softmax(z_bt)[u_b]``, and 0 at padding. The result carries no gradient: it weighs the policy's
    loss and must not train the critic.

    Args:
        token_logits_BTC: one logit per class at every decoder position.
        outcomes_B: true outcomes as ranks 0..3.
        mask_BT: 1 at real positions.

    Returns:
        Tensor [B, T], 0..1.

    Source: Le et al. 2022 (CodeRL), equation 9.
    """
    probs_BTC = torch.softmax(token_logits_BTC.float(), dim=-1)
    index_BT1 = outcomes_B.view(-1, 1, 1).expand(-1, probs_BTC.shape[1], 1)
    return probs_BTC.gather(-1, index_BT1).squeeze(-1) * mask_BT.to(probs_BTC.dtype)
