"""The reference checks of PPO's objectives, as functions of the module under test.

As in `checks.py`: numbers worked by hand, the twins of `ppo_twins.py` on random dialogues, and what must hold for any batch. The dialogues
have one turn, several, an early stop, a reply without code, a reply cut by length, turns in another row, and padding on either side.
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import torch


def _beside(name):
    spec = importlib.util.spec_from_file_location(f"symtune_reference_{name}_for_ppo", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


twins = _beside("ppo_twins")
close = _beside("checks").close

LN = math.log
E = -1
"""An environment token: prompt, feedback or padding."""

NUM_TURNS = 3
ROWS = {
    "one turn": [E, E, E, 0, 0, 0, E, E, E, E, E, E],
    "three turns": [E, E, 0, 0, E, E, 1, E, 2, 2, 2, E],
    "three turns, padding on the left": [E, E, E, E, E, 0, 0, E, 1, E, 2, 2],
    "early stop after two": [E, 0, 0, 0, E, E, 1, 1, E, E, E, E],
    "a reply of the end token alone, which holds no code": [E, E, E, 0, E, 1, 1, 1, E, 2, E, E],
    "a reply cut by length, its end added as environment": [E, 0, 0, 0, 0, 0, 0, E, E, 1, 1, E],
    "the later turns of an episode whose first stands in another row": [E, E, E, E, E, 1, 1, E, 2, 2, E, E],
    "nothing but padding": [E] * 12,
}
TURNS = torch.tensor(list(ROWS.values()))
REPLIES = TURNS >= 0


def random_tokens(seed, *, scale=1.0):
    return scale * torch.randn(TURNS.shape, generator=torch.Generator().manual_seed(seed))


def random_turns(seed):
    return torch.randn(len(TURNS), NUM_TURNS, generator=torch.Generator().manual_seed(seed))


def poisoned(values, mask):
    """What must never be read, made unmistakable."""
    return values.masked_fill(~mask, float("nan"))


def check_turns(module):
    # By hand: turn 0 has the tokens 1 and 3, turn 1 the token 5, turn 2 none.
    turns = torch.tensor([[E, 0, 0, E, 1]])
    values = torch.tensor([[100.0, 1.0, 3.0, 100.0, 5.0]])
    close(module.mean_per_turn(values, turns, 3), [[2.0, 5.0, 0.0]])
    assert module.turn_mask(turns, 3).tolist() == [[True, True, False]]
    close(module.spread_over_tokens(torch.tensor([[7.0, 8.0, 9.0]]), turns), [[0.0, 7.0, 7.0, 0.0, 8.0]])
    # By hand: probabilities 1/2 and 1/8 against 1/4 and 1/4: geometric means 1/4 and 1/4. Then 1/2 against 1/4.
    policy = torch.tensor([[9.0, LN(1 / 2), LN(1 / 8), 9.0, LN(1 / 2)]])
    initial = torch.tensor([[-9.0, LN(1 / 4), LN(1 / 4), -9.0, LN(1 / 4)]])
    close(module.turn_kl(policy, initial, turns, 3), [[0.0, LN(2), 0.0]])

    for seed in range(3):
        values, other, per_turn = random_tokens(seed), random_tokens(seed + 50), random_turns(seed)
        listed = TURNS.tolist()
        close(module.mean_per_turn(values, TURNS, NUM_TURNS), twins.mean_per_turn(values.tolist(), listed, NUM_TURNS))
        close(module.turn_mask(TURNS, NUM_TURNS).double(), twins.turn_mask(listed, NUM_TURNS))
        close(module.spread_over_tokens(per_turn, TURNS), twins.spread_over_tokens(per_turn.tolist(), listed))
        kl = module.turn_kl(values.requires_grad_(), other, TURNS, NUM_TURNS)
        close(kl, twins.turn_kl(values.tolist(), other.tolist(), listed, NUM_TURNS))
        assert not kl.requires_grad, "the penalty carries a gradient"
        # Not a number at environment tokens: nothing of it may come through.
        close(module.turn_kl(poisoned(values, REPLIES), poisoned(other, REPLIES), TURNS, NUM_TURNS), kl.tolist())


def check_credit(module):
    # By hand: three turns, the second without code, the last one right; KL 2 nats per token in the first, beta 0.05.
    rewards, kl = torch.tensor([[0.0, -0.2, 1.0]]), torch.tensor([[2.0, 0.0, -1.0]])
    penalised = module.penalised_rewards(rewards, kl, 0.05)
    close(penalised, [[-0.1, -0.2, 1.05]])
    played = torch.ones(1, 3, dtype=torch.bool)
    returns = module.turn_returns(penalised, played)
    close(returns, [[0.75, 0.85, 1.05]])
    close(module.turn_returns(torch.tensor([[1.0, 2.0, 4.0]]), played, 0.5), [[3.0, 4.0, 4.0]])
    # An early stop, and turns on the right of the row: what is not played is 0 and does not discount.
    close(module.turn_returns(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[1, 1, 0]]), 0.5), [[2.0, 2.0, 0.0]])
    close(module.turn_returns(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[0, 1, 1]]), 0.5), [[0.0, 4.0, 4.0]])
    close(module.turn_returns(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[1, 0, 1]]), 0.5), [[3.0, 0.0, 4.0]])
    values = torch.tensor([[0.5, 0.5, 2.0]])
    close(module.turn_advantages(returns, values, torch.tensor([[1, 1, 0]])), [[0.25, 0.35, 0.0]])
    turns = torch.tensor([[E, 0, 0, E, 2]])
    close(module.token_advantages(returns, torch.tensor([[9.0, 0.5, 0.25, 9.0, 1.0]]), turns), [[0.0, 0.25, 0.5, 0.0, 0.05]])

    generator = torch.Generator().manual_seed(3)
    for seed in range(3):
        rewards, kl, values = (random_turns(seed + 10 * part) for part in range(3))
        mask = torch.rand(rewards.shape, generator=generator) < 0.7
        parts = [part.requires_grad_() for part in (rewards, kl, values)]
        penalised = module.penalised_rewards(rewards, kl, 0.05)
        close(penalised, twins.penalised_rewards(rewards.tolist(), kl.tolist(), 0.05))
        for gamma in (1.0, 0.9):
            returns = module.turn_returns(rewards, mask, gamma)
            close(returns, twins.turn_returns(rewards.tolist(), mask.tolist(), gamma))
        close(module.turn_returns(poisoned(rewards, mask), mask, 0.9), returns.tolist())
        advantages = module.turn_advantages(returns, values, mask)
        close(advantages, twins.turn_advantages(returns.tolist(), values.tolist(), mask.tolist()))
        per_token = random_tokens(seed).requires_grad_()
        spread = module.token_advantages(returns, per_token, TURNS)
        close(spread, twins.token_advantages(returns.tolist(), per_token.tolist(), TURNS.tolist()))
        assert not any(part.requires_grad for part in (penalised, returns, advantages, spread)), "credit carries a gradient"
        assert all(part.grad is None for part in parts)


def check_normalisation(module):
    # By hand: 1, 3, 5, 7 have mean 4 and standard deviation sqrt(5); 100 is not real.
    advantages = torch.tensor([[1.0, 3.0, 100.0], [5.0, 7.0, 100.0]])
    mask = torch.tensor([[1, 1, 0], [1, 1, 0]])
    root = math.sqrt(5)
    close(module.normalise(advantages, mask), [[-3 / root, -1 / root, 0.0], [1 / root, 3 / root, 0.0]])
    close(module.normalise(torch.full((1, 7), 0.1), torch.ones(1, 7)), [[0.0] * 7])
    close(module.normalise(torch.tensor([[2.5]]), torch.ones(1, 1)), [[0.0]])
    close(module.normalise(torch.tensor([[2.5]]), torch.zeros(1, 1)), [[0.0]])
    # By hand: rows 0 and 2 are one group. Turn 0: 1 and 0, turn 1: only row 0 got there.
    returns, played = torch.tensor([[1.0, 4.0], [9.0, 8.0], [0.0, 77.0]]), torch.tensor([[1, 1], [1, 1], [1, 0]])
    groups = torch.tensor([5, 6, 5])
    close(module.group_advantages(returns, played, groups, scale=False), [[0.5, 0.0], [0.0, 0.0], [-0.5, 0.0]])
    close(module.group_advantages(returns, played, groups, scale=True), [[1.0, 0.0], [0.0, 0.0], [-1.0, 0.0]])

    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        advantages = random_turns(seed).requires_grad_()
        mask = torch.rand(advantages.shape, generator=generator) < 0.7
        normal = module.normalise(advantages, mask)
        close(normal, twins.normalise(advantages.tolist(), mask.tolist()))
        assert not normal.requires_grad
        close(module.normalise(poisoned(advantages, mask), mask), normal.tolist())
        groups = torch.randint(0, 3, (len(advantages),), generator=generator)
        for scale in (False, True):
            by_group = module.group_advantages(advantages, mask, groups, scale=scale)
            close(by_group, twins.group_advantages(advantages.tolist(), mask.tolist(), groups.tolist(), scale))
            close(module.group_advantages(poisoned(advantages, mask), mask, groups, scale=scale), by_group.tolist())
            assert not by_group.requires_grad


def check_importance_weights(module):
    # By hand: 0.2 / 0.5, and 0.5 / 0.2 cut to 1 (or to 2).
    new, drawn = torch.tensor([[LN(0.2), LN(0.5), 3.0]]), torch.tensor([[LN(0.5), LN(0.2), -3.0]])
    mask = torch.tensor([[1, 1, 0]])
    close(module.truncated_importance_weights(new, drawn, mask), [[0.4, 1.0, 0.0]])
    close(module.truncated_importance_weights(new, drawn, mask, 2.0), [[0.4, 2.0, 0.0]])
    for seed in range(3):
        new, drawn = random_tokens(seed).requires_grad_(), random_tokens(seed + 50)
        weights = module.truncated_importance_weights(new, drawn, REPLIES)
        close(weights, twins.truncated_importance_weights(new.tolist(), drawn.tolist(), REPLIES.tolist(), 1.0))
        assert not weights.requires_grad, "the weights carry a gradient"
        close(module.truncated_importance_weights(poisoned(new, REPLIES), poisoned(drawn, REPLIES), REPLIES), weights.tolist())


def check_policy_loss(module):
    # By hand, clip 0.2. Ratios 1.5, 1.5, 0.5, 0.5 and 1.1 with advantages 1, -1, 1, -1 and 2: terms 1.2, -1.5, 0.5, -0.8, 2.2.
    old = torch.log(torch.tensor([[0.2, 0.2, 0.4, 0.4, 0.5, 0.5]]))
    new = torch.log(torch.tensor([[0.3, 0.3, 0.2, 0.2, 0.55, 0.9]]))
    advantages, mask = torch.tensor([[1.0, -1.0, 1.0, -1.0, 2.0, 50.0]]), torch.tensor([[1, 1, 1, 1, 1, 0]])
    given = {"old_log_probs_BT": old, "advantages_BT": advantages, "mask_BT": mask}
    close(module.clipped_surrogate_loss(new, behaviour_log_probs_BT=None, **given), -1.6 / 5)
    close(module.clipped_surrogate_loss(new, behaviour_log_probs_BT=None, clip=0.05, **given), -(1.05 - 1.5 + 0.5 - 0.95 + 2.1) / 5)
    close(module.clipped_surrogate_loss(new, behaviour_log_probs_BT=None, num_tokens=20, **given), -1.6 / 20)
    # By hand: the behaviour policy gave 0.6, 0.1, 0.8, 0.2, 0.55: weights 0.5, 1, 0.25, 1, 1.
    drawn = torch.log(torch.tensor([[0.6, 0.1, 0.8, 0.2, 0.55, 0.1]]))
    close(module.clipped_surrogate_loss(new, behaviour_log_probs_BT=drawn, **given), -(0.6 - 1.5 + 0.125 - 0.8 + 2.2) / 5)

    for seed in range(4):
        old, drawn = -random_tokens(seed).abs(), -random_tokens(seed + 50).abs()
        advantages = random_tokens(seed + 100)
        for behaviour in (None, drawn):
            new = (old + random_tokens(seed + 150, scale=0.3)).requires_grad_()
            others = [part.clone().requires_grad_() for part in (old, drawn, advantages)]
            loss = module.clipped_surrogate_loss(
                new, old_log_probs_BT=others[0], behaviour_log_probs_BT=None if behaviour is None else others[1],
                advantages_BT=others[2], mask_BT=REPLIES,
            )  # fmt: skip
            behaved = None if behaviour is None else behaviour.tolist()
            listed = (new.tolist(), old.tolist(), behaved, advantages.tolist(), REPLIES.tolist(), 0.2)
            close(loss.detach(), twins.clipped_surrogate_loss(*listed))
            loss.backward()
            close(new.grad, twins.clipped_surrogate_gradient(*listed))
            assert (new.grad[~REPLIES] == 0).all(), "an environment token gets a gradient"
            assert all(part.grad is None for part in others), "a gradient reaches what is fixed"
            # Whatever stands at environment tokens, loss and gradient are the same.
            wild = poisoned(new.detach(), REPLIES).requires_grad_()
            again = module.clipped_surrogate_loss(
                wild, old_log_probs_BT=poisoned(old, REPLIES), behaviour_log_probs_BT=None
                if behaviour is None else poisoned(drawn, REPLIES), advantages_BT=poisoned(advantages, REPLIES), mask_BT=REPLIES,
            )  # fmt: skip
            close(again.detach(), loss.item())
            again.backward()
            close(wild.grad, new.grad.tolist())


def check_value_loss(module):
    # By hand, clip 0.2, old value 0: V 0.1, 0.5 and 0.5 with returns 1, 1 and 0; -0.5 with return -1; the last is not real.
    values, returns = torch.tensor([[0.1, 0.5, 0.5, -0.5, 9.0]]), torch.tensor([[1.0, 1.0, 0.0, -1.0, 0.0]])
    given = {"old_values": torch.zeros(1, 5), "returns": returns, "mask": torch.tensor([[1, 1, 1, 1, 0]])}
    total = (0.81 + 0.64 + 0.25 + 0.64) / 2
    close(module.clipped_value_loss(values, **given), total / 4)
    close(module.clipped_value_loss(values, num_entries=16, **given), total / 16)
    close(module.clipped_value_loss(values, clip=0.4, **given), (0.81 + 0.36 + 0.25 + 0.36) / 2 / 4)

    for seed in range(4):
        for old, mask in ((random_turns(seed), random_turns(seed + 50) > -0.5), (random_tokens(seed), REPLIES)):
            generator = torch.Generator().manual_seed(seed)
            values = (old + 0.3 * torch.randn(old.shape, generator=generator)).requires_grad_()
            returns = torch.randn(old.shape, generator=generator).requires_grad_()
            before = old.clone().requires_grad_()
            loss = module.clipped_value_loss(values, old_values=before, returns=returns, mask=mask)
            close(loss.detach(), twins.clipped_value_loss(values.tolist(), old.tolist(), returns.tolist(), mask.tolist(), 0.2))
            loss.backward()
            assert (values.grad[~mask] == 0).all(), "what is not real gets a gradient"
            assert before.grad is None
            assert returns.grad is None
            wild = poisoned(values.detach(), mask).requires_grad_()
            again = module.clipped_value_loss(wild, old_values=old, returns=poisoned(returns.detach(), mask), mask=mask)
            again.backward()
            close(again.detach(), loss.item())
            close(wild.grad, values.grad.tolist())


def check_place_of_the_value(module):
    # By hand: reply 0 begins at token 2, reply 1 at token 5; their values are read at tokens 1 and 4.
    turns, values = torch.tensor([[E, E, 0, 0, E, 1, E]]), torch.tensor([[10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]])
    positions = module.value_positions(turns, 3)
    assert positions.tolist() == [[1, 4, 0]]
    mask = module.turn_mask(turns, 3)
    close(module.values_at(values, positions, mask), [[11.0, 14.0, 0.0]])
    close(module.values_at(values, torch.tensor([[1, 4, -5]]), mask), [[11.0, 14.0, 0.0]])

    for seed in range(3):
        values = random_tokens(seed).requires_grad_()
        positions, mask = module.value_positions(TURNS, NUM_TURNS), module.turn_mask(TURNS, NUM_TURNS)
        wanted = twins.value_positions(TURNS.tolist(), NUM_TURNS)
        assert positions.tolist() == wanted
        read = module.values_at(values, positions, mask)
        close(read.detach(), twins.values_at(values.tolist(), wanted, mask.tolist()))
        read.sum().backward()
        places = {(row, place) for row, own in enumerate(wanted) for turn, place in enumerate(own) if mask[row, turn]}
        assert {tuple(place) for place in values.grad.nonzero().tolist()} == places
        assert (TURNS[values.grad != 0] == E).all(), "a value is read at a token of a reply"


def check_metrics(module):
    # By hand: ratios 1.5, 1.1, 0.5 and one that is not real: two of three left the range.
    old, new = torch.zeros(1, 4), torch.log(torch.tensor([[1.5, 1.1, 0.5, 9.0]]))
    mask = torch.tensor([[1, 1, 1, 0]])
    close(module.clip_fraction(new, old, mask), 2 / 3)
    close(module.clip_fraction(new, old, torch.zeros(1, 4)), 0.0)
    close(module.masked_mean(torch.tensor([[1.0, 2.0, 6.0, float("nan")]]), mask), 3.0)
    # By hand: returns 0, 2, 4 (variance 8/3), errors 0, 1, -1 (variance 2/3).
    returns, values = torch.tensor([0.0, 2.0, 4.0, 50.0]), torch.tensor([0.0, 1.0, 5.0, 0.0])
    close(module.explained_variance(values, returns, torch.tensor([1, 1, 1, 0])), 0.75)
    close(module.explained_variance(returns, returns, torch.ones(4)), 1.0)
    close(module.explained_variance(torch.zeros(4), returns, torch.ones(4)), 0.0)
    close(module.explained_variance(values, torch.full((4,), 0.1), torch.ones(4)), 0.0)
    close(module.explained_variance(values, returns, torch.zeros(4)), 0.0)
    close(module.token_entropies(torch.tensor([[[0.0, 0.0], [LN(3.0), 0.0], [5.0, -math.inf]]])), [
        [LN(2), -(0.75 * LN(0.75) + 0.25 * LN(0.25)), 0.0]
    ])  # fmt: skip
    for seed in range(3):
        new, old, values, returns = random_tokens(seed, scale=0.3), torch.zeros(TURNS.shape), random_turns(seed), random_turns(seed + 9)
        close(module.clip_fraction(new, old, REPLIES), twins.clip_fraction(new.tolist(), old.tolist(), REPLIES.tolist(), 0.2))
        mask = random_turns(seed + 20) > -0.5
        close(
            module.explained_variance(values, returns, mask),
            twins.explained_variance(values.tolist(), returns.tolist(), mask.tolist()),
        )
        logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(seed))
        close(module.token_entropies(logits), twins.token_entropies(logits.tolist()))


CHECKS = {
    "turns": check_turns,
    "credit": check_credit,
    "normalisation": check_normalisation,
    "importance weights": check_importance_weights,
    "policy loss": check_policy_loss,
    "value loss": check_value_loss,
    "place of the value": check_place_of_the_value,
}
"""What is checked of `symtune.objectives.ppo` -> the check; `check_metrics` is of `ppo_metrics`."""
