"""The networks of RLEF: the policy, the reference it starts from, and the values; wrapped by `accelerate` or sharded, optimised by AdamW.

Shapes: B rows, T tokens, P kept positions, V vocabulary.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.tracking import get_available_trackers
from accelerate.utils import DistributedType, set_seed
from torch import Tensor, nn
from torch.optim import AdamW
from transformers import get_constant_schedule_with_warmup

from symtune.errors import BadConfigError, TrainingError
from symtune.models import IGNORED, TransformersPolicy, label_log_probs, load_policy, resolve_device
from symtune.models.value import load_value_network, refuse_encoder_decoder
from symtune.objectives.ppo_metrics import token_entropies
from symtune.training.rlef_batch import Batch
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_sharding import Sharding, WholePolicy, hollow, launcher_aside


@dataclass
class Trained:
    """A network as it is optimised.

    Attributes:
        module: as `accelerate` wrapped it, or sharded; forward passes go through it.
        optimiser, schedule: its own.
    """

    module: Any
    optimiser: Any
    schedule: Any


@dataclass
class Networks:
    """What an RLEF run computes with.

    Attributes:
        policy: plays and is saved; shares its weights with ``actor``. Sharded, it has none but in `playing` and `saving`.
        actor: the policy in training.
        value: the value network in training; None for value = "group".
        reference: a frozen copy of the initial policy; None where the policy with its adapters switched off is that.
        temperature: logits are divided by it, in training as in sampling, so that both speak of the same distribution.
        whole: gathers the policy of a sharded ``actor``; None where every process holds whole networks.
    """

    accelerator: Accelerator
    policy: TransformersPolicy
    actor: Trained
    value: Trained | None
    reference: Any | None
    temperature: float
    whole: WholePolicy | None = None

    @property
    def trained(self) -> dict[str, Trained]:
        """The networks that learn, by name."""
        return {"policy": self.actor} | ({"value": self.value} if self.value is not None else {})

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        return self.accelerator.device

    def log_probs(self, batch: Batch, *, entropy: bool = False) -> tuple[Tensor, Tensor | None]:
        """Return log pi(token) [B, T] of the reply tokens, 0 elsewhere, and on demand the entropy (nats) before each of them."""
        with self.accelerator.autocast():
            return reply_log_probs(self.actor.module, batch, temperature=self.temperature, entropy=entropy)

    @torch.no_grad()
    def reference_log_probs(self, batch: Batch) -> Tensor:
        """Return log rho(token) [B, T] of the reply tokens under the initial policy."""
        if self.reference is not None:
            with self.accelerator.autocast():
                return reply_log_probs(self.reference, batch, temperature=self.temperature)[0]
        with self.accelerator.unwrap_model(self.actor.module).disable_adapter():
            return self.log_probs(batch)[0]

    def values(self, batch: Batch) -> Tensor:
        """Return V [B, T] at every token."""
        assert self.value is not None
        with self.accelerator.autocast():
            return self.value.module(input_ids=batch.input_ids, attention_mask=batch.attention_mask)

    @contextlib.contextmanager
    def playing(self) -> Iterator[TransformersPolicy]:
        """Give the policy for sampling, in the number format of training; what it keeps of dialogues ends with the block.

        All processes enter together, those that have nothing to play too; inside none waits for another.
        """
        try:
            with contextlib.nullcontext(self.policy) if self.whole is None else self.whole.for_playing() as policy, self.accelerator.autocast():
                yield policy
        finally:
            self.policy.forget()

    @contextlib.contextmanager
    def saving(self) -> Iterator[TransformersPolicy]:
        """Give the first process the policy to be written; all processes enter together."""
        if self.whole is None:
            yield self.policy
            return
        with self.whole.for_saving(is_writer=self.accelerator.is_main_process) as policy:
            yield policy


def process_numbers(networks: Networks) -> dict[str, int]:
    """Return which process of how many this is."""
    return {"process_index": networks.accelerator.process_index, "num_processes": networks.accelerator.num_processes}


def reply_log_probs(model: Any, batch: Batch, *, temperature: float, entropy: bool = False) -> tuple[Tensor, Tensor | None]:
    """Return log softmax(logits / temperature)[token] [B, T] in nats, float32, at reply tokens and 0 elsewhere.

    Logits are asked for at the positions before some row's reply tokens only: those of prompts, the most of a dialogue, are never made.

    Args:
        model: decoder-only; called as a whole, so that its wrappers see the pass.
        batch: rows.
        entropy: also return the entropy of the distribution each reply token was drawn from [B, T], without gradient.
    """
    is_reply = batch.is_reply
    kept = is_reply.any(0)[1:].nonzero().squeeze(-1)
    logits = model(input_ids=batch.input_ids, attention_mask=batch.attention_mask, use_cache=False, logits_to_keep=kept).logits
    if logits.shape[1] != len(kept):  # an architecture that does not know the argument
        logits = logits[:, kept]
    logits = logits.float() / temperature
    labels = batch.input_ids[:, 1:][:, kept].masked_fill(~is_reply[:, 1:][:, kept], IGNORED)
    log_probs = _spread(label_log_probs(logits, labels), kept, is_reply)
    if not entropy:
        return log_probs, None
    with torch.no_grad():
        entropies = token_entropies(logits).masked_fill(labels == IGNORED, 0.0)
    return log_probs, _spread(entropies, kept, is_reply)


def _spread(values: Tensor, kept: Tensor, like: Tensor) -> Tensor:
    """Put values [B, P] that speak for the tokens after the kept positions at those tokens [B, T]."""
    return torch.zeros(like.shape, dtype=values.dtype, device=values.device).index_copy(1, kept + 1, values)


def load_networks(config: RlefConfig, *, corpus: Sequence[str], out: Path) -> Networks:
    """Load the policy, its reference and its value network, and hand them to `accelerate`.

    Raises:
        BadModelError: a model that does not load, an encoder-decoder, or a chat template that does not keep earlier turns.
        BadConfigError: trained weights in half precision, a backend that holds weights of its own, or a way of sharding that is not supported.
    """
    if config.model.backend.name != "transformers":
        raise BadConfigError(
            f"model.backend.name = '{config.model.backend.name}': such a backend would go on sampling from the initial weights; training plays with 'transformers'"
        )
    with launcher_aside() as is_asked:
        accelerator = make_accelerator(config, out)
        sharding = None
        if (is_asked or config.sharding == "full") and accelerator.num_processes > 1:
            sharding = Sharding.over(accelerator.num_processes, device=accelerator.device, mixed_precision=config.mixed_precision)
        return _load(accelerator, sharding, config=config, corpus=corpus)


def _load(accelerator: Accelerator, sharding: Sharding | None, *, config: RlefConfig, corpus: Sequence[str]) -> Networks:
    """Load the networks; sharded ones go from the machine's memory to the device in parts, one network after another."""
    loaded_on = accelerator.device if sharding is None else torch.device("cpu")
    policy = load_policy(config.model, corpus=corpus, device=loaded_on)
    refuse_encoder_decoder(policy.bare_model, config.model)
    policy.check_dialogues()
    whole = None
    reference = None if has_fresh_adapters(config) else _frozen(policy.model)
    if sharding is not None:
        whole = WholePolicy(hollow(policy, device=accelerator.device), policy.model, sharding, accelerator.device)
        if reference is not None:
            sharding.shard(reference)
    actor = _train(accelerator, policy.model, sharding, config=config, learning_rate=config.learning_rate)
    critic = None
    if config.value != "group":
        value = load_value_network(config.model, corpus=corpus, device=loaded_on)
        critic = _train(accelerator, value, sharding, config=config, learning_rate=config.value_learning_rate or config.learning_rate)
    return Networks(accelerator, policy if whole is None else whole.policy, actor, critic, reference, config.episodes.temperature, whole)


def make_accelerator(config: RlefConfig, out: Path) -> Accelerator:
    """Return the accelerator of this process, with all random generators seeded.

    Raises:
        BadConfigError: the launcher asks for DeepSpeed, Megatron or a kind of FSDP that is not done here, or a tracker is not installed.
    """
    installed = {str(tracker.value) for tracker in get_available_trackers()}
    if missing := [name for name in config.report_to if name not in installed]:
        raise BadConfigError(f"report_to: the tracker '{missing[0]}' is not installed; installed: {', '.join(sorted(installed)) or 'none'}")
    AcceleratorState._reset_state()
    accelerator = Accelerator(
        cpu=resolve_device(config.device).type == "cpu", mixed_precision=config.mixed_precision,
        log_with=list(config.report_to) or None, project_dir=str(out),
    )  # fmt: skip
    if accelerator.distributed_type in (DistributedType.DEEPSPEED, DistributedType.MEGATRON_LM):
        raise BadConfigError(
            f"train rlef does not run under {accelerator.distributed_type.value}; launch with --multi_gpu and set sharding = 'full' (FSDP), or train "
            "adapters with model.lora"
        )
    set_seed(config.seed, device_specific=True)
    return accelerator


def has_fresh_adapters(config: RlefConfig) -> bool:
    """Whether the policy is its initial one when its adapters are off: they begin at zero, and the folder brought none."""
    return config.model.lora is not None and not (Path(config.model.model).expanduser() / "adapter_config.json").is_file()


def _frozen(model: Any) -> Any:
    """Return a copy that no optimiser knows."""
    return copy.deepcopy(model).requires_grad_(False).eval()


def _train(accelerator: Accelerator, module: nn.Module, sharding: Sharding | None, *, config: RlefConfig, learning_rate: float) -> Trained:
    _refuse_half_precision(module, config)
    without_dropout(module)
    if config.gradient_checkpointing:
        module.activation_checkpointing_enable()  # type: ignore[operator]
        module.train()  # the layers recompute in this mode only
    if sharding is not None:
        sharding.shard(module)
    weights = [(name, weight) for name, weight in module.named_parameters() if weight.requires_grad]
    groups = [
        {"params": [weight for _, weight in weights if weight.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [weight for _, weight in weights if weight.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = AdamW([group for group in groups if group["params"]], lr=learning_rate)
    schedule = get_constant_schedule_with_warmup(optimiser, config.warmup_steps)
    accelerator.register_for_checkpointing(schedule)
    if sharding is not None:
        return Trained(module, optimiser, schedule)
    wrapped, prepared = accelerator.prepare(module, optimiser)
    return Trained(wrapped, prepared, schedule)


def _refuse_half_precision(module: nn.Module, config: RlefConfig) -> None:
    for name, weight in module.named_parameters():
        if weight.requires_grad and weight.dtype in (torch.bfloat16, torch.float16):
            raise BadConfigError(
                f"model.dtype: the trained weight {name} is {str(weight.dtype).removeprefix('torch.')}, in which a step of {config.learning_rate:g} is rounded "
                "away; set model.dtype = 'float32' with mixed_precision = 'bf16', or train adapters with model.lora"
            )


DROPOUT_NAMES = ("dropout", "attention_dropout", "attn_dropout", "dropout_p", "activation_dropout", "hidden_dropout")
"""Names under which layers of `transformers` keep a dropout fraction of their own."""


def without_dropout(module: nn.Module) -> None:
    """Switch every dropout off: old and new log-probabilities are then those of one policy, in training mode too."""
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
        for name in DROPOUT_NAMES:
            if isinstance(getattr(part, name, None), float):
                setattr(part, name, 0.0)


def require_finite(value: Tensor, *, what: str, where: str) -> None:
    """Refuse a number that is not finite.

    Raises:
        TrainingError: naming what it is and where it came up.
    """
    if not bool(torch.isfinite(value).all()):
        raise TrainingError(
            f"{where}: {what} is not finite; the weights have not been touched by it, and the checkpoints before it are kept. Try a lower learning_rate or "
            "max_grad_norm, or mixed_precision = 'no', and look at the episodes of this iteration"
        )
