from __future__ import annotations

import numpy as np
import pytest
import torch

from symtune.errors import BadInputError, BadModelError
from symtune.models import PairCollator, Request, SamplingSettings, sequence_log_probs
from symtune.models.decoding import draw_tokens, keep_top
from symtune.models.encoding import encode_prompt

NUM_DRAWS = 4000
GRID = (torch.arange(NUM_DRAWS) + 0.5) / NUM_DRAWS
"""Evenly spread uniform numbers: a share drawn with them is off by one grid step per token at most."""

LOG_PROB_NOISE = 1e-4
"""Float32 with a cache against float32 without one, over 12 tokens."""


def shares(logits, **settings):
    rows = torch.tensor(logits).repeat(NUM_DRAWS, 1)
    tokens, log_probs = draw_tokens(
        rows, GRID, settings=SamplingSettings(**settings), is_greedy=torch.zeros(NUM_DRAWS, dtype=torch.bool)
    )
    return np.bincount(tokens.numpy(), minlength=len(logits)) / NUM_DRAWS, tokens, log_probs


def slow_distribution(logits, *, temperature=1.0, top_p=1.0, top_k=0):
    """The definition, in plain Python floats."""
    weights = [float(np.exp(value / temperature)) for value in logits]
    order = sorted(range(len(logits)), key=lambda token: -weights[token])
    order = order[:top_k] if top_k else order
    total, kept, mass = sum(weights[token] for token in order), [], 0.0
    for token in order:
        kept.append(token)
        mass += weights[token] / total
        if mass >= top_p:
            break
    total = sum(weights[token] for token in kept)
    return [weights[token] / total if token in kept else 0.0 for token in range(len(logits))]


@pytest.mark.parametrize(
    "settings",
    [{}, {"temperature": 0.4}, {"temperature": 2.5}, {"top_p": 0.7}, {"top_k": 3}, {"top_k": 4, "top_p": 0.8, "temperature": 0.7}],
)
def test_tokens_are_drawn_from_the_defined_distribution(settings):
    logits = [1.0, -0.5, 2.0, 0.3, -3.0, 1.4, 0.0]
    got, tokens, log_probs = shares(logits, **settings)
    expected = slow_distribution(logits, **settings)
    np.testing.assert_allclose(got, expected, atol=2 / NUM_DRAWS)
    np.testing.assert_allclose(log_probs.exp(), [expected[token] for token in tokens], rtol=1e-4)


def test_top_p_is_exact_where_more_than_the_first_ranks_are_needed():
    generator = torch.Generator().manual_seed(0)
    flat, peaked = torch.randn(1, 900, generator=generator) * 0.1, torch.randn(1, 900, generator=generator) * 6
    probs = torch.cat([flat, peaked]).softmax(-1)
    kept = keep_top(probs, top_k=0, top_p=0.9)
    for row in range(2):
        expected = np.array(slow_distribution(probs[row].log().tolist(), top_p=0.9)) > 0
        assert ((kept[row] > 0).numpy() == expected).all()
    assert (kept[0] > 0).sum() > 500 > 20 > (kept[1] > 0).sum()


def test_the_model_is_sampled_with_the_shares_it_gives(policy):
    prompt, settings = "QUESTION:\nx\nANSWER:\n", SamplingSettings(temperature=0.2, max_new_tokens=1)
    replies = policy.generate([Request(prompt, seed) for seed in range(NUM_DRAWS)], settings)
    tokens = np.array([reply.token_ids[0] for reply in replies])
    with torch.no_grad():
        input_ids = torch.tensor([encode_prompt(policy, prompt)])
        start = {"decoder_input_ids": torch.tensor([[policy.start_token_id]])} if policy.is_encoder_decoder else {}
        expected = (policy.model(input_ids=input_ids, **start).logits[0, -1] / 0.2).softmax(-1).numpy()
    counts = np.bincount(tokens, minlength=len(expected))
    top = np.argsort(-expected)[:20]
    rest = 1 - expected[top].sum()
    observed = np.append(counts[top], NUM_DRAWS - counts[top].sum())
    wanted = np.append(expected[top], rest) * NUM_DRAWS
    chi_square = ((observed - wanted) ** 2 / wanted).sum()
    assert chi_square < 45.3  # the 99.9% point of chi-square with 20 degrees of freedom; the seeds are fixed


def test_log_probs_are_the_teacher_forced_ones(policy):
    prompts = ["QUESTION:\nfirst\nANSWER:\n", "QUESTION:\na longer second one, so that one is padded\nANSWER:\n"]
    requests = [Request(prompts[index % 2], None if index == 5 else index) for index in range(6)]
    replies = policy.generate(requests, SamplingSettings(max_new_tokens=12))
    for reply in replies:
        prompt_ids, reply_ids = list(reply.prompt_token_ids), list(reply.token_ids)
        if policy.is_encoder_decoder:
            example = {"input_ids": prompt_ids, "labels": reply_ids}
        else:
            example = {"input_ids": prompt_ids + reply_ids, "labels": [-100] * len(prompt_ids) + reply_ids}
        with torch.no_grad():
            forced = sequence_log_probs(policy, PairCollator.of(policy)([example]))[0, -len(reply_ids) :]
        torch.testing.assert_close(torch.tensor(reply.log_probs), forced, atol=LOG_PROB_NOISE, rtol=LOG_PROB_NOISE)


def test_greedy_is_what_transformers_generates(policy):
    prompt = "QUESTION:\nAdd two numbers.\nANSWER:\n"
    reply = policy.generate([Request("QUESTION:\nanother, padded row\nANSWER:\n", 1), Request(prompt, None)], SamplingSettings(max_new_tokens=20))[1]
    input_ids = torch.tensor([encode_prompt(policy, prompt)])
    theirs = policy.model.generate(
        input_ids, attention_mask=torch.ones_like(input_ids), do_sample=False, max_new_tokens=20
    )[0].tolist()
    theirs = theirs[1:] if policy.is_encoder_decoder else theirs[input_ids.shape[1] :]
    assert list(reply.token_ids) == theirs


def test_a_reply_does_not_depend_on_its_neighbours(policy):
    prompts = [f"QUESTION:\n{'word ' * index}\nANSWER:\n" for index in range(1, 7)]
    requests = [Request(prompt, seed) for seed, prompt in enumerate(prompts)]
    settings = SamplingSettings(temperature=0.8, top_p=0.95, max_new_tokens=24)
    together = policy.generate(requests, settings)
    alone = [policy.generate([request], settings)[0] for request in requests]
    mixed = policy.generate([*reversed(requests), Request("x", 99)], settings)[:-1]
    assert [r.token_ids for r in together] == [r.token_ids for r in alone] == [r.token_ids for r in reversed(mixed)]


def test_different_seeds_give_different_replies(policy):
    replies = policy.generate([Request("QUESTION:\n", seed) for seed in range(8)], SamplingSettings(max_new_tokens=12))
    assert len({reply.token_ids for reply in replies}) == 8


def ending(policy, *, boost):
    """A copy of the policy whose end token is likelier by ``boost`` nats."""
    import copy

    model = copy.deepcopy(policy.model)
    bias = torch.zeros(model.config.vocab_size)
    bias[policy.tokenizer.eos_token_id] = boost
    model.get_output_embeddings().register_forward_hook(lambda _module, _inputs, output: output + bias)
    return type(policy)(model, policy.tokenizer, policy.config)


def test_rows_that_end_early_leave_the_others_as_they_are(policy):
    policy = ending(policy, boost=3.5)
    requests = [Request("QUESTION:\nx\nANSWER:\n", seed) for seed in range(40)]
    settings = SamplingSettings(max_new_tokens=30)
    together = policy.generate(requests, settings)
    lengths = [len(reply.token_ids) for reply in together]
    assert len(set(lengths)) > 8
    for reply in together:
        has_end = policy.tokenizer.eos_token_id in reply.token_ids
        assert (reply.stop_reason == "end_token") == has_end
        assert policy.tokenizer.eos_token_id not in reply.token_ids[:-1]
        assert len(reply.log_probs) == len(reply.token_ids)
    alone = [policy.generate([request], settings)[0].token_ids for request in requests[:10]]
    assert [reply.token_ids for reply in together[:10]] == alone


def test_a_reply_may_be_empty(policy):
    reply = ending(policy, boost=100.0).generate([Request("QUESTION:\n", 3)], SamplingSettings(max_new_tokens=5))[0]
    assert reply.text == ""
    assert reply.token_ids == (policy.tokenizer.eos_token_id,)


def test_no_request_gives_no_reply(policy):
    assert policy.generate([], SamplingSettings()) == []


def test_training_mode_is_left_as_it_was(policy):
    policy.model.train()
    policy.generate([Request("x", 0)], SamplingSettings(max_new_tokens=1))
    assert policy.model.training
    policy.model.eval()


@pytest.mark.parametrize("bad", [{"temperature": 0.0}, {"top_p": 0.0}, {"top_p": 1.1}, {"top_k": -1}, {"max_new_tokens": 0}])
def test_settings_outside_their_range_are_refused(t5, bad):
    with pytest.raises(BadInputError, match=next(iter(bad))):
        t5.generate([Request("x", 0)], SamplingSettings(**bad))


def test_a_diverged_model_is_an_error_and_no_reply():
    with pytest.raises(BadModelError, match="not finite"):
        draw_tokens(torch.full((1, 4), torch.nan), torch.zeros(1), settings=SamplingSettings(), is_greedy=torch.tensor([False]))
