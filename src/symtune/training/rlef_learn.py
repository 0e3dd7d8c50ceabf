"""Learn: optimizer steps of the policy and of the value network on an iteration's episodes.

Shapes: B rows, T tokens, K turns of one micro-batch.

Losses are means over all reply tokens (policy) and all turns (values) of an update, whatever process or micro-batch they are in: each
micro-batch's sum is divided by the update's count, and since processes average their gradients, times their number.

Source: Gehring et al. 2024 (RLEF), section 3.2; Schulman et al. 2017 (PPO).
Differs: the mean over tokens, and one step of both networks per update, are ours; see docs/decisions/0105-the-rlef-loop.md.
"""

from __future__ import annotations

import contextlib
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from accelerate.utils import gather_object
from torch import Tensor

from symtune.errors import TrainingError
from symtune.objectives import ppo, ppo_metrics
from symtune.training.rlef_batch import MicroBatch, Part, Plan
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_credit import Credit, Memory, before_tokens
from symtune.training.rlef_networks import Networks, Trained
from symtune.training.rlef_sharding import plain_number


@dataclass
class Learnt:
    """How an iteration's updates went.

    Attributes:
        figures: per name the value of each update.
        num_updates: optimizer steps made.
    """

    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    num_updates: int = 0

    def add(self, **figures: float) -> None:
        """Take the figures of one update."""
        for name, value in figures.items():
            self.figures[name].append(value)

    def means(self) -> dict[str, float]:
        """Return the mean of each figure."""
        return {name: sum(values) / len(values) for name, values in self.figures.items()}


def learn(plan: Plan, memory: Memory, credit: Credit, networks: Networks, *, config: RlefConfig, where: str) -> Learnt:
    """Make the iteration's updates: ``passes_per_iteration`` times one on each part.

    Raises:
        TrainingError: a loss or gradient that is not finite, before it touches the weights; the message says where.
    """
    learnt = Learnt()
    for number, part in enumerate(plan.parts * config.passes_per_iteration, start=1):
        update = Update(plan, part, memory, credit, networks, config=config)
        spot = f"{where}, update {number}"
        learnt.add(**step(networks, networks.actor, part, update.policy_loss, name="policy", max_grad_norm=config.max_grad_norm, where=spot))
        if networks.value is not None:
            learnt.add(**step(networks, networks.value, part, update.value_loss, name="value", max_grad_norm=config.max_grad_norm, where=spot))
        learnt.add(clip_fraction=update.clip_fraction())
        learnt.num_updates = number
    return learnt


class Update:
    """The losses of one update, micro-batch by micro-batch."""

    def __init__(self, plan: Plan, part: Part, memory: Memory, credit: Credit, networks: Networks, *, config: RlefConfig) -> None:
        self._memory, self._credit, self._networks, self._config = memory, credit, networks, config
        self._num_tokens = sum(plan.rows[number].num_reply_tokens for number in part.rows)
        self._num_turns = sum(len(plan.rows[number].value_positions) for number in part.rows)
        self._num_clipped: list[Tensor] = []

    def policy_loss(self, micro: MicroBatch) -> Tensor:
        """Return the clipped surrogate of one micro-batch: its sum over reply tokens, divided by the update's tokens."""
        config, batch, old = self._config, self._memory.batches[micro], self._memory.old_log_probs[micro]
        log_probs, _ = self._networks.log_probs(batch)
        if not micro.is_filler:
            share = ppo_metrics.clip_fraction(log_probs.detach(), old, batch.is_reply, clip=config.clip)
            self._num_clipped.append(share * batch.is_reply.sum())
        return ppo.clipped_surrogate_loss(
            log_probs, old_log_probs_BT=old, behaviour_log_probs_BT=batch.behaviour_log_probs if config.importance_weights else None,
            advantages_BT=self.advantages(micro), mask_BT=batch.is_reply, clip=config.clip, num_tokens=self._num_tokens,
        )  # fmt: skip

    def advantages(self, micro: MicroBatch) -> Tensor:
        """Return the advantage of every reply token [B, T], 0 elsewhere."""
        batch = self._memory.batches[micro]
        if self._config.value != "token":
            return ppo.spread_over_tokens(self._credit.advantages.to(batch.episode.device)[batch.episode], batch.turn_index)
        advantages = torch.zeros(batch.input_ids.shape)
        for place, number in enumerate(micro.rows):
            own = self._credit.token_advantages[number]
            advantages[place, : len(own)] = own
        return advantages.to(batch.input_ids.device)

    def value_loss(self, micro: MicroBatch) -> Tensor:
        """Return the clipped value loss of one micro-batch: its sum over turns (or reply tokens), divided by the update's count."""
        config, batch = self._config, self._memory.batches[micro]
        values_BT = self._networks.values(batch)
        returns_BK = self._credit.returns.to(batch.episode.device)[batch.episode]
        if config.value == "token":
            values, mask, count = before_tokens(values_BT), batch.is_reply, self._num_tokens
            returns = ppo.spread_over_tokens(returns_BK, batch.turn_index)
        else:
            values, mask, count = ppo.values_at(values_BT, batch.value_positions, batch.has_turn), batch.has_turn, self._num_turns
            returns = returns_BK
        return ppo.clipped_value_loss(
            values, old_values=self._memory.old_values[micro], returns=returns, mask=mask, clip=config.value_clip, num_entries=count
        )

    def clip_fraction(self) -> float:
        """Return the share of the update's reply tokens whose ratio lay outside the clip range, over all processes."""
        own = float(torch.stack(self._num_clipped).sum()) if self._num_clipped else 0.0
        return sum(gather_object([own])) / self._num_tokens


def step(
    networks: Networks,
    trained: Trained,
    part: Part,
    loss_of: Callable[[MicroBatch], Tensor],
    *,
    name: str,
    max_grad_norm: float,
    where: str,
) -> dict[str, float]:
    """Accumulate a network's gradient over the micro-batches of an update and step once.

    Returns:
        ``NAME_loss``, summed over micro-batches and processes, and ``NAME_grad_norm`` before clipping.

    Raises:
        TrainingError: the loss or the gradient is not finite; the weights are as before.
    """
    accelerator = networks.accelerator
    losses = []
    for place, micro in enumerate(part.own, start=1):
        is_last = place == len(part.own)
        with contextlib.nullcontext() if is_last else accelerator.no_sync(trained.module):
            loss = loss_of(micro) * (0.0 if micro.is_filler else 1.0)
            losses.append(loss.detach())
            accelerator.backward(loss * accelerator.num_processes)
    every = accelerator.gather(torch.stack(losses).float())
    _require_finite_losses(torch.stack(losses), every, name=name, where=where)
    norm = plain_number(accelerator.clip_grad_norm_(trained.module.parameters(), max_grad_norm))
    if not math.isfinite(norm):
        trained.optimiser.zero_grad()
        raise TrainingError(f"{where}: the gradient of the {name} is not finite; {REMEDY}")
    trained.optimiser.step()
    trained.schedule.step()
    trained.optimiser.zero_grad()
    return {f"{name}_loss": float(every.sum()), f"{name}_grad_norm": norm}


REMEDY = (
    "its weights have not been touched by it, and the checkpoints before it are kept. Try a lower learning_rate or max_grad_norm, or mixed_precision = 'no', "
    "and look at this iteration's episodes in records/episodes.jsonl"
)


def _require_finite_losses(own: Tensor, every: Tensor, *, name: str, where: str) -> None:
    if bool(torch.isfinite(every).all()):
        return
    bad = (~torch.isfinite(own)).nonzero().flatten().tolist()
    spot = f"micro-batch {bad[0] + 1} of {len(own)}: it is {own[bad[0]].item()}" if bad else "on another process"
    raise TrainingError(f"{where}: the {name} loss is not finite, {spot}; {REMEDY}")
