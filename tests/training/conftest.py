"""Fixtures of the training tests: the toy data, and models warmed up on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

sys.path.insert(0, str(Path(__file__).parent))

from training_toys import SIZES, Toy, make_toy

from symtune.models import ModelConfig


@pytest.fixture(scope="session")
def toy() -> Toy:
    return make_toy()


@pytest.fixture(scope="session")
def warm(toy, tmp_path_factory) -> dict[str, Path]:
    """A warmed-up policy of each family, and a critic that shares the encoder-decoder's tokens."""
    from symtune.training import CriticConfig, SftConfig, train_critic, train_sft

    folder = tmp_path_factory.mktemp("warm")
    made = {}
    for family in ("tiny-t5", "tiny-llama"):
        config = SftConfig(
            model=ModelConfig(model=family, sizes=SIZES), learning_rate=5e-3, num_epochs=15, batch_size=6, device="cpu"
        )
        train_sft(config, problems=toy.problems, validation=None, out=folder / family)
        made[family] = folder / family / "model"
    critic_config = CriticConfig(
        model=ModelConfig(model="tiny-t5", sizes=SIZES, tokenizer=str(made["tiny-t5"])),
        learning_rate=5e-3, num_epochs=12, batch_size=12, device="cpu", held_out_fraction=0.2,
    )  # fmt: skip
    train_critic(critic_config, **toy.given(), out=folder / "critic")
    made["critic"] = folder / "critic" / "model"
    return made
