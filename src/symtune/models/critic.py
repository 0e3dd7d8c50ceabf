"""TransformersCritic: foretells the outcome of a program for a problem, and at every token on the way.

Shapes: B programs, S prompt tokens, T program tokens, D hidden size; 4 outcomes, numbered by rank.

    H = decoder(w_<t | encoder(problem))   [B, T, D]
    token_logits = W2 ReLU(W1 H + b1) + b2  [B, T, 4]     W1: D -> 128, W2: 128 -> 4
    logits[b, c] = max over t with mask[b, t] = 1 of token_logits[b, t, c]

Source: Le et al. 2022 (CodeRL), section 3.2 and its released model.
Differs: the maximum runs over the program's own positions only (the released code lets padding take part), and the
encoder's padding is masked. The position of a label sees the tokens before it; the end token is a label, so the last
position sees the whole program.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from symtune.errors import BadModelError
from symtune.models.config import ModelConfig, with_saved_limits, write_limits
from symtune.models.encoding import PairCollator, encode_pairs
from symtune.models.loading import CRITIC_FILE, add_lora, has_tokenizer, load_base, merged, quiet_bars, resolve_device
from symtune.models.policy import start_token_id
from symtune.models.released_critic import RELEASED_TOKENIZER, read_released_head

NUM_OUTCOMES = 4
HEAD_SIZE = 128
HEAD_FILE = "critic_head.safetensors"


@dataclass
class CriticOutput:
    """``token_logits`` [B, T, 4] and, pooled over the program's positions, ``logits`` [B, 4]."""

    token_logits: Tensor
    logits: Tensor


def masked_max(token_logits: Tensor, mask: Tensor) -> Tensor:
    """Return the maximum over the positions whose mask is 1: [B, T, 4] and [B, T] to [B, 4]."""
    floor = torch.finfo(token_logits.dtype).min
    return token_logits.masked_fill(~mask.bool().unsqueeze(-1), floor).amax(dim=1)


class TransformersCritic(nn.Module):
    """An encoder-decoder body with a head of two layers over every decoder position.

    Attributes:
        body: encoder-decoder without a language-model head.
        head: Linear(D, 128), ReLU, Linear(128, 4).
        tokenizer, config: as in a policy, so `encode_pairs` and `PairCollator.of` take a critic too.
    """

    def __init__(self, body: Any, tokenizer: PreTrainedTokenizerBase, config: ModelConfig) -> None:
        super().__init__()
        self.body = body
        self.tokenizer = tokenizer
        self.config = config
        hidden_size = body.config.hidden_size
        self.head = nn.Sequential(nn.Linear(hidden_size, HEAD_SIZE), nn.ReLU(), nn.Linear(HEAD_SIZE, NUM_OUTCOMES))

    @property
    def is_encoder_decoder(self) -> bool:
        """True: no other body is taken."""
        return True

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.head[0].weight.device

    @property
    def start_token_id(self) -> int:
        """The token the decoder starts from."""
        return start_token_id(self.body, self.tokenizer)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        decoder_input_ids: Tensor,
        decoder_attention_mask: Tensor,
    ) -> CriticOutput:
        """Score every position of the programs and each program as a whole.

        Args:
            input_ids, attention_mask: the prompts [B, S]; the mask is not optional, or padding would be read.
            decoder_input_ids: the programs moved right by one [B, T], as `PairCollator` makes them.
            decoder_attention_mask: [B, T], 1 at the positions whose label is the program's.
        """
        hidden = self.body(
            input_ids=input_ids,
            attention_mask=attention_mask,
            decoder_input_ids=decoder_input_ids,
            decoder_attention_mask=decoder_attention_mask,
            use_cache=False,
        ).last_hidden_state
        token_logits = self.head(hidden.to(self.head[0].weight.dtype))
        return CriticOutput(token_logits, masked_max(token_logits, decoder_attention_mask))

    @torch.inference_mode()
    def predict(self, prompts: Sequence[str], sources: Sequence[str], *, batch_size: int = 16) -> list[list[float]]:
        """Return per program the probabilities of the four outcomes, by rank."""
        examples = encode_pairs(self, prompts, sources)
        collate = PairCollator.of(self)
        was_training = self.training
        self.eval()
        rows: list[list[float]] = []
        for start in range(0, len(examples), batch_size):
            batch = collate(examples[start : start + batch_size])
            batch.pop("labels")
            output = self(**{key: value.to(self.device) for key, value in batch.items()})
            rows.extend(output.logits.float().softmax(-1).tolist())
        self.train(was_training)
        return rows


def load_critic(
    config: ModelConfig, *, corpus: Sequence[str] | None = None, device: str | torch.device | None = "auto"
) -> TransformersCritic:
    """Load an earlier critic, or make a new one on a base model or preset.

    A folder written by `save_critic` gives that critic, head included; so does CodeRL's released critic, whose folder
    has no tokenizer: name it in ``config.tokenizer``. Any other model gives its encoder and decoder under a new head
    drawn from ``config.init_seed``.

    Raises:
        BadModelError: as `load_policy`; and for a decoder-only body, which has no encoder to read the problem.
    """
    chosen, config = resolve_device(device), with_saved_limits(config)
    folder = Path(config.model).expanduser()
    head = _read_head(folder, config)
    body, tokenizer = load_base(config, corpus=corpus, is_critic=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.init_seed)
        critic = TransformersCritic(add_lora(body, config, task="FEATURE_EXTRACTION"), tokenizer, config)
    if head is not None:
        try:
            critic.head.load_state_dict(head)
        except RuntimeError as error:
            raise BadModelError(f"critic folder '{folder}': its head does not load: {error}") from error
    return critic.to(chosen).eval()


def _read_head(folder: Path, config: ModelConfig) -> dict[str, Tensor] | None:
    """Return the head that the folder holds, of this package's or of CodeRL's making; None where it holds none."""
    if (folder / CRITIC_FILE).exists():
        if not (folder / HEAD_FILE).exists():
            raise BadModelError(f"critic folder '{folder}' has no {HEAD_FILE}; it was not written to the end")
        try:
            return load_file(folder / HEAD_FILE)
        except SafetensorError as error:
            raise BadModelError(f"critic folder '{folder}': {HEAD_FILE} does not load: {error}") from error
    head = read_released_head(folder)
    if head is not None and config.tokenizer is None and not has_tokenizer(folder):
        raise BadModelError(
            f"critic folder '{folder}' holds a critic as CodeRL released it, without a tokenizer; name the one it was trained "
            f"with, '{RELEASED_TOKENIZER}' or a folder that holds it, with the key 'tokenizer' of the model "
            "(where a stage takes a critic: 'critic_tokenizer')"
        )
    return head


def save_critic(critic: TransformersCritic, folder: str | Path) -> Path:
    """Write body (LoRA merged), head and tokenizer; `load_critic` reads the folder back."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with quiet_bars():
        merged(critic.body).save_pretrained(folder)
    critic.tokenizer.save_pretrained(folder)
    write_limits(critic.config, folder)
    (folder / CRITIC_FILE).write_text(json.dumps({"schema": 1, "num_outcomes": NUM_OUTCOMES, "head_size": HEAD_SIZE}) + "\n")
    head = {name: weight.detach().cpu().contiguous() for name, weight in critic.head.state_dict().items()}
    save_file(head, folder / HEAD_FILE)
    return folder
