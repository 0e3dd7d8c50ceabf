"""Loading and saving policies: hub id, local folder, or preset; every way it can fail has its own message."""

from __future__ import annotations

import contextlib
import copy
import difflib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from symtune.errors import BadModelError, MissingExtraError
from symtune.models.config import PRESETS, ModelConfig, with_saved_limits, write_limits
from symtune.models.policy import TransformersPolicy
from symtune.models.presets import build_preset, train_tokenizer
from symtune.models.released_critic import read_released_head

WEIGHT_FILES = ("model*.safetensors*", "pytorch_model*.bin*", "adapter_model.safetensors", "adapter_model.bin")
TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt", "tokenizer_config.json")

CRITIC_FILE = "critic.json"
"""Marks a folder that `symtune.models.critic.save_critic` wrote."""

_CRITIC_BODY = (
    "'{name}' is decoder-only; a critic reads the problem in an encoder and the program in a decoder: "
    "use an encoder-decoder model, such as CodeT5 or tiny-t5"
)

_LOAD_ERRORS = (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError)
"""What `transformers` raises when a model does not load; each is passed on as BadModelError with its text."""


def resolve_device(device: str | torch.device | None = "auto") -> torch.device:
    """Return the device asked for; ``auto`` is cuda where there is one, else cpu.

    Raises:
        BadModelError: cuda is asked for and not there.
    """
    if device in (None, "auto"):
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    chosen = torch.device(device)
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise BadModelError(f"device {device!r} is asked for, but torch sees no CUDA device; use 'cpu' or 'auto'")
    return chosen


def classify_model(name: str) -> Literal["preset", "folder", "hub"]:
    """Return what a model name stands for: a preset, a local folder, or a hub id.

    Raises:
        BadModelError: a name close to a preset's, a path that is not there, or an unfit folder.
    """
    if name in PRESETS:
        return "preset"
    path = Path(name).expanduser()
    if path.is_dir():
        _check_folder(path)
        return "folder"
    if path.exists():
        raise BadModelError(f"model '{name}' is a file; give the folder that holds the weights and the tokenizer")
    looks_like_path = name.startswith((".", "~", os.sep)) or name.endswith(os.sep) or name.count("/") > 1 or (os.sep != "/" and os.sep in name)
    if looks_like_path:
        raise BadModelError(f"model folder '{name}' is not there; give an existing folder, a hub id, or {_preset_list()}")
    nearest = difflib.get_close_matches(name.lower(), PRESETS, n=1, cutoff=0.7)
    if nearest or (name.startswith("tiny-") and "/" not in name):
        nearest = nearest or difflib.get_close_matches(name, PRESETS, n=1, cutoff=0.0)
        raise BadModelError(f"there is no preset '{name}'; the nearest is '{nearest[0]}' (all: {_preset_list()})")
    return "hub"


def _preset_list() -> str:
    return "a preset (" + ", ".join(PRESETS) + ")"


def _check_folder(path: Path) -> None:
    if not any(next(path.glob(pattern), None) for pattern in WEIGHT_FILES):
        raise BadModelError(
            f"model folder '{path}' has no weights (looked for {', '.join(WEIGHT_FILES[:2])}); "
            "if it is a run directory, give the model folder inside it"
        )
    if not (path / "config.json").exists() and not (path / "adapter_config.json").exists():
        raise BadModelError(f"model folder '{path}' has no config.json; it says what architecture the weights belong to")


def has_tokenizer(folder: Path) -> bool:
    """Return whether the folder holds a tokenizer's files."""
    return any((folder / file).exists() for file in TOKENIZER_FILES)


def load_tokenizer(config: ModelConfig) -> PreTrainedTokenizerBase:
    """Load a tokenizer that stands in a folder or on the hub, and see to it that it has pad and end tokens.

    Raises:
        BadModelError: there is none.
    """
    name = config.tokenizer or config.model
    path = Path(name).expanduser()
    if path.is_dir():
        if not has_tokenizer(path):
            raise BadModelError(
                f"model folder '{name}' has no tokenizer (looked for {', '.join(TOKENIZER_FILES[:3])}, ...); "
                "save one into it, or name another with the key 'tokenizer'"
            )
        name = str(path)
    tokenizer = _load(AutoTokenizer, name)
    if tokenizer.eos_token_id is None:
        raise BadModelError(f"the tokenizer of '{name}' has no end token (eos_token), so no reply could end")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


@contextlib.contextmanager
def quiet_bars() -> Iterator[None]:
    """Keep `transformers` from drawing its own bars for loading and saving."""
    was_enabled = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_enabled:
            transformers_logging.enable_progress_bar()


@contextlib.contextmanager
def _quiet_report() -> Iterator[None]:
    """Keep `transformers` from listing the heads that a critic's body leaves out; what is missing is found by the caller."""
    level = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)


def _load(auto_class: Any, name: str, **options: Any) -> Any:
    try:
        with quiet_bars():
            return auto_class.from_pretrained(name, **options)
    except _LOAD_ERRORS as error:
        reason = " ".join(str(error).split())[:400]
        if Path(name).is_dir():
            raise BadModelError(f"model folder '{name}' does not load: {reason}") from error
        raise BadModelError(
            f"'{name}' is neither a local folder nor a preset ({', '.join(PRESETS)}), and as a hub id it cannot be reached: "
            f"{reason}. Check the name and the network, or download it and give its folder"
        ) from error


def torch_dtype(config: ModelConfig) -> torch.dtype | str:
    """Return the config's number format as `from_pretrained` takes it."""
    return "auto" if config.dtype == "auto" else getattr(torch, config.dtype)


def load_base(
    config: ModelConfig, *, corpus: Sequence[str] | None = None, is_critic: bool = False
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load or build the model and its tokenizer, on the CPU and without LoRA.

    A critic's body is an encoder-decoder without the language-model head; every other model has the head.

    A folder that holds adapters only is loaded with the base model its ``adapter_config.json`` names.

    Raises:
        BadModelError: see the module's messages.
    """
    kind = classify_model(config.model)
    if kind == "preset":
        return _load_preset(config, corpus, is_critic=is_critic)
    path = Path(config.model).expanduser()
    name = str(path) if kind == "folder" else config.model
    tokenizer = load_tokenizer(config)
    if (path / "adapter_config.json").exists() and not (path / "config.json").exists():
        if is_critic:
            raise BadModelError(f"model folder '{name}' holds adapters only; save it with its weights merged to make a critic of it")
        return _load_adapted(name, config), tokenizer
    return _load_weights(name, config, is_critic=is_critic), tokenizer


def _load_preset(
    config: ModelConfig, corpus: Sequence[str] | None, *, is_critic: bool
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    if is_critic and config.model != "tiny-t5":
        raise BadModelError(_CRITIC_BODY.format(name=config.model))
    if config.tokenizer is not None:
        tokenizer = load_tokenizer(config)
    elif corpus is None:
        raise BadModelError(
            f"preset '{config.model}' trains its tokenizer on a corpus: pass corpus=tokenizer_corpus(problems), "
            "or name a tokenizer folder with the key 'tokenizer'"
        )
    else:
        tokenizer = train_tokenizer(corpus, vocabulary_size=config.sizes.vocabulary_size)
    model = build_preset(config, tokenizer, is_critic=is_critic)
    return (model if config.dtype == "auto" else model.to(torch_dtype(config))), tokenizer


def _load_weights(name: str, config: ModelConfig, *, is_critic: bool = False) -> PreTrainedModel:
    is_encoder_decoder = _load(AutoConfig, name).is_encoder_decoder
    if is_critic and not is_encoder_decoder:
        raise BadModelError(_CRITIC_BODY.format(name=name))
    with_head = AutoModelForSeq2SeqLM if is_encoder_decoder else AutoModelForCausalLM
    auto_class = AutoModel if is_critic else with_head
    with _quiet_report() if is_critic else contextlib.nullcontext():
        model, found = _load(auto_class, name, dtype=torch_dtype(config), output_loading_info=True)
    lacking = sorted([*found["missing_keys"], *(str(key) for key in found["mismatched_keys"])])
    if lacking:
        raise BadModelError(
            f"model '{name}' does not load: {len(lacking)} of its weights are missing or of another shape, "
            f"the first being {lacking[0]}; the weights do not belong to its config.json, or were not written to the end"
        )
    return model


def _load_adapted(name: str, config: ModelConfig) -> PreTrainedModel:
    peft = import_peft()
    base_name = peft.PeftConfig.from_pretrained(name).base_model_name_or_path
    if not base_name:
        raise BadModelError(f"model folder '{name}' holds adapters only and does not name their base model")
    return peft.PeftModel.from_pretrained(_load_weights(base_name, config), name, is_trainable=config.lora is not None)


def import_peft() -> Any:
    """Return the module ``peft``.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import peft
    except ImportError as error:
        raise MissingExtraError("peft", extra="train") from error
    return peft


def add_lora(model: Any, config: ModelConfig, *, task: str) -> Any:
    """Return the model with fresh adapters as its only trainable weights; the model itself where none are asked for.

    Raises:
        BadModelError: no layer has the names in ``lora.target_modules``, or peft knows none for this architecture.
    """
    if config.lora is None or hasattr(model, "peft_config"):
        return model
    peft = import_peft()
    modules = config.lora.target_modules
    settings = peft.LoraConfig(
        task_type=task,
        r=config.lora.rank,
        lora_alpha=config.lora.alpha,
        lora_dropout=config.lora.dropout,
        target_modules=list(modules) if modules else None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.init_seed)
        try:
            return peft.get_peft_model(model, settings)
        except ValueError as error:
            raise BadModelError(f"LoRA does not fit '{config.model}': {error}; set lora.target_modules") from error


def load_policy(
    config: ModelConfig, *, corpus: Sequence[str] | None = None, device: str | torch.device | None = "auto"
) -> TransformersPolicy:
    """Load or build a policy.

    Args:
        config: which model.
        corpus: texts a preset's tokenizer is trained on (`tokenizer_corpus(problems)`); not used otherwise.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ...

    Raises:
        BadModelError: the folder is missing or lacks weights, config or tokenizer; the preset is unknown; the hub id
            cannot be reached; LoRA does not fit.
    """
    chosen, config = resolve_device(device), with_saved_limits(config)
    folder = Path(config.model).expanduser()
    if (folder / CRITIC_FILE).exists() or read_released_head(folder) is not None:
        raise BadModelError(f"model folder '{config.model}' holds a critic, which writes no programs; give a policy's folder")
    model, tokenizer = load_base(config, corpus=corpus)
    task = "SEQ_2_SEQ_LM" if model.config.is_encoder_decoder else "CAUSAL_LM"
    model = add_lora(model, config, task=task)
    return TransformersPolicy(model=model.to(chosen).eval(), tokenizer=tokenizer, config=config)


def save_policy(policy: TransformersPolicy, folder: str | Path, *, merge_lora: bool = True) -> Path:
    """Write weights, config and tokenizer; `load_policy` reads the folder back, and so does any tool of the trade.

    Args:
        policy: left as it is.
        folder: made if missing.
        merge_lora: add LoRA's adapters into the weights (needs memory for a second copy of the model). Otherwise only
            the adapters are written, and the base model must stay where it is.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with quiet_bars():
        (merged(policy.model) if merge_lora else policy.model).save_pretrained(folder)
    policy.tokenizer.save_pretrained(folder)
    write_limits(policy.config, folder)
    return folder


def merged(model: Any) -> Any:
    """Return the model with LoRA's adapters added into a copy of its weights; one without adapters is returned as it is."""
    return copy.deepcopy(model).merge_and_unload() if hasattr(model, "peft_config") else model
