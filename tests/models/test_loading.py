from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from symtune.errors import BadModelError, MissingExtraError
from symtune.models import (
    LoraConfig,
    ModelConfig,
    PairCollator,
    build_prompt,
    encode_pairs,
    load_critic,
    load_policy,
    save_critic,
    save_policy,
    sequence_log_probs,
    tokenizer_corpus,
)

MERGE_NOISE = 2e-5
"""Adding the adapters into the weights rounds once more, in float32."""


def batch_of(policy, problems):
    prompts, targets = [build_prompt(p) for p in problems], [p.references[0] for p in problems]
    return PairCollator.of(policy)(encode_pairs(policy, prompts, targets))


@torch.no_grad()
def test_a_saved_policy_gives_equal_log_probs(policy, problems, make_config, tmp_path):
    save_policy(policy, tmp_path / "model")
    loaded = load_policy(make_config(str(tmp_path / "model")), device="cpu")
    assert loaded.tokenizer.get_vocab() == policy.tokenizer.get_vocab()
    batch = batch_of(policy, problems)
    again = batch_of(loaded, problems)
    assert all(torch.equal(batch[key], again[key]) for key in batch)
    assert torch.equal(sequence_log_probs(loaded, again), sequence_log_probs(policy, batch))


def test_special_token_names_stay_plain_text_after_loading(t5, make_config, tmp_path):
    save_policy(t5, tmp_path / "model")
    loaded = load_policy(make_config(str(tmp_path / "model")), device="cpu")
    assert encode_pairs(loaded, ["</s>"], ["<pad>"]) == encode_pairs(t5, ["</s>"], ["<pad>"])


def test_a_preset_is_the_same_for_the_same_seed_and_leaves_the_global_generator(corpus, make_config):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second, other = (
        load_policy(make_config("tiny-t5", init_seed=seed), corpus=corpus, device="cpu") for seed in (1, 1, 2)
    )
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first.model.shared.weight, second.model.shared.weight)
    assert not torch.equal(first.model.shared.weight, other.model.shared.weight)


def test_presets_have_one_to_three_million_weights(problems):
    corpus = tokenizer_corpus(problems)
    for name in ("tiny-t5", "tiny-llama"):
        policy = load_policy(ModelConfig(model=name), corpus=corpus, device="cpu")
        missing = ModelConfig(model=name).sizes.vocabulary_size - len(policy.tokenizer)
        num_weights = sum(weight.numel() for weight in policy.model.parameters()) + 128 * missing
        assert 0.9e6 < num_weights < 3e6


@pytest.mark.parametrize("merge_lora", [True, False])
def test_lora_trains_only_adapters_and_survives_saving(policy, corpus, problems, make_config, tmp_path, merge_lora):
    save_policy(policy, tmp_path / "base")
    config = make_config(str(tmp_path / "base"), lora=LoraConfig(rank=2, dropout=0.0))
    adapted = load_policy(config, device="cpu")
    trainable = {name for name, weight in adapted.model.named_parameters() if weight.requires_grad}
    assert trainable
    assert all("lora_" in name for name in trainable)
    frozen = {name: weight.clone() for name, weight in adapted.model.named_parameters() if name not in trainable}
    batch = batch_of(adapted, problems)
    adapted.model.train()
    optimizer = torch.optim.SGD([w for w in adapted.model.parameters() if w.requires_grad], lr=1.0)
    for _ in range(2):
        (-sequence_log_probs(adapted, batch).mean()).backward()
        optimizer.step()
    assert all(torch.equal(weight, frozen[name]) for name, weight in adapted.model.named_parameters() if name in frozen)
    adapted.model.eval()
    with torch.no_grad():
        before = sequence_log_probs(adapted, batch)
        assert (before - sequence_log_probs(policy, batch)).abs().max() > 100 * MERGE_NOISE
        save_policy(adapted, tmp_path / "adapted", merge_lora=merge_lora)
        loaded = load_policy(make_config(str(tmp_path / "adapted")), device="cpu")
        torch.testing.assert_close(sequence_log_probs(loaded, batch), before, atol=MERGE_NOISE, rtol=MERGE_NOISE)
    assert hasattr(adapted.model, "peft_config")


def test_a_folder_keeps_the_limits_it_was_trained_with(t5, make_config, tmp_path):
    trained = type(t5)(t5.model, t5.tokenizer, make_config("tiny-t5", max_source_tokens=44, max_target_tokens=33))
    folder = str(save_policy(trained, tmp_path / "model"))
    loaded = load_policy(ModelConfig(model=folder), device="cpu").config
    assert (loaded.max_source_tokens, loaded.max_target_tokens) == (44, 33)
    loaded = load_policy(ModelConfig(model=folder, max_source_tokens=600), device="cpu").config
    assert (loaded.max_source_tokens, loaded.max_target_tokens) == (600, 33)
    critic = load_critic(ModelConfig(model=folder), device="cpu")
    assert critic.config.max_target_tokens == 33
    (tmp_path / "model" / "symtune.json").write_text("{}")
    refused("not a note of the limits", ModelConfig(model=folder))


def refused(match, config, loader=load_policy, **options):
    with pytest.raises(BadModelError, match=match) as caught:
        loader(config, device="cpu", **options)
    return str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    refused("model folder '.*nowhere' is not there", ModelConfig(model=str(tmp_path / "nowhere")))
    refused("'./nowhere' is not there", ModelConfig(model="./nowhere"))


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    refused("is a file; give the folder", ModelConfig(model=str(tmp_path / "model.safetensors")))


def test_a_folder_without_weights_is_refused(t5, tmp_path):
    save_policy(t5, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").unlink()
    refused("has no weights", ModelConfig(model=str(tmp_path / "model")))


def test_a_folder_without_config_is_refused(t5, tmp_path):
    save_policy(t5, tmp_path / "model")
    (tmp_path / "model" / "config.json").unlink()
    refused("has no config.json", ModelConfig(model=str(tmp_path / "model")))


def test_a_folder_without_tokenizer_is_refused(t5, tmp_path):
    save_policy(t5, tmp_path / "model")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "model" / name).unlink()
    refused("has no tokenizer", ModelConfig(model=str(tmp_path / "model")))


def test_torn_weights_are_refused(t5, tmp_path):
    save_policy(t5, tmp_path / "model")
    weights = tmp_path / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    refused("does not load", ModelConfig(model=str(tmp_path / "model")))


def test_weights_of_another_model_are_refused(t5, corpus, make_config, tmp_path):
    save_policy(t5, tmp_path / "model")
    other = load_policy(make_config("tiny-llama"), corpus=corpus, device="cpu")
    other.model.save_pretrained(tmp_path / "other")
    (tmp_path / "other" / "model.safetensors").rename(tmp_path / "model" / "model.safetensors")
    refused("do not belong to its config.json", ModelConfig(model=str(tmp_path / "model")))


def test_a_critics_folder_is_no_policy_and_needs_its_head(corpus, make_config, tmp_path):
    folder = save_critic(load_critic(make_config("tiny-t5"), corpus=corpus, device="cpu"), tmp_path / "critic")
    refused("holds a critic", ModelConfig(model=str(folder)))
    (folder / "critic_head.safetensors").write_bytes(b"torn")
    refused("does not load", ModelConfig(model=str(folder)), load_critic)
    (folder / "critic_head.safetensors").unlink()
    refused("has no critic_head", ModelConfig(model=str(folder)), load_critic)


@pytest.mark.parametrize(
    ("name", "nearest"), [("tiny-t", "tiny-t5"), ("tiny_llama", "tiny-llama"), ("tinyt5", "tiny-t5"), ("tiny-lama", "tiny-llama")]
)
def test_an_unknown_preset_names_the_nearest(name, nearest):
    assert f"'{nearest}'" in refused("there is no preset", ModelConfig(model=name))


def test_a_hub_id_that_cannot_be_reached_says_so(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    message = refused("cannot be reached", ModelConfig(model="nobody/no-such-model-at-all"))
    assert "nobody/no-such-model-at-all" in message
    assert "tiny-t5" in message


def test_a_preset_without_corpus_is_refused():
    refused("trains its tokenizer on a corpus", ModelConfig(model="tiny-t5"))


def test_a_decoder_only_critic_is_refused(corpus, make_config, tmp_path):
    refused("decoder-only", make_config("tiny-llama"), load_critic, corpus=corpus)
    save_policy(load_policy(make_config("tiny-llama"), corpus=corpus, device="cpu"), tmp_path / "model")
    refused("decoder-only", make_config(str(tmp_path / "model")), load_critic)


def test_lora_on_layers_that_are_not_there_is_refused(corpus, make_config):
    config = make_config("tiny-t5", lora=LoraConfig(target_modules=("no_such_layer",)))
    refused("LoRA does not fit", config, corpus=corpus)


def test_a_device_that_is_not_there_is_refused(corpus, make_config, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BadModelError, match="CUDA"):
        load_policy(make_config("tiny-t5"), corpus=corpus, device="cuda")


def test_prompt_and_config_need_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None; import symtune.models as m; m.ModelConfig(model='tiny-t5')\n"
        "try: m.load_policy\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert MissingExtraError.__name__ in done.stdout
    assert "symtune[train]" in done.stdout
