from __future__ import annotations

import pytest

pytest.importorskip("torch")

from symtune.domain import Problem
from symtune.models import ModelConfig, PresetSizes, load_critic, load_policy, tokenizer_corpus

SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=400)

PROBLEMS = (
    Problem(
        id="add",
        statement="Add two numbers and return the sum.",
        entry_point="add",
        starter_code="def add(a: int, b: int) -> int:\n",
        references=("def add(a, b):\n    return a + b\n", "def add(a, b):\n    return sum([a, b])\n"),
    ),
    Problem(
        id="echo",
        statement="Read one line and print it twice, each time on a line of its own, whatever it holds.",
        references=("line = input()\nfor _ in range(2):\n    print(line)\n",),
    ),
    Problem(
        id="evens",
        statement="Keep the even numbers of a list.",
        entry_point="Solution.evens",
        references=("class Solution:\n    def evens(self, xs):\n        return [x for x in xs if x % 2 == 0]\n",),
    ),
)


def preset(name: str, **changes) -> ModelConfig:
    return ModelConfig(model=name, sizes=SIZES, **changes)


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    return tokenizer_corpus(PROBLEMS)


@pytest.fixture(scope="session")
def problems() -> tuple[Problem, ...]:
    return PROBLEMS


@pytest.fixture(scope="session", params=["tiny-t5", "tiny-llama"])
def policy(request, corpus):
    policy = load_policy(preset(request.param), corpus=corpus, device="cpu")
    for name, weight in policy.model.named_parameters():
        if name.endswith(("q_proj.weight", "k_proj.weight")):  # Llama starts with even attention, blind to positions
            weight.data.mul_(10)
    return policy


@pytest.fixture(scope="session")
def t5(corpus):
    return load_policy(preset("tiny-t5"), corpus=corpus, device="cpu")


@pytest.fixture(scope="session")
def critic(corpus):
    return load_critic(preset("tiny-t5"), corpus=corpus, device="cpu")


@pytest.fixture(scope="session")
def make_config():
    return preset
