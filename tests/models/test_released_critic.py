"""CodeRL's released critic is read as it is: its folder layout, its factor, its classes."""

from __future__ import annotations

import pytest
import torch
from coderl_release import HIDDEN_SIZE, NO_FLAG, Release

from symtune.errors import BadModelError
from symtune.models import (
    ModelConfig,
    PairCollator,
    build_prompt,
    encode_pairs,
    load_critic,
    load_policy,
    save_critic,
    save_policy,
)

FLOAT_NOISE = 1e-5
"""Padding, and the factor in the weight instead of in the hidden state, round otherwise; logits are of size 1."""


@pytest.fixture(scope="module")
def tokenizer(t5, tmp_path_factory) -> str:
    return str(save_policy(t5, tmp_path_factory.mktemp("tokenizer") / "policy"))


@pytest.fixture
def write_release(t5, tmp_path):
    def write(*, flag: bool | str = NO_FLAG, file_format: str = "zip"):
        release = Release(len(t5.tokenizer), tie_word_embeddings=flag)
        return release, release.write(tmp_path / "released", file_format=file_format)

    return write


@torch.no_grad()
def outputs_of(critic, problems):
    examples = encode_pairs(critic, [build_prompt(p) for p in problems], [p.references[0] for p in problems])
    batch = PairCollator.of(critic)(examples)
    batch.pop("labels")
    return examples, critic(**batch)


@pytest.mark.parametrize(
    ("flag", "file_format"), [(NO_FLAG, "zip"), (True, "zip"), (False, "zip"), (NO_FLAG, "legacy"), (False, "safetensors")]
)
def test_the_logits_are_those_of_the_released_formula(write_release, tokenizer, problems, flag, file_format):
    release, folder = write_release(flag=flag, file_format=file_format)
    critic = load_critic(ModelConfig(model=str(folder), tokenizer=tokenizer), device="cpu")
    examples, output = outputs_of(critic, problems)
    for row, example in enumerate(examples):
        token_logits, logits = release.logits(example["input_ids"], example["labels"])
        torch.testing.assert_close(output.token_logits[row, : len(token_logits)], token_logits, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)
        torch.testing.assert_close(output.logits[row], logits, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)
        release.is_scaled = not release.is_scaled
        assert (release.logits(example["input_ids"], example["labels"])[1] - logits).abs().max() > 100 * FLOAT_NOISE
        release.is_scaled = not release.is_scaled


def test_the_factor_is_folded_in_once_only(write_release, tokenizer, problems, tmp_path):
    release, folder = write_release()
    first = load_critic(ModelConfig(model=str(folder), tokenizer=tokenizer), device="cpu")
    torch.testing.assert_close(first.head[0].weight.detach(), release.head[0].weight.detach() * HIDDEN_SIZE**-0.5)
    second = load_critic(ModelConfig(model=str(save_critic(first, tmp_path / "saved"))), device="cpu")
    old, new = first.state_dict(), second.state_dict()
    assert old.keys() == new.keys()
    assert all(torch.equal(old[name], new[name]) for name in old)
    assert torch.equal(outputs_of(first, problems)[1].logits, outputs_of(second, problems)[1].logits)


def test_a_missing_tokenizer_is_named(write_release):
    _, folder = write_release()
    with pytest.raises(BadModelError, match=r"without a tokenizer.*'Salesforce/codet5-base'.*key 'tokenizer'"):
        load_critic(ModelConfig(model=str(folder)), device="cpu")


def test_a_tokenizer_laid_into_the_folder_is_taken(write_release, t5, problems):
    release, folder = write_release()
    t5.tokenizer.save_pretrained(folder)
    critic = load_critic(ModelConfig(model=str(folder)), device="cpu")
    examples, output = outputs_of(critic, problems[:1])
    expected = release.logits(examples[0]["input_ids"], examples[0]["labels"])[1]
    torch.testing.assert_close(output.logits[0], expected, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)


def test_a_released_critic_is_no_policy(write_release, tokenizer):
    _, folder = write_release()
    with pytest.raises(BadModelError, match="holds a critic"):
        load_policy(ModelConfig(model=str(folder), tokenizer=tokenizer), device="cpu")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda weights: weights.pop("error_head.2.bias"), r"the head of a critic of CodeRL's is .*error_head.2.bias"),
        (lambda weights: weights.update({"error_head.0.weight": torch.zeros(128, 5)}), "its head does not load"),
    ],
)
def test_another_head_is_refused(write_release, tokenizer, change, message):
    _, folder = write_release()
    path = folder / "pytorch_model.bin"
    weights = torch.load(path, weights_only=True)
    change(weights)
    torch.save(weights, path)
    with pytest.raises(BadModelError, match=message):
        load_critic(ModelConfig(model=str(folder), tokenizer=tokenizer), device="cpu")


@pytest.mark.parametrize("num_bytes", [0, 1000])
def test_torn_weights_are_refused(write_release, tokenizer, num_bytes):
    _, folder = write_release()
    path = folder / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:num_bytes])
    with pytest.raises(BadModelError, match="does not load"):
        load_critic(ModelConfig(model=str(folder), tokenizer=tokenizer), device="cpu")
