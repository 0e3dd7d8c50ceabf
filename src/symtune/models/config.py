"""ModelConfig: which model, at what size, with or without LoRA. Imports no torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field

from symtune.config import Config
from symtune.errors import BadModelError

DtypeName = Literal["float32", "bfloat16", "float16", "auto"]
"""Name of the weights' number format; ``auto`` keeps the one the checkpoint was saved in."""

PRESETS = ("tiny-t5", "tiny-llama")
"""Names of the models that are built from scratch; see `symtune.models.presets`."""

LIMITS_FILE = "symtune.json"
"""Holds, in a folder that symtune saved, the limits its model was trained with."""


class LoraConfig(Config):
    """Low-rank adapters on a frozen model, through ``peft``."""

    rank: int = Field(default=16, ge=1, description="Rank of each adapter.")
    alpha: float = Field(default=32.0, gt=0, description="Scale: an adapter's output is multiplied by alpha / rank.")
    dropout: float = Field(default=0.05, ge=0, lt=1, description="Dropout fraction on the adapter's input.")
    target_modules: tuple[str, ...] | None = Field(default=
        None, description="Names of the layers that get adapters; None: what peft knows for this architecture."
    )


class PresetSizes(Config):
    """Sizes of a preset. The defaults give 1.6 (tiny-t5) and 1.3 (tiny-llama) million weights at most."""

    num_layers: int = Field(default=3, ge=1, description="Encoder layers, and decoder layers as many.")
    hidden_size: int = Field(default=128, ge=8, description="Width of the residual stream.")
    num_heads: int = Field(default=4, ge=1, description="Attention heads; divides hidden_size.")
    feed_forward_size: int = Field(default=512, ge=8, description="Width of the feed-forward layers.")
    vocabulary_size: int = Field(default=1536, ge=300, description="Tokens at most: 256 bytes, 4 special tokens, merges.")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="Dropout fraction (tiny-t5; attention only in tiny-llama).")


class BackendConfig(Config):
    """What runs the model in dialogues. Which keys count depends on ``name``; each description says for which."""

    name: Literal["transformers", "vllm", "openai"] = Field(
        default="transformers", description="transformers: in this process; vllm: in this process, GPU; openai: a server, for evaluation."
    )
    kept_cache_bytes: int = Field(
        default=1_073_741_824, ge=0, description="transformers: most bytes of keys and values kept between turns; 0: each turn reads its prompt anew."
    )
    prefill_tokens: int = Field(default=65_536, ge=1, description="transformers: most places (prompts x longest) read at once.")
    gpu_memory_fraction: float = Field(default=0.9, gt=0, le=1, description="vllm: share of the GPU's memory for weights and caches.")
    num_gpus: int = Field(default=1, ge=1, description="vllm: GPUs over which each layer is split.")
    url: str | None = Field(default=None, description="openai: where the server's API starts, such as http://localhost:8000/v1; None: OpenAI's own.")
    api_key_variable: str = Field(
        default="OPENAI_API_KEY", description="openai: environment variable that holds the key; a server of your own may need none."
    )
    timeout_s: float = Field(default=600.0, gt=0, description="openai: longest wait for one reply, in seconds.")
    num_retries: int = Field(
        default=5, ge=0, description="openai: times a request is sent again after no answer, 408, 409, 429 or 5xx; waits double from 0.5 s to 8 s."
    )
    num_parallel: int = Field(default=16, ge=1, description="openai: requests under way at once.")
    length_key: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens", description="openai: what the server calls the longest reply; OpenAI's newer models want the second."
    )


class ModelConfig(Config):
    """A policy or critic body: where it comes from and how prompts and programs become tokens."""

    model: str = Field(description="Hub id, local folder, or a preset: tiny-t5, tiny-llama.")
    tokenizer: str | None = Field(default=None, description="Folder or hub id of another tokenizer; None: the model's own.")
    lora: LoraConfig | None = Field(default=None, description="Train low-rank adapters only; None: all weights.")
    max_source_tokens: int = Field(
        default=600, ge=8, description="Prompt tokens kept (CodeRL: 600); unset: what the folder was saved with."
    )
    max_target_tokens: int = Field(
        default=512, ge=2, description="Program tokens kept, end token included (CodeRL: 512); unset: as the folder was saved."
    )
    context_tokens: int | None = Field(
        default=None, ge=16, description="Most tokens of a dialogue and its next reply; None: what the model says (presets: source + target tokens)."
    )
    chat_template: str | None = Field(
        default=None, description="File with a Jinja chat template, or 'plain'; None: the tokenizer's own, 'plain' where it has none."
    )
    dtype: DtypeName = Field(default="float32", description="Number format of the weights.")
    init_seed: int = Field(default=0, description="Seed of a preset's first weights and of new heads and adapters.")
    backend: BackendConfig = Field(default=BackendConfig(), description="What runs the model in dialogues.")
    sizes: PresetSizes = Field(default=PresetSizes(), description="Sizes of a preset; not used for other models.")


def write_limits(config: ModelConfig, folder: Path) -> None:
    """Note in a model's folder how many tokens of a prompt and a program it was trained on."""
    limits = {"schema": 1, "max_source_tokens": config.max_source_tokens, "max_target_tokens": config.max_target_tokens}
    (folder / LIMITS_FILE).write_text(json.dumps(limits) + "\n", encoding="utf-8")


def with_saved_limits(config: ModelConfig) -> ModelConfig:
    """Return the config with the limits its folder was saved with, where the config does not set its own.

    So a model samples from the same cut of a prompt that it was trained on, without being told.

    Raises:
        BadModelError: the folder's note of them cannot be read.
    """
    path = Path(config.model).expanduser() / LIMITS_FILE
    if not path.is_file():
        return config
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        limits = {name: int(saved[name]) for name in ("max_source_tokens", "max_target_tokens")}
    except (ValueError, KeyError, TypeError) as error:
        raise BadModelError(f"{path}: not a note of the limits that symtune wrote ({error}); delete it or save the model again") from error
    return config.model_copy(update={name: limits[name] for name in limits if name not in config.model_fields_set})
