"""The reference checks of each loss, as functions of the module under test.

The tests of this folder call them with the real modules; the mutation tests call them with broken ones and expect them to
fail. Each check compares with numbers worked by hand, with the twin of `twins.py` on random batches padded on either side,
and with what must hold for any batch (padding never matters, gradients go where they should).
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import torch

_spec = importlib.util.spec_from_file_location("symtune_reference_twins", Path(__file__).with_name("twins.py"))
twins = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(twins)

TOLERANCE = 1e-5
"""float32 against Python's float64 over sums of a few dozen terms."""

LN = math.log


def close(got, wanted):
    got = torch.as_tensor(got, dtype=torch.float64)
    wanted = torch.as_tensor(wanted, dtype=torch.float64)
    assert got.shape == wanted.shape, (got.shape, wanted.shape)
    assert torch.isfinite(got).all(), got
    assert torch.allclose(got, wanted, rtol=TOLERANCE, atol=TOLERANCE), (got, wanted)


def masks(num_rows, num_tokens, *, seed):
    """Rows padded on the right, on the left, and not at all, in turn."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.zeros(num_rows, num_tokens, dtype=torch.long)
    for row in range(num_rows):
        length = int(torch.randint(2, num_tokens, (), generator=generator))
        side = row % 3
        mask[row, slice(0, length) if side == 0 else slice(num_tokens - length, None) if side == 1 else slice(None)] = 1
    return mask


def random_batch(*, seed, num_rows=6, num_tokens=7, num_classes=5):
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(num_rows, num_tokens, num_classes, generator=generator)
    targets = torch.randint(0, num_classes, (num_rows, num_tokens), generator=generator)
    return logits, targets, masks(num_rows, num_tokens, seed=seed)


def check_cross_entropy(module):
    # By hand: probabilities 3/4 and 1/4 for token 0 at two positions, the third position is padding.
    logits = torch.tensor([[[LN(3.0), 0.0], [0.0, LN(3.0)], [50.0, -50.0]]])
    targets, mask = torch.tensor([[0, 0, -100]]), torch.tensor([[1, 1, 0]])
    log_probs = module.token_log_probs(logits, targets, mask_BT=mask)
    close(log_probs, [[LN(0.75), LN(0.25), 0.0]])
    close(module.cross_entropy(log_probs, mask_BT=mask), -(LN(0.75) + LN(0.25)) / 2)
    close(module.cross_entropy(log_probs, mask_BT=mask, num_tokens=8), -(LN(0.75) + LN(0.25)) / 8)

    for seed in range(4):
        logits, targets, mask = random_batch(seed=seed)
        log_probs = module.token_log_probs(logits, targets.masked_fill(mask == 0, -100), mask_BT=mask)
        twin = twins.token_log_probs(logits.tolist(), targets.tolist(), mask.tolist())
        close(log_probs, twin)
        close(module.cross_entropy(log_probs, mask_BT=mask), twins.cross_entropy(twin, mask.tolist()))

        moved = module.next_token_view(logits, targets, mask_BT=mask)
        causal = module.token_log_probs(moved[0], moved[1], mask_BT=moved[2])
        twin_causal = twins.next_token_log_probs(logits.tolist(), targets.tolist(), mask.tolist())
        for row, keeps, wanted in zip(causal, moved[2], twin_causal, strict=True):
            close(row[keeps.bool()], wanted)

    # Whatever stands at padding, the loss and its gradient are the same.
    logits, targets, mask = random_batch(seed=9)
    logits = logits.requires_grad_()
    loss = module.cross_entropy(module.token_log_probs(logits, targets, mask_BT=mask), mask_BT=mask)
    loss.backward()
    assert not logits.grad[mask == 0].any()
    assert logits.grad[mask == 1].any(dim=-1).all()
    noisy = torch.where(mask[..., None] == 0, torch.full_like(logits, 77.0), logits.detach())
    log_probs = module.token_log_probs(noisy, targets, mask_BT=mask)
    # A mask laid over the loss alone must be enough: the values at padding are not to be relied on.
    close(module.cross_entropy(log_probs + 5.0 * (mask == 0), mask_BT=mask), loss.item())


def check_critic(module):
    # By hand: the pooled logits of row 0 are (ln 1, ln 2, ln 3, ln 4); the last position is padding and larger than all.
    logits = torch.tensor([[[0.0, LN(2.0), -1.0, 0.5], [-2.0, 0.0, LN(3.0), LN(4.0)], [9.0, 8.0, 9.0, 7.0]]])
    mask = torch.tensor([[1, 1, 0]])
    close(module.masked_max(logits, mask_BT=mask), [[0.0, LN(2.0), LN(3.0), LN(4.0)]])
    close(module.critic_loss(logits, torch.tensor([2]), mask_BT=mask), -LN(3 / 10))
    values = module.token_values(logits, torch.tensor([3]), mask_BT=mask)
    first = math.exp(0.5) / (1 + 2 + math.exp(-1) + math.exp(0.5))
    close(values, [[first, 4 / (math.exp(-2) + 1 + 3 + 4), 0.0]])

    for seed in range(4):
        logits, _, mask = random_batch(seed=seed, num_classes=4)
        outcomes = torch.arange(len(logits)) % 4
        close(module.masked_max(logits, mask_BT=mask), twins.pooled(logits.tolist(), mask.tolist()))
        close(
            module.critic_loss(logits, outcomes, mask_BT=mask),
            twins.critic_loss(logits.tolist(), outcomes.tolist(), mask.tolist()),
        )
        close(
            module.token_values(logits, outcomes, mask_BT=mask),
            twins.token_values(logits.tolist(), outcomes.tolist(), mask.tolist()),
        )

    logits, _, mask = random_batch(seed=5, num_classes=4)
    logits = logits.requires_grad_()
    outcomes = torch.arange(len(logits)) % 4
    module.critic_loss(logits, outcomes, mask_BT=mask).backward()
    assert not logits.grad[mask == 0].any(), "padding gets a gradient"
    assert logits.grad.any(dim=-1).any(dim=-1).all(), "a row gets no gradient"
    assert not module.token_values(logits, outcomes, mask_BT=mask).requires_grad, "the token values carry a gradient"


def check_coderl(module):
    # By hand. Row 0: return 1, baseline -0.3, advantage 1.3. Row 1: -1 over -0.3, advantage -0.7; its second token has
    # probability 0.01, under the floor of 0.1, so it counts as ln 0.1. Three real tokens in all... and one of padding.
    log_probs = torch.tensor([[LN(0.5), 0.0], [LN(0.2), LN(0.01)]])
    mask = torch.tensor([[1, 0], [1, 1]])
    values = torch.tensor([[0.4, 0.9], [0.5, 0.25]])
    given = {"returns_B": torch.tensor([1.0, -1.0]), "baselines_B": torch.tensor([-0.3, -0.3])}
    got = module.coderl_rl_loss(log_probs, mask_BT=mask, token_values_BT=values, min_negative_prob=0.1, **given)
    by_hand = -(1.3 * 0.4 * LN(0.5) - 0.7 * (0.5 * LN(0.2) + 0.25 * LN(0.1))) / 3
    close(got, by_hand)
    unbounded = module.coderl_rl_loss(log_probs, mask_BT=mask, token_values_BT=values, min_negative_prob=0.0, **given)
    close(unbounded, -(1.3 * 0.4 * LN(0.5) - 0.7 * (0.5 * LN(0.2) + 0.25 * LN(0.01))) / 3)
    close(module.coderl_loss(torch.tensor(2.0), torch.tensor(-0.5), rl_weight=3.0), 0.5)
    close(module.coderl_loss(torch.tensor(2.0), torch.tensor(-0.5)), 1.5)

    for seed in range(4):
        _, _, mask = random_batch(seed=seed)
        generator = torch.Generator().manual_seed(seed)
        log_probs = torch.rand(mask.shape, generator=generator).log()
        values = torch.rand(mask.shape, generator=generator).requires_grad_()
        choices = torch.tensor([-1.0, -0.6, -0.3, 1.0])
        returns = choices[torch.randint(0, 4, (len(mask),), generator=generator)].requires_grad_()
        baselines = choices[torch.randint(0, 4, (len(mask),), generator=generator)].requires_grad_()
        for floor in (0.0, 0.05, 0.5):
            log_probs = log_probs.detach().requires_grad_()
            loss = module.coderl_rl_loss(
                log_probs, mask_BT=mask, token_values_BT=values, returns_B=returns, baselines_B=baselines,
                min_negative_prob=floor,
            )  # fmt: skip
            listed = [part.tolist() for part in (log_probs, mask, values, returns, baselines)]
            close(loss.detach(), twins.coderl_rl_loss(*listed, floor))
            loss.backward()
            close(log_probs.grad, twins.coderl_rl_gradient(*listed, floor))
        for fixed in (values, returns, baselines):
            assert fixed.grad is None, "a gradient reaches what is fixed"

    # However unlikely the tokens of a bad program become, the loss stays bounded.
    hopeless = torch.full((1, 4), -1e4)
    bounded = module.coderl_rl_loss(
        hopeless, mask_BT=torch.ones(1, 4), token_values_BT=torch.ones(1, 4), returns_B=torch.tensor([-1.0]),
        baselines_B=torch.tensor([1.0]), min_negative_prob=0.05,
    )  # fmt: skip
    close(bounded, 2 * LN(0.05))


def check_dpo(module):
    # By hand: gains of 2 and -1 nats at beta 0.5, so sigmoid(1.5).
    given = {
        "policy_right_B": torch.tensor([-3.0]), "policy_wrong_B": torch.tensor([-6.0]),
        "reference_right_B": torch.tensor([-5.0]), "reference_wrong_B": torch.tensor([-5.0]),
    }  # fmt: skip
    margins = module.preference_margins(**given)
    close(margins, [3.0])
    close(module.dpo_loss(margins, beta=0.5), LN(1 + math.exp(-1.5)))
    close(module.dpo_loss(torch.zeros(3), beta=0.1), LN(2.0))
    close(
        module.sequence_log_probs(torch.tensor([[-1.0, -2.0, -4.0]]), mask_BT=torch.tensor([[0, 1, 1]])), [-6.0]
    )

    for seed in range(4):
        generator = torch.Generator().manual_seed(seed)
        parts = [(-30 * torch.rand(5, generator=generator)).requires_grad_() for _ in range(4)]
        names = ("policy_right_B", "policy_wrong_B", "reference_right_B", "reference_wrong_B")
        loss = module.dpo_loss(module.preference_margins(**dict(zip(names, parts, strict=True))), beta=0.1)
        close(loss.detach(), twins.dpo_loss(*(part.tolist() for part in parts), 0.1))
        loss.backward()
        assert (parts[0].grad < 0).all(), "more likely right programs must lower the loss"
        assert (parts[1].grad > 0).all(), "more likely wrong programs must raise the loss"
        assert parts[2].grad is None, "the reference model must stay fixed"
        assert parts[3].grad is None, "the reference model must stay fixed"
        log_probs, mask = -torch.rand(6, 7, generator=generator), masks(6, 7, seed=seed)
        wanted = [
            sum(value for value, keep in zip(row, keeps, strict=True) if keep)
            for row, keeps in zip(log_probs.tolist(), mask.tolist(), strict=True)
        ]
        close(module.sequence_log_probs(log_probs, mask_BT=mask), wanted)


CHECKS = {
    "cross_entropy": check_cross_entropy,
    "critic": check_critic,
    "coderl": check_coderl,
    "dpo": check_dpo,
}

