"""Remember and credit: what the networks say of the episodes before they learn from them, and what each turn is worth.

Shapes: N episodes of the iteration, K turns of the longest; B rows, T tokens of one micro-batch.

    R[n, k]      = r[n, k] - beta * log of (geometric mean of pi over reply k / that of rho)
    return[n, k] = sum_{i >= k} gamma^(i - k) R[n, i]
    A[n, k]      = return[n, k] - V(last prompt token of turn k), normalised

Source: Gehring et al. 2024 (RLEF), section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from accelerate.utils import gather_object
from torch import Tensor

from symtune.objectives import ppo
from symtune.rewards.rlef import turn_rewards
from symtune.training.rlef_batch import Batch, MicroBatch, Plan, collate
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_networks import Networks, require_finite


@dataclass
class Memory:
    """What was computed before learning.

    Attributes:
        batches: per micro-batch of this process its tensors, on the device.
        old_log_probs: per micro-batch [B, T], nats, under the policy that is about to learn.
        old_values: per micro-batch V as the value loss needs it: [B, K], or [B, T] for value = "token"; empty without a value network.
        kl_NK: of every reply of every process, policy over reference, per token.
        values_NK: V at the last prompt token of every turn; zeros without a value network.
        token_values: per row V before each of its tokens; filled for value = "token" only.
        entropy: mean over reply tokens, nats.
        sampling_gap: mean over reply tokens of |log pi_old - log pi_behaviour|, nats: what sampler and training disagree by.
    """

    batches: dict[MicroBatch, Batch] = field(default_factory=dict)
    old_log_probs: dict[MicroBatch, Tensor] = field(default_factory=dict)
    old_values: dict[MicroBatch, Tensor] = field(default_factory=dict)
    kl_NK: Tensor = field(default_factory=lambda: torch.zeros(0, 0))
    values_NK: Tensor = field(default_factory=lambda: torch.zeros(0, 0))
    token_values: dict[int, Tensor] = field(default_factory=dict)
    entropy: float = 0.0
    sampling_gap: float = 0.0


@dataclass(frozen=True)
class Credit:
    """What each turn is worth; all tensors [N, K], on the CPU, 0 where there is no turn.

    Attributes:
        rewards: of the environment.
        returns: of rewards less the KL penalty, from each turn on.
        advantages: as the policy loss takes them; zeros for value = "token".
        token_advantages: per row, one per token, 0 off replies; filled for value = "token" only.
        mask: whether there is such a turn.
    """

    rewards: Tensor
    returns: Tensor
    advantages: Tensor
    mask: Tensor
    token_advantages: dict[int, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class _Told:
    """What one process tells the others of one row."""

    row: int
    kl_K: Tensor
    values_K: Tensor
    values_T: Tensor | None
    entropy: float
    gap: float


@torch.no_grad()
def remember(plan: Plan, networks: Networks, *, config: RlefConfig, where: str) -> Memory:
    """Pass every row through the policy, its reference and the value network, each process its share.

    The micro-batches are those of learning, so that on one machine the first update's ratio pi / pi_old is 1 to the last bit.

    Raises:
        TrainingError: a log-probability or value that is not finite.
    """
    memory, own, rows = Memory(), [], plan.rows
    pad_token_id = networks.policy.tokenizer.pad_token_id or 0
    for micro in plan.own:
        chosen = [rows[number] for number in micro.rows]
        batch = collate(chosen, num_turns=plan.num_turns, pad_token_id=pad_token_id, device=networks.device)
        told = _look(batch, micro, networks, memory, config=config)
        own += [] if micro.is_filler else told
    everything: list[_Told] = gather_object(own)
    memory.kl_NK, memory.values_NK = (torch.zeros(len(plan.episodes), plan.num_turns) for _ in range(2))
    for told_row in everything:  # a turn stands in one row only; the others hold 0 for it
        memory.kl_NK[rows[told_row.row].episode] += told_row.kl_K
        memory.values_NK[rows[told_row.row].episode] += told_row.values_K
        if told_row.values_T is not None:
            memory.token_values[told_row.row] = told_row.values_T
    require_finite(memory.kl_NK, what="a log-probability under the policy or its reference", where=where)
    require_finite(memory.values_NK, what="a value", where=where)
    num_tokens = max(1, sum(row.num_reply_tokens for row in rows))
    memory.entropy = sum(told_row.entropy for told_row in everything) / num_tokens
    memory.sampling_gap = sum(told_row.gap for told_row in everything) / num_tokens
    return memory


def _look(batch: Batch, micro: MicroBatch, networks: Networks, memory: Memory, *, config: RlefConfig) -> list[_Told]:
    """Fill the memory of one micro-batch; return what the other processes need of it."""
    num_turns = batch.has_turn.shape[1]
    old, entropy = networks.log_probs(batch, entropy=True)
    assert entropy is not None
    kl_BK = ppo.turn_kl(old, networks.reference_log_probs(batch), batch.turn_index, num_turns).cpu()
    gap_B = ((old - batch.behaviour_log_probs).abs() * batch.is_reply).sum(1).tolist()
    memory.batches[micro], memory.old_log_probs[micro] = batch, old
    values_BK, before_BT = torch.zeros_like(kl_BK), None
    if networks.value is not None:
        values_BT = networks.values(batch)
        at_turns = ppo.values_at(values_BT, batch.value_positions, batch.has_turn)
        values_BK = at_turns.cpu()
        before_BT = before_tokens(values_BT) if config.value == "token" else None
        memory.old_values[micro] = at_turns if before_BT is None else before_BT
    lengths = batch.attention_mask.sum(1).tolist()
    return [
        _Told(
            row=number, kl_K=kl_BK[place], values_K=values_BK[place], entropy=float(entropy[place].sum()), gap=gap_B[place],
            values_T=None if before_BT is None else before_BT[place, : lengths[place]].cpu(),
        )
        for place, number in enumerate(micro.rows)
    ]  # fmt: skip


def before_tokens(values_BT: Tensor) -> Tensor:
    """Return at each token the value of the state it was written in, which is read at the token before it; 0 at the first."""
    return torch.cat([torch.zeros_like(values_BT[:, :1]), values_BT[:, :-1]], dim=1)


def assign_credit(plan: Plan, memory: Memory, *, config: RlefConfig) -> Credit:
    """Return rewards, returns and advantages of every turn of every process; each process computes them all, alike."""
    num_turns, episodes = plan.num_turns, plan.episodes
    earned = [turn_rewards(episode, scheme=config.reward, no_code_penalty=config.no_code_penalty) for episode in episodes]
    rewards = torch.tensor([[*row, *[0.0] * (num_turns - len(row))] for row in earned])
    mask = torch.tensor([[turn < len(row) for turn in range(num_turns)] for row in earned])
    returns = ppo.turn_returns(ppo.penalised_rewards(rewards, memory.kl_NK, config.beta), mask, config.gamma)
    scopes = _scopes(plan, config)
    if config.value == "group":
        numbers = {name: number for number, name in enumerate(dict.fromkeys(episode.problem_id for episode in episodes))}
        groups = torch.tensor([numbers[episode.problem_id] for episode in episodes])
        return Credit(rewards, returns, ppo.group_advantages(returns, mask, groups, scale=config.scale_by_group), mask)
    if config.value == "token":
        by_row = _token_advantages(plan, returns, memory, scopes)
        return Credit(rewards, returns, torch.zeros_like(returns), mask, by_row)
    advantages = ppo.turn_advantages(returns, memory.values_NK, mask)
    for scope in scopes:
        members = torch.tensor(list(scope), dtype=torch.long)
        advantages[members] = ppo.normalise(advantages[members], mask[members])
    return Credit(rewards, returns, advantages, mask)


def _scopes(plan: Plan, config: RlefConfig) -> list[Sequence[int]]:
    """Return the episodes over whose turns (or tokens) advantages are normalised together."""
    if config.advantage_scope == "iteration":
        return [range(len(plan.episodes))]
    return [part.episodes for part in plan.parts] if config.advantage_scope == "update" else []


def _token_advantages(plan: Plan, returns: Tensor, memory: Memory, scopes: Sequence[Sequence[int]]) -> dict[int, Tensor]:
    """Return per row the return of each reply token's turn less V before that token, normalised over the tokens of each scope."""
    by_row, rows = {}, plan.rows
    for number, row in enumerate(rows):
        turns = torch.tensor([row.turn_index])
        by_row[number] = ppo.token_advantages(returns[row.episode : row.episode + 1], memory.token_values[number][None], turns)[0]
    for scope in scopes:
        wanted = set(scope)
        members = [number for number, row in enumerate(rows) if row.episode in wanted]
        if not members:
            continue
        mask = torch.cat([torch.tensor(rows[number].turn_index) >= 0 for number in members])
        normal = ppo.normalise(torch.cat([by_row[number] for number in members]), mask)
        by_row |= dict(zip(members, normal.split([len(rows[number].token_ids) for number in members]), strict=True))
    return by_row
