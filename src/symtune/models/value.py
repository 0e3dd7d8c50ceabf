"""ValueNetwork: a decoder-only body with a linear head, which reads a value at every token.

Shapes: B rows, T tokens, D hidden size.

    V[b, t] = w . h[b, t] + c        h: the body's last hidden states [B, T, D]

Source: Gehring et al. 2024 (RLEF), section 3.2: a separate network from the same initial model, with a random linear head.
Differs: how the head is drawn is not stated; here as `torch.nn.Linear` draws it, from ``init_seed``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from symtune.errors import BadModelError
from symtune.models.config import ModelConfig, with_saved_limits
from symtune.models.loading import add_lora, load_base, merged, resolve_device


class ValueNetwork(nn.Module):
    """A body without its language-model head, and Linear(D, 1) over every position.

    Attributes:
        body: gives ``last_hidden_state``; perhaps wrapped by LoRA.
        head: Linear(D, 1) in float32.
    """

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(body.config.get_text_config().hidden_size, 1, dtype=torch.float32)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the values [B, T], float32, of rows padded on either side.

        The head is computed in float32 under mixed precision too: bfloat16 would leave a return of 1 three digits.
        """
        hidden = self.body(input_ids=input_ids, attention_mask=attention_mask, use_cache=False).last_hidden_state
        with torch.autocast(hidden.device.type, enabled=False):
            return self.head(hidden.float()).squeeze(-1).clone()  # not a view: sharded networks warn of one

    def activation_checkpointing_enable(self) -> None:
        """Recompute the body's activations in the backward pass."""
        self.body.activation_checkpointing_enable()


def load_value_network(
    config: ModelConfig, *, corpus: Sequence[str] | None = None, device: str | torch.device | None = "auto"
) -> ValueNetwork:
    """Load or build the network of values that belongs to a policy: the same first weights, none of them shared.

    With ``config.lora`` the body is frozen and gets adapters of its own; the head is always trained.

    Args:
        config: the policy's.
        corpus: as in `load_policy`.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ...

    Raises:
        BadModelError: the model does not load, or is an encoder-decoder.
    """
    chosen, config = resolve_device(device), with_saved_limits(config)
    model, _ = load_base(config, corpus=corpus)
    refuse_encoder_decoder(model, config)
    body = merged(model).base_model
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.init_seed)
        network = ValueNetwork(body)
    network.body = add_lora(body, config, task="FEATURE_EXTRACTION")
    return network.to(chosen).eval()


def refuse_encoder_decoder(model: Any, config: ModelConfig) -> None:
    """Refuse a model that reads the prompt in an encoder.

    Raises:
        BadModelError: it does.
    """
    if model.config.is_encoder_decoder:
        raise BadModelError(
            f"'{config.model}' is an encoder-decoder; in a dialogue the replies are part of the next prompt, which such a model would "
            "read again in its encoder: use a decoder-only model, such as tiny-llama or any chat model"
        )
