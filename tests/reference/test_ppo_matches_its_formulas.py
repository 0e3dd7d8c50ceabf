"""PPO's objectives agree with hand-worked numbers and with their slow twins; the gradient stays on the policy's own tokens."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from symtune.objectives import ppo, ppo_metrics
from symtune.objectives.cross_entropy import next_token_view, token_log_probs

_spec = importlib.util.spec_from_file_location("symtune_reference_ppo_checks", Path(__file__).with_name("ppo_checks.py"))
checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(checks)


@pytest.mark.parametrize("name", checks.CHECKS)
def test_objective_agrees_with_hand_worked_numbers_and_its_twin(name):
    checks.CHECKS[name](ppo)


def test_metrics_agree_with_hand_worked_numbers_and_their_twins():
    checks.check_metrics(ppo_metrics)


def test_logits_that_predict_environment_tokens_get_exactly_no_gradient():
    turns, num_turns = checks.TURNS, checks.NUM_TURNS
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(*turns.shape, 6, generator=generator, requires_grad=True)
    ids = torch.randint(0, 6, turns.shape, generator=generator)
    is_reply = turns >= 0
    logits_BTV, targets, mask = next_token_view(logits, ids, mask_BT=is_reply)
    log_probs = token_log_probs(logits_BTV, targets, mask_BT=mask)
    old = log_probs.detach() + 0.02 * torch.randn(log_probs.shape, generator=generator)
    advantages = ppo.spread_over_tokens(1 + torch.rand(len(turns), num_turns, generator=generator), turns[:, 1:])
    ppo.clipped_surrogate_loss(
        log_probs, old_log_probs_BT=old, behaviour_log_probs_BT=old, advantages_BT=advantages, mask_BT=mask
    ).backward()
    speaks_for_reply = torch.nn.functional.pad(is_reply[:, 1:], (0, 1))
    assert torch.equal(logits.grad.abs().sum(-1) > 0, speaks_for_reply)


def test_the_value_network_learns_at_the_last_prompt_token_of_each_turn_and_nowhere_else():
    turns, num_turns = checks.TURNS, checks.NUM_TURNS
    values = torch.zeros(turns.shape, requires_grad=True)
    mask, positions = ppo.turn_mask(turns, num_turns), ppo.value_positions(turns, num_turns)
    ppo.clipped_value_loss(
        ppo.values_at(values, positions, mask), old_values=torch.zeros(mask.shape), returns=torch.ones(mask.shape), mask=mask
    ).backward()
    wanted = torch.zeros(turns.shape, dtype=torch.bool)
    for row, begins in enumerate(turns.tolist()):
        for turn in set(begins) - {checks.E}:
            wanted[row, begins.index(turn) - 1] = True
    assert torch.equal(values.grad != 0, wanted)


def test_a_step_along_the_gradient_makes_good_turns_likelier_and_bad_ones_less_likely():
    turns = checks.TURNS[1:2]
    log_probs = torch.full(turns.shape, -1.0, requires_grad=True)
    advantages = ppo.spread_over_tokens(torch.tensor([[1.0, -1.0, 2.0]]), turns)
    ppo.clipped_surrogate_loss(
        log_probs, old_log_probs_BT=log_probs.detach(), behaviour_log_probs_BT=None, advantages_BT=advantages, mask_BT=turns >= 0
    ).backward()
    step = -log_probs.grad
    assert (step[turns == 0] > 0).all()
    assert (step[turns == 1] < 0).all()
    assert (step[turns == 2] > 0).all()
