"""The head of CodeRL's released critic, found in the weights of its folder.

The folder is what `save_pretrained` wrote of an encoder-decoder with one more module: ``config.json``, ``pytorch_model.bin``,
no tokenizer. The head's weights stand beside the body's under ``error_head.0`` (D -> 128) and ``error_head.2`` (128 -> 4);
its four classes are the outcomes by rank.

Source: Le et al. 2022 (CodeRL), the T5 of its public repository: before the head, hidden states are multiplied by
    D^(-1/2) when ``tie_word_embeddings`` is true, which it is where config.json does not say.
Differs: the factor is multiplied into the first layer's weight on loading, W1 (H / sqrt(D)) = (W1 / sqrt(D)) H, so a head
    of either origin reads the same hidden states.
"""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from symtune.errors import BadModelError

RELEASED_TOKENIZER = "Salesforce/codet5-base"
"""Hub id of the tokenizer the released critic reads with."""

_PREFIX = "error_head."
_HEAD_NAMES = ("0.bias", "0.weight", "2.bias", "2.weight")
_READ_ERRORS = (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError, SafetensorError)


def read_released_head(folder: Path) -> dict[str, Tensor] | None:
    """Return the head of a critic in CodeRL's layout, by its names in `torch.nn.Sequential`; None where there is none.

    The weights are float32, and the first layer's has the factor D^(-1/2) in it where the checkpoint asks for one.

    Raises:
        BadModelError: the weights or config.json cannot be read, or only a part of the head is there.
    """
    try:
        found = {name.removeprefix(_PREFIX): weight.float() for name, weight in _read_weights(folder).items()}
        if not found:
            return None
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except _READ_ERRORS as error:
        reason = " ".join(str(error).split())[:400]
        raise BadModelError(f"model folder '{folder}' does not load: {reason}") from error
    if tuple(sorted(found)) != _HEAD_NAMES or found["0.weight"].ndim != 2:
        raise BadModelError(
            f"critic folder '{folder}': its weights hold {', '.join(_PREFIX + name for name in sorted(found))}; "
            f"the head of a critic of CodeRL's is {', '.join(_PREFIX + name for name in _HEAD_NAMES)}"
        )
    # The raw file is asked: `transformers` sets the flag to true for every T5 it loads.
    if config.get("tie_word_embeddings", True):
        found["0.weight"] = found["0.weight"] * found["0.weight"].shape[1] ** -0.5
    return found


def _read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the weights whose names start with the head's; the others stay on the disk where the format allows it."""
    path = folder / "model.safetensors"  # `transformers` too takes it first
    if path.is_file():
        with safe_open(path, framework="pt") as weights:
            return {name: weights.get_tensor(name) for name in weights.keys() if name.startswith(_PREFIX)}  # noqa: SIM118
    path = folder / "pytorch_model.bin"
    if not path.is_file():
        return {}
    weights = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    return {name: weight.clone() for name, weight in weights.items() if name.startswith(_PREFIX)}
