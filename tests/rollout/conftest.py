from __future__ import annotations

import pytest

pytest.importorskip("torch")

from symtune.domain import Problem
from symtune.models import ModelConfig, PresetSizes, load_policy, tokenizer_corpus

SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=400)


@pytest.fixture(scope="session")
def problems() -> list[Problem]:
    return [
        Problem(id=f"p{index}", statement="word " * (index + 1), references=(f"print({index})\n",)) for index in range(6)
    ]


@pytest.fixture(scope="session")
def config() -> ModelConfig:
    return ModelConfig(model="tiny-t5", sizes=SIZES, max_target_tokens=20)


@pytest.fixture(scope="session")
def policy(problems, config):
    return load_policy(config, corpus=tokenizer_corpus(problems), device="cpu")
