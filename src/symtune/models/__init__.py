"""Policies and critics: config, prompt, loading, encoding, decoding, log-probabilities.

`ModelConfig`, `build_prompt`, `extract_source` and the protocols import no torch. The other names load it when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from symtune.errors import MissingExtraError
from symtune.models.config import (
    PRESETS,
    BackendConfig,
    DtypeName,
    LoraConfig,
    ModelConfig,
    PresetSizes,
    with_saved_limits,
)
from symtune.models.presets import tokenizer_corpus
from symtune.models.prompt import build_prompt, extract_source
from symtune.models.protocols import ChatPolicy, ChatRequest, Critic, Message, Policy, Reply, Request, SamplingSettings

if TYPE_CHECKING:
    from symtune.models.backends import load_chat_policy
    from symtune.models.critic import CriticOutput, TransformersCritic, load_critic, save_critic
    from symtune.models.encoding import IGNORED, PairCollator, encode_pair, encode_pairs
    from symtune.models.loading import load_policy, resolve_device, save_policy
    from symtune.models.log_probs import label_log_probs, sequence_log_probs, sequence_logits
    from symtune.models.policy import TransformersPolicy

_ROOM = {
    "backends": ("load_chat_policy",),
    "critic": ("CriticOutput", "TransformersCritic", "load_critic", "save_critic"),
    "encoding": ("IGNORED", "PairCollator", "encode_pair", "encode_pairs"),
    "loading": ("load_policy", "resolve_device", "save_policy"),
    "log_probs": ("label_log_probs", "sequence_log_probs", "sequence_logits"),
    "policy": ("TransformersPolicy",),
}
_MODULE_OF = {name: module for module, names in _ROOM.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import the module of a name that needs torch.

    Raises:
        MissingExtraError: torch or transformers is not installed.
    """
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_MODULE_OF[name]}")
    except ModuleNotFoundError as error:
        if error.name and not error.name.startswith("symtune"):
            raise MissingExtraError(error.name.partition(".")[0], extra="train") from error
        raise
    return getattr(module, name)


__all__ = [
    "IGNORED", "PRESETS", "BackendConfig", "ChatPolicy", "ChatRequest", "Critic", "CriticOutput", "DtypeName", "LoraConfig", "Message", "ModelConfig", "PairCollator", "Policy",
    "PresetSizes", "Reply", "Request", "SamplingSettings", "TransformersCritic", "TransformersPolicy", "build_prompt",
    "encode_pair", "encode_pairs", "extract_source", "label_log_probs", "load_chat_policy", "load_critic", "load_policy", "resolve_device",
    "save_critic", "save_policy", "sequence_log_probs", "sequence_logits", "tokenizer_corpus", "with_saved_limits",
]  # fmt: skip
