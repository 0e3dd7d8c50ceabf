"""RunConfig and LoopConfig: the settings that training stages share. Imports no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from symtune.config import Config
from symtune.models import ModelConfig


class RunConfig(Config):
    """What every training has, offline or online."""

    model: ModelConfig = Field(description="The model to start from: hub id, folder of an earlier run, or preset.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where to train; auto: cuda where there is one.")
    seed: int = Field(0, description="Seed of the data order and of dropout.")
    report_to: tuple[str, ...] = Field((), description="Trackers known to transformers and accelerate, such as 'wandb', 'tensorboard'.")


class LoopConfig(RunConfig):
    """How `transformers.Trainer` is driven; each stage adds its own keys and changes defaults where its paper does."""

    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate of AdamW.")
    schedule: Literal["constant", "constant_with_warmup", "linear", "cosine"] = Field(
        "constant", description="Learning-rate schedule (CodeRL: constant)."
    )
    warmup_steps: int = Field(0, ge=0, description="Optimizer steps of linear warm-up; not used by 'constant'.")
    weight_decay: float = Field(0.05, ge=0, description="AdamW weight decay (CodeRL: 0.05).")
    max_grad_norm: float = Field(1.0, gt=0, description="Gradients are clipped to this L2 norm (ours).")
    num_epochs: int = Field(1, ge=1, description="Passes over the training examples.")
    max_steps: int | None = Field(
        None, ge=1, description="Optimizer steps, instead of num_epochs; the examples are repeated as needed."
    )
    batch_size: int = Field(16, ge=1, description="Examples per micro-step and process (ours).")
    gradient_accumulation_steps: int = Field(1, ge=1, description="Micro-steps per optimizer step (ours).")
    group_by_length: bool = Field(True, description="Batch examples of like length together; saves padding (ours).")
    save_every_steps: int = Field(500, ge=1, description="Optimizer steps between two checkpoints (ours).")
    keep_checkpoints: int = Field(1, ge=1, description="Newest checkpoints kept while the run is under way.")
    log_every_steps: int = Field(20, ge=1, description="Optimizer steps between two lines of metrics.jsonl.")
    mixed_precision: Literal["no", "bf16", "fp16"] = Field("no", description="Number format of the forward pass.")
    gradient_checkpointing: bool = Field(False, description="Recompute activations to save memory.")
