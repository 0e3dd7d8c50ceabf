from __future__ import annotations

import torch

from symtune.models import IGNORED, PairCollator, build_prompt, encode_pair, encode_pairs, sequence_log_probs

FLOAT_NOISE = 2e-5
"""Two orders of summation in float32, over logits of size 1."""


def batch_of(policy, problems):
    prompts, targets = [build_prompt(p) for p in problems], [p.references[0] for p in problems]
    return PairCollator.of(policy)(encode_pairs(policy, prompts, targets))


def slow_log_probs(policy, prompt, target):
    """One token at a time, no cache, no padding, nothing shifted by hand."""
    example = encode_pair(policy, prompt, target)
    labels = example["labels"]
    result = []
    for position, label in enumerate(labels):
        if label == IGNORED:
            result.append(0.0)
            continue
        if policy.is_encoder_decoder:
            read = torch.tensor([[policy.start_token_id, *labels[:position]]])
            output = policy.model(input_ids=torch.tensor([example["input_ids"]]), decoder_input_ids=read)
        else:
            output = policy.model(input_ids=torch.tensor([example["input_ids"][:position]]))
        result.append(output.logits[0, -1].log_softmax(-1)[label].item())
    return result


@torch.no_grad()
def test_they_equal_those_of_a_slow_twin(policy, problems):
    batch = batch_of(policy, problems)
    fast = sequence_log_probs(policy, batch)
    for row, problem in enumerate(problems):
        slow = slow_log_probs(policy, build_prompt(problem), problem.references[0])
        torch.testing.assert_close(fast[row, : len(slow)], torch.tensor(slow), atol=FLOAT_NOISE, rtol=FLOAT_NOISE)
        assert (fast[row, len(slow) :] == 0).all()


@torch.no_grad()
def test_their_sum_is_the_models_own_loss(policy, problems):
    batch = batch_of(policy, problems)
    ours = -sequence_log_probs(policy, batch).sum() / (batch["labels"] != IGNORED).sum()
    theirs = policy.model(**batch).loss
    torch.testing.assert_close(ours, theirs, atol=FLOAT_NOISE, rtol=FLOAT_NOISE)


def test_gradients_flow(policy, problems):
    policy.model.zero_grad()
    sequence_log_probs(policy, batch_of(policy, problems)).sum().backward()
    grads = [p.grad for p in policy.model.parameters() if p.requires_grad]
    assert all(grad is not None and torch.isfinite(grad).all() for grad in grads)
    assert sum(grad.abs().sum() for grad in grads) > 0
    policy.model.zero_grad()
