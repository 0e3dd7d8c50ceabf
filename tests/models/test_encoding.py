from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.domain import Problem
from symtune.errors import BadModelError
from symtune.models import IGNORED, PairCollator, build_prompt, encode_pair, encode_pairs
from symtune.models.encoding import cut_middle, encode_prompt, encode_target, special_affixes
from symtune.models.presets import train_tokenizer

ODD_SOURCES = (
    "def f():\n\tif x:\n\t\treturn  1   \n\n\n",
    "x = 1\r\ny = 2\r\n",
    "s = '<pad></s><s><unk>'\n",
    "é = 'ß🎈\u200b\x00\x1b'\n",
    "   \n",
    "  leading",
    "def f(x):\n        return x  # eight spaces\n" + " " * 37,
    "a\u2028b\x0cc\x0bd\u00a0e",
)


def decode(tokenizer, token_ids):
    return tokenizer.decode(token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


@pytest.mark.parametrize("source", ODD_SOURCES)
def test_a_program_comes_back_from_its_tokens_exactly(policy, source):
    token_ids = encode_target(policy, source)
    assert token_ids[-1] == policy.tokenizer.eos_token_id
    assert token_ids.count(policy.tokenizer.eos_token_id) == 1
    assert decode(policy.tokenizer, token_ids) == source


@settings(max_examples=150, deadline=None)
@given(source=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_from_its_tokens_exactly(t5, source):
    assert decode(t5.tokenizer, encode_target(t5, source)) == source


def test_the_tokenizer_is_the_same_each_time_it_is_trained(corpus):
    first, second = (train_tokenizer(corpus, vocabulary_size=400) for _ in range(2))
    assert first.get_vocab() == second.get_vocab()
    assert [first.pad_token_id, first.eos_token_id, first.bos_token_id, first.unk_token_id] == [0, 1, 2, 3]


def test_an_empty_corpus_is_refused():
    with pytest.raises(BadModelError, match="corpus is empty"):
        train_tokenizer(["", ""], vocabulary_size=400)


def test_a_long_prompt_loses_its_middle_and_keeps_both_ends(policy, make_config):
    statement = "The very start. " + " ".join(f"word{index}" for index in range(400))
    prompt = build_prompt(Problem(id="p", statement=statement, entry_point="f", starter_code="def f(zz):"))
    short = type(policy)(policy.model, policy.tokenizer, make_config(policy.config.model, max_source_tokens=120))
    token_ids = encode_prompt(short, prompt)
    text = decode(policy.tokenizer, token_ids)
    assert len(token_ids) == 120
    assert text.startswith("QUESTION:\nThe very start.")
    assert text.endswith("def f(zz):\nUse Call-Based format\nANSWER:\n")
    assert "word200" not in text


def test_cut_middle_keeps_short_lists_and_cuts_to_the_limit():
    assert cut_middle([1, 2, 3], 3) == [1, 2, 3]
    assert cut_middle([1, 2, 3, 4, 5, 6], 3) == [1, 5, 6]
    assert cut_middle([1, 2, 3, 4, 5, 6], 4) == [1, 2, 5, 6]


def test_a_program_that_was_cut_has_no_end_token(t5, make_config):
    short = type(t5)(t5.model, t5.tokenizer, make_config("tiny-t5", max_target_tokens=5))
    token_ids = encode_target(short, "def f(x):\n    return x + 1\n")
    assert len(token_ids) == 5
    assert t5.tokenizer.eos_token_id not in token_ids


def test_a_tokenizers_own_special_tokens_surround_an_encoders_texts(t5):
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    backend = type(t5.tokenizer.backend_tokenizer).from_str(t5.tokenizer.backend_tokenizer.to_str())
    backend.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 1)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<pad>", eos_token="</s>", bos_token="<s>", unk_token="<unk>"
    )
    wrapped = type(t5)(t5.model, tokenizer, t5.config)
    plain = encode_prompt(t5, "x = 1")
    assert special_affixes(tokenizer) == ([2], [1])
    assert encode_prompt(wrapped, "x = 1") == [2, *plain, 1]
    assert encode_target(wrapped, "x = 1") == [2, *plain, 1]
    assert encode_target(wrapped, "</s>") == [2, *encode_prompt(t5, "</s>"), 1]
    assert len(encode_prompt(t5, "</s>")) > 1


def test_the_presets_tokenizer_reads_special_names_as_text_by_itself(t5):
    assert t5.tokenizer.decode(t5.tokenizer("a</s>b<pad>")["input_ids"], skip_special_tokens=True) == "a</s>b<pad>"


def test_training_and_sampling_read_the_same_prompt_tokens(policy, problems):
    from symtune.models import Request, SamplingSettings

    prompt = build_prompt(problems[0])
    reply = policy.generate([Request(prompt, 0)], SamplingSettings(max_new_tokens=2))[0]
    trained = encode_pair(policy, prompt, problems[0].references[0])
    num_prompt = sum(label == IGNORED for label in trained["labels"]) if not policy.is_encoder_decoder else None
    assert list(reply.prompt_token_ids) == trained["input_ids"][:num_prompt]


def test_a_batch_holds_every_example_and_nothing_else(policy, problems):
    examples = encode_pairs(policy, [build_prompt(p) for p in problems], [p.references[0] for p in problems])
    batch = PairCollator.of(policy)(examples)
    for row, example in enumerate(examples):
        num_inputs, num_labels = len(example["input_ids"]), len(example["labels"])
        assert batch["input_ids"][row, :num_inputs].tolist() == example["input_ids"]
        assert batch["attention_mask"][row].sum() == num_inputs
        assert batch["labels"][row, :num_labels].tolist() == example["labels"]
        assert (batch["labels"][row, num_labels:] == IGNORED).all()
    if policy.is_encoder_decoder:
        start = policy.start_token_id
        assert (batch["decoder_input_ids"][:, 0] == start).all()
        real = batch["decoder_attention_mask"].bool()
        expected = torch.cat([torch.full_like(batch["labels"][:, :1], start), batch["labels"][:, :-1]], dim=1)
        assert (batch["decoder_input_ids"][real] == expected[real]).all()
        assert (real == (batch["labels"] != IGNORED)).all()


def test_other_keys_pass_through_the_collator(t5):
    examples = [
        {"input_ids": [5], "labels": [6, 1], "reward": 0.5, "outcome": 3, "token_weights": [0.1, 0.2]},
        {"input_ids": [5, 7], "labels": [1], "reward": -1.0, "outcome": 0, "token_weights": [0.3]},
    ]
    batch = PairCollator.of(t5)(examples)
    assert batch["reward"].tolist() == [0.5, -1.0]
    assert batch["outcome"].dtype == torch.long
    torch.testing.assert_close(batch["token_weights"], torch.tensor([[0.1, 0.2], [0.3, 0.0]]))
