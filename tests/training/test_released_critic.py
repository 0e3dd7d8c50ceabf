"""CodeRL's released critic goes through every stage that takes a critic."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

from coderl_release import Release
from training_toys import SIZES

from symtune.errors import BadModelError
from symtune.models import ModelConfig, load_critic, load_policy, save_policy, tokenizer_corpus
from symtune.training import CoderlConfig, CriticConfig, evaluate_critic, train_coderl, train_critic


@pytest.fixture(scope="module")
def folders(toy, tmp_path_factory):
    """A policy that is not trained, and a released critic that reads with its tokenizer."""
    root = tmp_path_factory.mktemp("released")
    policy = load_policy(ModelConfig(model="tiny-t5", sizes=SIZES), corpus=tokenizer_corpus(toy.problems), device="cpu")
    save_policy(policy, root / "policy")
    return str(root / "policy"), str(Release(len(policy.tokenizer)).write(root / "critic"))


def test_it_is_trained_further(toy, folders, tmp_path):
    policy, critic = folders
    model = ModelConfig(model=critic, tokenizer=policy)
    train_critic(CriticConfig(model=model, max_steps=1, batch_size=4, device="cpu"), **toy.given(), out=tmp_path)
    old, new = load_critic(model, device="cpu").head, load_critic(ModelConfig(model=str(tmp_path / "model")), device="cpu").head
    difference = (new[0].weight - old[0].weight).abs().max().item()
    assert 0 < difference < 1e-3  # one step at 2e-5 from the released weights, not a new head

    found = evaluate_critic(tmp_path, **toy.given(), device="cpu")
    start = evaluate_critic(critic, **toy.given(), device="cpu", model=model)
    for trained, released in zip(found.probabilities, start.probabilities, strict=True):
        assert trained == pytest.approx(released, abs=0.01)


def test_it_weighs_the_tokens_of_a_policy(toy, folders, tmp_path):
    policy, critic = folders
    config = CoderlConfig(model=ModelConfig(model=policy), max_steps=1, batch_size=4, device="cpu")
    with pytest.raises(BadModelError, match="'critic_tokenizer'"):
        train_coderl(config, **toy.given(), critic=critic, out=tmp_path / "without")
    config = config.model_copy(update={"critic_tokenizer": policy})
    train_coderl(config, **toy.given(), critic=critic, out=tmp_path / "with")
    lines = (tmp_path / "with" / "records" / "token_values.jsonl").read_text().splitlines()
    rows = [json.loads(line)["token_values"] for line in lines]
    assert rows
    assert all(0 < value < 1 for row in rows for value in row)
