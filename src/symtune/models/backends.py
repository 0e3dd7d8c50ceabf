"""From a config to a policy that answers in dialogues. A new backend is one file and one branch here. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from symtune.models.config import ModelConfig
from symtune.models.protocols import ChatPolicy


def load_chat_policy(config: ModelConfig, *, corpus: Sequence[str] | None = None, device: str | None = "auto") -> ChatPolicy:
    """Load the policy of ``config.backend.name``; whether its dialogues can be played is known before it returns.

    Args:
        config: which model, and what runs it.
        corpus: texts a preset's tokenizer is trained on; not used otherwise.
        device: for the backend ``transformers``: ``auto``, ``cpu``, ``cuda``, ...

    Raises:
        BadModelError: the model does not load, is an encoder-decoder, or has a chat template that does not keep earlier turns.
        BackendError: vLLM does not load the model.
        MissingExtraError: the backend's package is not installed.
    """
    if config.backend.name == "openai":
        from symtune.models.openai_policy import OpenAIPolicy

        return OpenAIPolicy(config)
    if config.backend.name == "vllm":
        from symtune.models.vllm_policy import VllmPolicy

        return VllmPolicy(config)
    from symtune.models.loading import load_policy

    policy = load_policy(config, corpus=corpus, device=device)
    policy.check_dialogues()
    return policy
