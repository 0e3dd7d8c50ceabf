from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.models import PairCollator, build_prompt, encode_pairs, load_critic, save_critic
from symtune.models.critic import masked_max

FLOAT_NOISE = 1e-5
"""Another batch shape sums in another order; logits are of size 1."""


def batch_of(critic, problems):
    examples = encode_pairs(critic, [build_prompt(p) for p in problems], [p.references[0] for p in problems])
    batch = PairCollator.of(critic)(examples)
    batch.pop("labels")
    return batch


def widened(batch, num_source, num_target, seed):
    """More padding on the right, filled with random tokens, so that reading it would show."""
    generator = torch.Generator().manual_seed(seed)

    def more(tensor, count, *, is_mask):
        shape = (len(tensor), count)
        fill = torch.zeros(shape, dtype=torch.long) if is_mask else torch.randint(300, shape, generator=generator)
        return torch.cat([tensor, fill], dim=1)

    counts = {"input_ids": num_source, "attention_mask": num_source}
    return {key: more(batch[key], counts.get(key, num_target), is_mask="mask" in key) for key in batch}


@settings(max_examples=25, deadline=None)
@given(num_source=st.integers(0, 40), num_target=st.integers(0, 40), seed=st.integers(0, 300))
@torch.no_grad()
def test_padding_never_moves_a_logit(critic, problems, num_source, num_target, seed):
    batch = batch_of(critic, problems)
    plain, padded = critic(**batch), critic(**widened(batch, num_source, num_target, seed))
    torch.testing.assert_close(padded.logits, plain.logits, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)


@torch.no_grad()
def test_the_masks_are_what_keeps_padding_out(critic, problems):
    wide = widened(batch_of(critic, problems), 30, 300, 5)
    right = critic(**wide).logits
    for name in ("attention_mask", "decoder_attention_mask"):
        broken = critic(**{**wide, name: torch.ones_like(wide[name])}).logits
        assert (broken - right).abs().max() > 10 * FLOAT_NOISE, name


@torch.no_grad()
def test_a_position_sees_the_tokens_before_its_label_only(critic, problems):
    batch = batch_of(critic, problems[:1])
    changed = {key: value.clone() for key, value in batch.items()}
    changed["decoder_input_ids"][0, 6] = 9
    difference = (critic(**batch).token_logits - critic(**changed).token_logits).abs().amax(-1)[0]
    assert (difference[:6] == 0).all()
    assert difference[6] > 0


def test_masked_max_by_hand():
    token_logits = torch.tensor([[[1.0, -5.0, 0.0, 2.0], [0.0, -3.0, 4.0, 1.0], [9.0, 9.0, 9.0, 9.0]]])
    assert masked_max(token_logits, torch.tensor([[1, 1, 0]])).tolist() == [[1.0, -3.0, 4.0, 2.0]]


def test_a_saved_critic_predicts_the_same(critic, problems, make_config, tmp_path):
    prompts, sources = [build_prompt(p) for p in problems], [p.references[0] for p in problems]
    expected = critic.predict(prompts, sources, batch_size=2)
    save_critic(critic, tmp_path / "critic")
    loaded = load_critic(make_config(str(tmp_path / "critic")), device="cpu")
    assert loaded.predict(prompts, sources, batch_size=2) == expected
    assert all(abs(sum(row) - 1) < FLOAT_NOISE and len(row) == 4 for row in expected)


def test_a_policys_folder_gives_its_weights_under_a_new_head(t5, make_config, tmp_path):
    from symtune.models import save_policy

    save_policy(t5, tmp_path / "policy")
    critic = load_critic(make_config(str(tmp_path / "policy")), device="cpu")
    torch.testing.assert_close(critic.body.shared.weight, t5.model.shared.weight)
    torch.testing.assert_close(
        critic.body.decoder.block[0].layer[1].EncDecAttention.q.weight,
        t5.model.decoder.block[0].layer[1].EncDecAttention.q.weight,
    )


def test_lora_on_a_critic_trains_adapters_and_head_only(corpus, make_config, problems, tmp_path):
    from symtune.models import LoraConfig

    critic = load_critic(make_config("tiny-t5", lora=LoraConfig(rank=2, dropout=0.0)), corpus=corpus, device="cpu")
    trainable = {name for name, weight in critic.named_parameters() if weight.requires_grad}
    assert trainable
    assert all("lora_" in name or name.startswith("head.") for name in trainable)
    assert any(name.startswith("head.") for name in trainable)
    with torch.no_grad():
        for name, weight in critic.named_parameters():
            if "lora_B" in name:
                weight.add_(0.1)
        before = critic(**batch_of(critic, problems)).logits
        save_critic(critic, tmp_path / "critic")
        loaded = load_critic(make_config(str(tmp_path / "critic")), device="cpu")
        after = loaded(**batch_of(loaded, problems)).logits
    torch.testing.assert_close(after, before, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)
