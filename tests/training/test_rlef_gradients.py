"""What the policy did not write gets no gradient: shown on the gradient of the real losses, played episodes and all."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch
from rlef_toys import make_config, make_problems, play_game

from symtune.models import tokenizer_corpus
from symtune.training.rlef_batch import plan_updates
from symtune.training.rlef_credit import assign_credit, remember
from symtune.training.rlef_learn import Update
from symtune.training.rlef_networks import load_networks


def played_update(tmp_path, **changes):
    """One update on one micro-batch of played episodes of one and two turns, and the networks it goes through."""
    config = make_config(updates_per_iteration=1, max_tokens_per_micro_batch=100_000, episodes={"max_turns": 3, "max_new_tokens": 6}, **changes)
    problems = make_problems()
    networks = load_networks(config, corpus=tokenizer_corpus(problems), out=tmp_path)
    episodes = play_game(problems[:4], networks.policy, config=config.episodes, judge=None).episodes
    plan = plan_updates(episodes, config=config, iteration=0)
    memory = remember(plan, networks, config=config, where="here")
    credit = assign_credit(plan, memory, config=config)
    assert len({len(row.token_ids) for row in plan.rows}) > 1, "no row is padded; the test shows less"
    return Update(plan, plan.parts[0], memory, credit, networks, config=config), memory.batches[plan.own[0]], plan.own[0], networks


def gradients_of(module, loss_of):
    """Return the gradient of a loss with respect to what a module gives out."""
    kept = []

    def keep(_module, _inputs, output):
        output.retain_grad()
        kept.append(output)

    hook = module.register_forward_hook(keep)
    try:
        loss_of().backward()
    finally:
        hook.remove()
    (output,) = kept
    return output.grad


def test_logits_before_environment_tokens_and_padding_get_no_gradient(tmp_path):
    update, batch, micro, networks = played_update(tmp_path)
    gradient_BPV = gradients_of(networks.policy.model.lm_head, lambda: update.policy_loss(micro))
    kept = batch.is_reply.any(0)[1:].nonzero().squeeze(-1)
    speaks_for_reply = batch.is_reply[:, kept + 1]
    assert gradient_BPV.shape[:2] == speaks_for_reply.shape
    is_touched = gradient_BPV.abs().sum(-1) > 0
    assert torch.equal(is_touched, speaks_for_reply)
    assert (~speaks_for_reply).any(), "no environment token among the logits; the test shows nothing"


def test_padding_is_not_read(tmp_path):
    update, batch, micro, networks = played_update(tmp_path)
    gradient_BTD = gradients_of(networks.policy.model.get_input_embeddings(), lambda: update.policy_loss(micro))
    assert not gradient_BTD[batch.attention_mask == 0].any()


@pytest.mark.parametrize("value", ["turn", "token"])
def test_a_value_is_learnt_where_it_is_read_and_nowhere_else(value, tmp_path):
    update, batch, micro, networks = played_update(tmp_path, value=value)
    head = networks.value.module.head
    gradient_BT = gradients_of(head, lambda: update.value_loss(micro)).squeeze(-1)
    is_read = torch.zeros_like(batch.is_reply)
    if value == "token":
        is_read[:, :-1] = batch.is_reply[:, 1:]
    else:
        is_read.scatter_(1, batch.value_positions, batch.has_turn)
    assert torch.equal(gradient_BT != 0, is_read)


def test_all_tokens_of_a_reply_share_one_advantage(tmp_path):
    update, batch, micro, _ = played_update(tmp_path)
    advantages = update.advantages(micro)
    for row in range(len(advantages)):
        per_turn = [set(advantages[row][batch.turn_index[row] == turn].tolist()) for turn in range(3)]
        assert all(len(found) <= 1 for found in per_turn)
    assert not advantages[~batch.is_reply].any()


def test_the_first_update_starts_from_a_ratio_of_one_to_the_last_bit(tmp_path):
    update, batch, micro, networks = played_update(tmp_path)
    again, _ = networks.log_probs(batch)
    assert torch.equal(again, update._memory.old_log_probs[micro])


def test_with_one_token_a_reply_a_value_per_token_is_the_value_per_turn(tmp_path):
    problems, advantages = make_problems(), {}
    for value in ("turn", "token"):
        config = make_config(value=value, updates_per_iteration=1, max_tokens_per_micro_batch=100_000, episodes={"max_new_tokens": 1})
        networks = load_networks(config, corpus=tokenizer_corpus(problems), out=tmp_path)
        episodes = play_game(problems[:4], networks.policy, config=config.episodes, judge=None).episodes
        plan = plan_updates(episodes, config=config, iteration=0)
        memory = remember(plan, networks, config=config, where="here")
        credit = assign_credit(plan, memory, config=config)
        advantages[value] = Update(plan, plan.parts[0], memory, credit, networks, config=config).advantages(plan.own[0])
    assert advantages["turn"].abs().sum() > 0
    assert torch.allclose(advantages["turn"], advantages["token"], atol=1e-5)
