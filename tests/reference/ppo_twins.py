"""Slow, plain-Python twins of `symtune.objectives.ppo`, written from the formulas with no tensor in sight.

A row is a list of tokens; ``turns[b][t]`` is the turn of a token or -1. Everything returns lists or floats.
"""

from __future__ import annotations

import math


def tokens_of(row_turns, turn):
    return [place for place, found in enumerate(row_turns) if found == turn]


def mean_per_turn(values, turns, num_turns):
    result = []
    for row, row_turns in zip(values, turns, strict=True):
        means = []
        for turn in range(num_turns):
            own = [row[place] for place in tokens_of(row_turns, turn)]
            means.append(sum(own) / len(own) if own else 0.0)
        result.append(means)
    return result


def turn_mask(turns, num_turns):
    return [[turn in row for turn in range(num_turns)] for row in turns]


def spread_over_tokens(per_turn, turns):
    return [[row[turn] if turn >= 0 else 0.0 for turn in row_turns] for row, row_turns in zip(per_turn, turns, strict=True)]


def turn_kl(log_probs, reference, turns, num_turns):
    """As the paper says it: the logarithm of the ratio of two geometric means of probabilities."""
    result = []
    for row, other, row_turns in zip(log_probs, reference, turns, strict=True):
        kls = []
        for turn in range(num_turns):
            own = tokens_of(row_turns, turn)
            if not own:
                kls.append(0.0)
                continue
            policy = math.prod(math.exp(row[place]) for place in own) ** (1 / len(own))
            initial = math.prod(math.exp(other[place]) for place in own) ** (1 / len(own))
            kls.append(math.log(policy / initial))
        result.append(kls)
    return result


def penalised_rewards(rewards, kls, beta):
    return [[reward - beta * kl for reward, kl in zip(row, own, strict=True)] for row, own in zip(rewards, kls, strict=True)]


def turn_returns(rewards, mask, gamma):
    result = []
    for row, keeps in zip(rewards, mask, strict=True):
        played = [turn for turn, keep in enumerate(keeps) if keep]
        returns = [0.0] * len(row)
        for first, turn in enumerate(played):
            returns[turn] = sum(gamma**step * row[later] for step, later in enumerate(played[first:]))
        result.append(returns)
    return result


def turn_advantages(returns, values, mask):
    return [
        [gained - value if keep else 0.0 for gained, value, keep in zip(*rows, strict=True)]
        for rows in zip(returns, values, mask, strict=True)
    ]


def token_advantages(returns, values, turns):
    return [
        [gained[turn] - value if turn >= 0 else 0.0 for value, turn in zip(row, row_turns, strict=True)]
        for gained, row, row_turns in zip(returns, values, turns, strict=True)
    ]


def group_advantages(returns, mask, groups, scale):
    result = [[0.0] * len(row) for row in returns]
    for row, group in enumerate(groups):
        for turn, keep in enumerate(mask[row]):
            if not keep:
                continue
            mates = [returns[b][turn] for b, other in enumerate(groups) if other == group and mask[b][turn]]
            mean = sum(mates) / len(mates)
            std = math.sqrt(sum((mate - mean) ** 2 for mate in mates) / len(mates))
            result[row][turn] = (returns[row][turn] - mean) / ((std + 1e-8) if scale else 1.0)
    return result


def normalise(advantages, mask):
    real = [value for row, keeps in zip(advantages, mask, strict=True) for value, keep in zip(row, keeps, strict=True) if keep]
    mean = sum(real) / len(real)
    std = math.sqrt(sum((value - mean) ** 2 for value in real) / len(real))
    return [
        [(value - mean) / (std + 1e-8) if keep else 0.0 for value, keep in zip(row, keeps, strict=True)]
        for row, keeps in zip(advantages, mask, strict=True)
    ]


def truncated_importance_weights(log_probs, behaviour, mask, cap):
    return [
        [min(math.exp(new - drawn), cap) if keep else 0.0 for new, drawn, keep in zip(*rows, strict=True)]
        for rows in zip(log_probs, behaviour, mask, strict=True)
    ]


def surrogate_parts(log_probs, old, behaviour, advantages, mask, clip):
    """Return the sum of the terms, their number, and the derivative of the sum by each log-probability."""
    total, count, slopes = 0.0, 0, []
    for b, row in enumerate(log_probs):
        slope_row = []
        for t, log_prob in enumerate(row):
            if not mask[b][t]:
                slope_row.append(0.0)
                continue
            count += 1
            ratio, advantage = math.exp(log_prob - old[b][t]), advantages[b][t]
            weight = 1.0 if behaviour is None else min(math.exp(log_prob - behaviour[b][t]), 1.0)
            limited = min(max(ratio, 1 - clip), 1 + clip)
            total += weight * min(ratio * advantage, limited * advantage)
            is_clipped = limited * advantage < ratio * advantage
            slope_row.append(0.0 if is_clipped else weight * ratio * advantage)
        slopes.append(slope_row)
    return total, count, slopes


def clipped_surrogate_loss(log_probs, old, behaviour, advantages, mask, clip):
    total, count, _ = surrogate_parts(log_probs, old, behaviour, advantages, mask, clip)
    return -total / count


def clipped_surrogate_gradient(log_probs, old, behaviour, advantages, mask, clip):
    _, count, slopes = surrogate_parts(log_probs, old, behaviour, advantages, mask, clip)
    return [[-slope / count for slope in row] for row in slopes]


def clipped_value_loss(values, old, returns, mask, clip):
    total, count = 0.0, 0
    for rows in zip(values, old, returns, mask, strict=True):
        for value, before, gained, keep in zip(*rows, strict=True):
            if keep:
                limited = min(max(value, before - clip), before + clip)
                total += max((value - gained) ** 2, (limited - gained) ** 2) / 2
                count += 1
    return total / count


def value_positions(turns, num_turns):
    return [[tokens_of(row, turn)[0] - 1 if turn in row else 0 for turn in range(num_turns)] for row in turns]


def values_at(values, positions, mask):
    return [
        [row[place] if keep else 0.0 for place, keep in zip(places, keeps, strict=True)]
        for row, places, keeps in zip(values, positions, mask, strict=True)
    ]


def clip_fraction(log_probs, old, mask, clip):
    outside = [
        abs(math.exp(new - before) - 1) > clip
        for rows in zip(log_probs, old, mask, strict=True)
        for new, before, keep in zip(*rows, strict=True)
        if keep
    ]
    return sum(outside) / len(outside)


def explained_variance(values, returns, mask):
    pairs = [
        (value, gained)
        for rows in zip(values, returns, mask, strict=True)
        for value, gained, keep in zip(*rows, strict=True)
        if keep
    ]

    def variance(numbers):
        mean = sum(numbers) / len(numbers)
        return sum((number - mean) ** 2 for number in numbers) / len(numbers)

    return 1 - variance([gained - value for value, gained in pairs]) / variance([gained for _, gained in pairs])


def token_entropies(logits):
    result = []
    for rows in logits:
        entropies = []
        for row in rows:
            total = sum(math.exp(value) for value in row)
            probs = [math.exp(value) / total for value in row]
            entropies.append(-sum(prob * math.log(prob) for prob in probs if prob > 0))
        result.append(entropies)
    return result
