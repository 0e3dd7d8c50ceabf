"""What an RLEF run would need of a card: memory and time, estimated before anything is loaded. Imports no torch.

Memory, bytes, of one process:

    networks      policy and value network: weights, and for what is trained 4 (weight) + 4 (gradient) + 8 (AdamW) each;
                  a frozen copy of the policy as the reference, none where adapters are switched off instead
    activations   with checkpointing: one vector a layer and token, and one layer's own; without: all layers' own
    logits        at reply tokens, in three float32 copies (logits, log-probabilities, their gradient)
    key/value     of two windows of dialogues at their longest
    gathered      with sharding = "full" and n cards, networks are divided by n, and whole are: in learning two layers, embeddings and head (and
                  their gradient, where they are trained); in playing the policy. Layers are gathered in 2 bytes a weight under bf16

Learning and playing take turns, so the peak is networks + the larger of (activations + logits + gathered) and (key/value + gathered).

Time, seconds of an iteration: floating-point operations / (the card's peak * a share assumed), 2 per weight and token for a pass
forward, 4 for one backward (2 where the weights are frozen under adapters, 2 more with checkpointing); in decoding at least the
reading of all weights once a step. n cards share the work evenly.

Source: ours. It is an estimate: overheads of the allocator, of short rows, of the judge and of what cards send each other are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from symtune.config import Config
from symtune.models import ModelConfig
from symtune.models.sizes import ModelSizes
from symtune.training.rlef_config import RlefConfig

TRAINED_BYTES = 16
"""Of a weight that is trained: float32 weight, gradient, and AdamW's two moments."""

DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "auto": 2}
"""Of a frozen weight; checkpoints are mostly saved in two bytes."""


class MachineConfig(Config):
    """A card, and what is assumed of a run on it (the recipe's ``[machine]`` table)."""

    memory_bytes: float = Field(80e9, gt=0, description="Memory of a card.")
    num_cards: int = Field(1, ge=1, description="Cards that train together, one process each.")
    peak_flops: float = Field(989e12, gt=0, description="Dense bf16 operations a second (H100: 989e12).")
    bandwidth_bytes_per_s: float = Field(3.35e12, gt=0, description="Memory bandwidth (H100: 3.35e12).")
    learning_share: float = Field(0.35, gt=0, le=1, description="Share of the peak reached in learning (assumed).")
    playing_share: float = Field(0.3, gt=0, le=1, description="Share of peak and bandwidth reached in playing (assumed).")
    first_message_tokens: int = Field(900, ge=1, description="Tokens of a first message (assumed).")
    feedback_tokens: int = Field(250, ge=1, description="Tokens of a feedback (assumed).")
    reply_tokens: int = Field(400, ge=1, description="Tokens of a reply; no more than max_new_tokens (assumed).")
    turns: float = Field(2.6, ge=1, description="Replies of an episode; no more than max_turns (assumed).")


@dataclass(frozen=True)
class Estimate:
    """Bytes and seconds; see the module for what they are made of."""

    num_weights: int
    networks_bytes: float
    learning_bytes: float
    playing_bytes: float
    playing_s: float
    learning_s: float
    num_iterations: int
    num_cards: int = 1

    @property
    def peak_bytes(self) -> float:
        """Largest memory at one time."""
        return self.networks_bytes + max(self.learning_bytes, self.playing_bytes)

    @property
    def total_s(self) -> float:
        """Seconds of all iterations."""
        return self.num_iterations * (self.playing_s + self.learning_s)

    def lines(self, machine: MachineConfig) -> list[str]:
        """Return the estimate as text."""
        fits = "fits" if self.peak_bytes < 0.9 * machine.memory_bytes else "does NOT fit"
        return [
            f"weights of the policy: {self.num_weights / 1e9:.2f} billion",
            f"memory{' of each card' if self.num_cards > 1 else ''}: {self.peak_bytes / 1e9:.1f} GB at most ({self.networks_bytes / 1e9:.1f} networks and optimisers, {self.learning_bytes / 1e9:.1f} "
            f"more in learning, {self.playing_bytes / 1e9:.1f} more in playing); {fits} a card of {machine.memory_bytes / 1e9:.0f} GB with a tenth spare",
            f"time: {self.playing_s:.0f} s playing and {self.learning_s:.0f} s learning an iteration, {self.total_s / 3600:.0f} hours for "
            f"{self.num_iterations} iterations on {'one card' if self.num_cards == 1 else f'{self.num_cards} cards'}, if {machine.playing_share:.0%} and {machine.learning_share:.0%} of its peak are reached",
            f"assumed: {machine.turns:g} replies an episode, {machine.first_message_tokens} tokens of first message, {machine.feedback_tokens} of a "
            f"feedback, {machine.reply_tokens} of a reply; not in it: judging, validation, the allocator"
            + (", what the cards send each other" if self.num_cards > 1 else ""),
        ]


def estimate(config: RlefConfig, sizes: ModelSizes, *, machine: MachineConfig) -> Estimate:
    """Return what each process of a run would need.

    Args:
        config: the run.
        sizes: of the policy; the value network is the same with a head.
        machine: the cards and the assumptions.
    """
    turns, reply = min(machine.turns, config.episodes.max_turns), min(machine.reply_tokens, config.episodes.max_new_tokens)
    tokens = config.episodes_per_iteration * (machine.first_message_tokens + turns * reply + (turns - 1) * machine.feedback_tokens)
    replies = config.episodes_per_iteration * turns
    num_networks = 1 if config.value == "group" else 2
    passes = config.passes_per_iteration

    forward = 2.0 * sizes.num_weights * tokens
    backward = (2 if config.model.lora is None else 1) * forward + (forward if config.gradient_checkpointing else 0.0)
    before = forward * (num_networks + 1)  # the policy of old, its values, the reference
    learning_flops = before + num_networks * passes * (forward + backward)
    cards = machine.num_cards
    steps = reply * -(-replies // (cards * config.episodes.batch_size))
    is_sharded = config.sharding == "full" and cards > 1
    gathered = _gathered_bytes(config, sizes) if is_sharded else (0.0, 0.0)
    weight_bytes = DTYPE_BYTES[config.model.dtype]
    reading_s = steps * (gathered[1] if is_sharded else weight_bytes * sizes.num_weights) / machine.bandwidth_bytes_per_s
    return Estimate(
        num_weights=sizes.num_weights,
        networks_bytes=_networks_bytes(config.model, sizes, num_networks=num_networks) / (cards if is_sharded else 1),
        learning_bytes=_learning_bytes(config, sizes, machine=machine) + gathered[0],
        playing_bytes=_key_value_bytes(config, sizes, machine=machine) + gathered[1],
        playing_s=max(forward / cards / machine.peak_flops, reading_s) / machine.playing_share,
        learning_s=learning_flops / cards / machine.peak_flops / machine.learning_share,
        num_iterations=config.num_iterations,
        num_cards=cards,
    )


def _gathered_bytes(config: RlefConfig, sizes: ModelSizes) -> tuple[float, float]:
    """Return the bytes of sharded weights that are whole at one time in learning, and in playing."""
    weight_bytes = DTYPE_BYTES[config.model.dtype]
    layer = (2 if config.mixed_precision == "bf16" else weight_bytes) * sizes.num_layer_weights
    embeddings = weight_bytes * sizes.num_embedding_weights
    return 2 * layer + embeddings * (2 if config.model.lora is None else 1), sizes.num_layers * layer + embeddings


def _networks_bytes(model: ModelConfig, sizes: ModelSizes, *, num_networks: int) -> float:
    frozen = DTYPE_BYTES[model.dtype]
    if model.lora is None:
        return num_networks * TRAINED_BYTES * sizes.num_weights + frozen * sizes.num_weights
    adapters = TRAINED_BYTES * sizes.num_adapter_weights(model.lora.rank)
    return num_networks * (frozen * sizes.num_weights + adapters)


def _learning_bytes(config: RlefConfig, sizes: ModelSizes, *, machine: MachineConfig) -> float:
    width = 2 if config.mixed_precision == "bf16" else 4
    tokens = config.max_tokens_per_micro_batch
    own = width * tokens * (8 * sizes.hidden_size + 2 * sizes.key_value_size + 4 * sizes.feed_forward_size)
    kept = width * tokens * sizes.hidden_size * sizes.num_layers
    activations = kept + own if config.gradient_checkpointing else own * sizes.num_layers
    reply = min(machine.reply_tokens, config.episodes.max_new_tokens)
    turns = min(machine.turns, config.episodes.max_turns)
    share = turns * reply / (machine.first_message_tokens + turns * reply + (turns - 1) * machine.feedback_tokens)
    return activations + 3 * 4 * tokens * share * sizes.vocabulary_size


def _key_value_bytes(config: RlefConfig, sizes: ModelSizes, *, machine: MachineConfig) -> float:
    turns = config.episodes.max_turns
    longest = machine.first_message_tokens + turns * config.episodes.max_new_tokens + (turns - 1) * machine.feedback_tokens
    longest = min(longest, config.model.context_tokens or longest)
    width = 2 if config.mixed_precision == "bf16" else 4
    return 2 * config.episodes.batch_size * longest * sizes.num_layers * 2 * sizes.key_value_size * width
