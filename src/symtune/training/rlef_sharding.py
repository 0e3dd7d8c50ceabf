"""Sharding (FSDP): each process holds a part of every weight, gradient and optimiser state; a layer is whole only while it computes.

A pass gathers each layer before it and drops it after it, so all processes must make the same passes. Learning does. Playing does not, since replies
end at different lengths: so all processes gather the whole policy once before they play, into a copy that is no part of the sharding, and drop it after.
In between none waits for another.

Memory, bytes per weight, of one of n processes: 16 / n for what is trained (weight, gradient, AdamW's two moments); in a pass two layers whole, at
4 (2 under bf16); in playing one whole copy of the policy, at 4 (2 under bf16 for layers). While loading, each process reads whole networks into the
machine's own memory, one network after another; while a model is saved, the first process holds it there.

Under mixed precision layers are gathered in bfloat16, to which autocast would round their matrices all the same (their norms' weights only here);
embeddings and heads stay as they are, and gradients are summed in float32.

Source: Zhao et al. 2023 (PyTorch FSDP, arXiv 2304.11277), by torch's `fully_shard`.
Differs: the copy for playing is ours.
"""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed.checkpoint as distributed_checkpoint
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor
from transformers import PreTrainedModel

from symtune.errors import BadConfigError
from symtune.models import TransformersPolicy

if TYPE_CHECKING:
    from symtune.training.rlef_networks import Trained

LAUNCHER_ASKS = "ACCELERATE_USE_FSDP"
"""Set to "true" by ``accelerate launch --use_fsdp``."""

NOT_TAKEN = {
    "FSDP_OFFLOAD_PARAMS": ("false", "weights stay on the devices; launch with more of them"),
    "FSDP_ACTIVATION_CHECKPOINTING": ("false", "set gradient_checkpointing = true instead"),
    "FSDP_ACTIVATION_CHECKPOINTING_OFFLOAD": ("false", "set gradient_checkpointing = true instead"),
    "FSDP_RESHARD_AFTER_FORWARD": ("true", "layers are always dropped after their pass"),
    "FSDP_IGNORED_MODULES": ("none", "every weight is sharded"),
}
"""Settings of the launcher -> the one value that is met here, and what to do about any other."""


@contextlib.contextmanager
def launcher_aside() -> Iterator[bool]:
    """Give whether the launcher asks for FSDP, and keep `accelerate` and `transformers` from acting on its wish in the block.

    How weights are wrapped, loaded and written to checkpoints is not asked of the launcher.

    Raises:
        BadConfigError: it asks for FSDP's first version, or for what is not done here.
    """
    wish = os.environ.get(LAUNCHER_ASKS, "false")
    if wish.lower() != "true":
        yield False
        return
    if (version := os.environ.get("FSDP_VERSION", "1")) != "2":
        raise BadConfigError(f"the launcher asks for version {version} of FSDP; launch with --use_fsdp --fsdp_version 2, or set sharding = 'full'")
    for name, (met, remedy) in NOT_TAKEN.items():
        if (asked := os.environ.get(name, met).lower()) != met:
            raise BadConfigError(f"the launcher asks for {name.lower()} = {asked}, which train rlef does not do: {remedy}")
    os.environ[LAUNCHER_ASKS] = "false"
    try:
        yield True
    finally:
        os.environ[LAUNCHER_ASKS] = wish


@dataclass(frozen=True)
class Sharding:
    """How networks are sharded.

    Attributes:
        mesh: all processes, in one dimension.
        layer_dtype: number format in which layers are gathered; None: that of their weights.
    """

    mesh: DeviceMesh
    layer_dtype: torch.dtype | None

    @classmethod
    def over(cls, num_processes: int, *, device: torch.device, mixed_precision: str) -> Sharding:
        """Return the sharding over all processes."""
        return cls(init_device_mesh(device.type, (num_processes,)), torch.bfloat16 if mixed_precision == "bf16" else None)

    def shard(self, module: nn.Module) -> None:
        """Shard a network in place, layer by layer, and move it to the device. An optimiser is made of its parameters after that.

        Raises:
            BadConfigError: its architecture does not say which of its modules are layers.
        """
        kinds = {kind for part in module.modules() if isinstance(part, PreTrainedModel) for kind in part._no_split_modules or ()}
        layers = [part for part in module.modules() if type(part).__name__ in kinds]
        if not layers:
            raise BadConfigError(
                f"sharding = 'full': {type(module).__name__} does not say which of its modules are layers (_no_split_modules), so it would be gathered "
                "as one; set sharding = 'none'"
            )
        policy = MixedPrecisionPolicy()
        if self.layer_dtype is not None:
            policy = MixedPrecisionPolicy(param_dtype=self.layer_dtype, reduce_dtype=torch.float32, cast_forward_inputs=False)
        for layer in layers:
            fully_shard(layer, mesh=self.mesh, reshard_after_forward=True, mp_policy=policy)
        fully_shard(module, mesh=self.mesh, reshard_after_forward=True)

    def gather(self, module: nn.Module, *, is_rounded: bool, device: torch.device, is_wanted: bool = True) -> dict[str, Tensor]:
        """Return the whole weights of a sharded network by name; all processes call it together.

        Args:
            module: sharded by `shard`.
            is_rounded: whether layers come in ``layer_dtype``, as a pass reads them, or as they are.
            device: where the weights are put.
            is_wanted: whether this process needs them; it takes part either way.
        """
        layers = tuple(f"{name}." for name, part in module.named_modules() if name and isinstance(part, FSDPModule))
        weights = {}
        for name, weight in module.named_parameters():
            shard: Any = weight.detach()
            if is_rounded and self.layer_dtype is not None and name.startswith(layers):
                shard = shard.to(self.layer_dtype)
            whole = shard.full_tensor()
            if is_wanted:
                weights[name] = whole.to(device)
        return weights


@dataclass(frozen=True)
class WholePolicy:
    """A policy that gets its weights from a sharded network when it needs them.

    Attributes:
        policy: its weights are on the device "meta", that is nowhere, but for the length of a block.
        network: the sharded one.
        sharding: its.
        device: where the policy plays.
    """

    policy: TransformersPolicy
    network: nn.Module
    sharding: Sharding
    device: torch.device

    @contextlib.contextmanager
    def for_playing(self) -> Iterator[TransformersPolicy]:
        """Give the policy with the weights that a pass of training would compute with; all processes enter together, each leaves when it is done."""
        with filled(self.policy.model, self.sharding.gather(self.network, is_rounded=True, device=self.device)):
            yield self.policy

    @contextlib.contextmanager
    def for_saving(self, *, is_writer: bool) -> Iterator[TransformersPolicy]:
        """Give the process that writes the policy with its own weights, in the machine's memory; all processes enter together."""
        weights = self.sharding.gather(self.network, is_rounded=False, device=torch.device("cpu"), is_wanted=is_writer)
        with filled(self.policy.model, weights):
            yield self.policy


def hollow(policy: TransformersPolicy, *, device: torch.device) -> TransformersPolicy:
    """Return a copy of a policy without its weights; its buffers stand on the device."""
    model: nn.Module = policy.model
    stand_ins: dict[int, Any] = {
        id(weight): nn.Parameter(weight.detach().to("meta"), requires_grad=weight.requires_grad) for weight in model.parameters()
    }
    stand_ins |= {id(buffer): buffer.detach().to(device, copy=True) for buffer in model.buffers()}
    return replace(policy, model=copy.deepcopy(model, stand_ins))


@contextlib.contextmanager
def filled(model: nn.Module, weights: Mapping[str, Tensor]) -> Iterator[None]:
    """Lend a model weights; names that share one (tied embeddings) go on sharing it. A name that is not among them is left as it is.

    Args:
        model: a hollow one.
        weights: by name, a shared one by its first.
    """
    before = dict(model.named_parameters(remove_duplicate=False))
    lent = {id(before[name]): nn.Parameter(weight, requires_grad=False) for name, weight in weights.items()}
    _assign(model, {name: lent.get(id(weight), weight) for name, weight in before.items()})
    try:
        yield
    finally:
        _assign(model, before)


def _assign(model: nn.Module, weights: Mapping[str, nn.Parameter]) -> None:
    for name, weight in weights.items():
        owner, _, attribute = name.rpartition(".")
        setattr(model.get_submodule(owner), attribute, weight)


def write_shards(folder: Path, trained: Mapping[str, Trained]) -> None:
    """Write weights and optimiser states of all sharded networks, each process its own; all call it together."""
    distributed_checkpoint.save(_states(trained), checkpoint_id=folder)


def read_shards(folder: Path, trained: Mapping[str, Trained]) -> None:
    """Take back what `write_shards` wrote; all processes call it together."""
    states = _states(trained)
    distributed_checkpoint.load(states, checkpoint_id=folder)
    for name, network in trained.items():
        set_state_dict(
            network.module, network.optimiser, model_state_dict=states[name]["weights"], optim_state_dict=states[name]["optimiser"]
        )


def _states(trained: Mapping[str, Trained]) -> dict[str, Any]:
    pairs = {name: get_state_dict(network.module, network.optimiser) for name, network in trained.items()}
    return {name: {"weights": weights, "optimiser": optimiser} for name, (weights, optimiser) in pairs.items()}


def plain_number(value: Tensor) -> float:
    """Return a tensor of one entry, perhaps a distributed one, as a number; all processes call it together."""
    return float(value.full_tensor() if isinstance(value, DTensor) else value)
