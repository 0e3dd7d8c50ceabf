"""Writes a tiny critic in the layout of CodeRL's released one, and computes what its formula gives."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import T5Config, T5ForConditionalGeneration

HIDDEN_SIZE = 32
NO_FLAG = "absent"


class Release:
    """A T5 with a language-model head and, beside it, the head over four outcomes.

    Attributes:
        is_scaled: whether hidden states are multiplied by D^(-1/2) before the heads.
    """

    def __init__(self, num_tokens: int, *, tie_word_embeddings: bool | str = NO_FLAG) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            config = T5Config(
                vocab_size=num_tokens, d_model=HIDDEN_SIZE, d_kv=8, d_ff=48, num_layers=2, num_heads=4, decoder_start_token_id=0,
                dropout_rate=0.1, feed_forward_proj="relu",
            )  # fmt: skip
            self.model = T5ForConditionalGeneration(config).eval()
            self.head = nn.Sequential(nn.Linear(HIDDEN_SIZE, 128), nn.ReLU(), nn.Linear(128, 4))
        self.flag = tie_word_embeddings
        self.is_scaled = tie_word_embeddings is not False

    def write(self, folder: Path, *, file_format: str = "zip") -> Path:
        """Write config.json and the weights; no tokenizer."""
        folder.mkdir()
        form = self.model.config.to_dict() | {"architectures": ["T5ForConditionalGeneration"], "transformers_version": "4.16.1"}
        del form["tie_word_embeddings"], form["scale_decoder_outputs"]
        form |= {} if self.flag == NO_FLAG else {"tie_word_embeddings": self.flag}
        (folder / "config.json").write_text(json.dumps(form))
        weights = {name: weight.detach().clone() for name, weight in self.model.state_dict().items()}
        weights |= {f"error_head.{name}": weight.detach() for name, weight in self.head.state_dict().items()}
        if file_format == "safetensors":
            save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        else:
            torch.save(weights, folder / "pytorch_model.bin", _use_new_zipfile_serialization=file_format == "zip")
        return folder

    @torch.no_grad()
    def logits(self, input_ids: list[int], labels: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return [T, 4] and its maximum over the positions [4], of one example that needs no padding and no mask."""
        read = self.model.encoder(input_ids=torch.tensor([input_ids])).last_hidden_state
        start = self.model.config.decoder_start_token_id
        hidden = self.model.decoder(input_ids=torch.tensor([[start, *labels[:-1]]]), encoder_hidden_states=read).last_hidden_state
        states = self.head(hidden * HIDDEN_SIZE**-0.5 if self.is_scaled else hidden)[0]
        return states, states.max(0).values
