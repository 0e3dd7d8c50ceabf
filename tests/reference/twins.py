"""Slow, plain-Python twins of the losses, written from the formulas with no tensor in sight.

Every function takes nested lists and returns floats or lists.
"""

from __future__ import annotations

import math


def log_softmax(row):
    total = sum(math.exp(value) for value in row)
    return [math.log(math.exp(value) / total) for value in row]


def token_log_probs(logits, targets, mask):
    return [
        [log_softmax(row)[token] if keep else 0.0 for row, token, keep in zip(rows, tokens, keeps, strict=True)]
        for rows, tokens, keeps in zip(logits, targets, mask, strict=True)
    ]


def next_token_log_probs(logits, ids, mask):
    """Decoder-only: a list per sequence of log p(token t | tokens before t) for the masked-in tokens."""
    result = []
    for rows, tokens, keeps in zip(logits, ids, mask, strict=True):
        result.append([log_softmax(rows[t - 1])[tokens[t]] for t in range(1, len(tokens)) if keeps[t]])
    return result


def cross_entropy(log_probs, mask, num_tokens=None):
    total, count = 0.0, 0
    for row, keeps in zip(log_probs, mask, strict=True):
        for value, keep in zip(row, keeps, strict=True):
            if keep:
                total -= value
                count += 1
    return total / (count if num_tokens is None else num_tokens)


def pooled(token_logits, mask):
    return [
        [max(row[label] for row, keep in zip(rows, keeps, strict=True) if keep) for label in range(4)]
        for rows, keeps in zip(token_logits, mask, strict=True)
    ]


def critic_loss(token_logits, outcomes, mask):
    rows = pooled(token_logits, mask)
    return -sum(log_softmax(row)[outcome] for row, outcome in zip(rows, outcomes, strict=True)) / len(rows)


def token_values(token_logits, outcomes, mask):
    return [
        [math.exp(log_softmax(row)[outcome]) if keep else 0.0 for row, keep in zip(rows, keeps, strict=True)]
        for rows, keeps, outcome in zip(token_logits, mask, outcomes, strict=True)
    ]


def coderl_rl_loss(log_probs, mask, values, returns, baselines, min_negative_prob):
    total, count = 0.0, 0
    for row, keeps, weights, gained, baseline in zip(log_probs, mask, values, returns, baselines, strict=True):
        advantage = gained - baseline
        for log_prob, keep, weight in zip(row, keeps, weights, strict=True):
            if not keep:
                continue
            count += 1
            if advantage < 0 and math.exp(log_prob) < min_negative_prob:
                log_prob = math.log(min_negative_prob)
            total -= advantage * weight * log_prob
    return total / count


def coderl_rl_gradient(log_probs, mask, values, returns, baselines, min_negative_prob):
    """Derivative of the loss by each log-probability."""
    count = sum(sum(map(bool, keeps)) for keeps in mask)
    gradient = []
    for row, keeps, weights, gained, baseline in zip(log_probs, mask, values, returns, baselines, strict=True):
        advantage = gained - baseline
        gradient.append(
            [
                0.0 if not keep or (advantage < 0 and math.exp(log_prob) < min_negative_prob) else -advantage * weight / count
                for log_prob, keep, weight in zip(row, keeps, weights, strict=True)
            ]
        )
    return gradient


def dpo_loss(policy_right, policy_wrong, reference_right, reference_wrong, beta):
    total = 0.0
    for plus, minus, ref_plus, ref_minus in zip(
        policy_right, policy_wrong, reference_right, reference_wrong, strict=True
    ):
        margin = beta * ((plus - minus) - (ref_plus - ref_minus))
        total += math.log(1 + math.exp(-margin))
    return total / len(policy_right)
