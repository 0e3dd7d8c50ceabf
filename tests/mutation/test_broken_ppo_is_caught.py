"""PPO's objectives broken on purpose fail their reference checks, so the checks can be believed."""

from __future__ import annotations

import importlib.util
import types
from pathlib import Path

import pytest

pytest.importorskip("torch")

import symtune.objectives

REFERENCE = Path(__file__).resolve().parent.parent / "reference" / "ppo_checks.py"
_spec = importlib.util.spec_from_file_location("symtune_reference_ppo_checks_for_mutants", REFERENCE)
checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(checks)

NO_GRAD = "@torch.no_grad()\n"

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "turns": {
        "sum instead of mean": ("sums_BK / counts_BK.clamp(min=1)", "sums_BK"),
        "mean over the whole row": ("sums_BK / counts_BK.clamp(min=1)", "sums_BK / values_BT.shape[1]"),
        "environment tokens counted into turn 0": ("is_reply_BT.to(values_BT.dtype))", "torch.ones_like(values_BT))"),
        "environment tokens summed into turn 0": ("slots_BT, values_BT.masked_fill(~is_reply_BT, 0.0))", "slots_BT, values_BT)"),
        "turns without tokens not a number": (".clamp(min=1)\n\n\ndef turn_mask", "\n\n\ndef turn_mask"),
        "turn mask of all tokens": (".any(dim=1)", ".all(dim=1)"),
        "advantage on environment tokens": ("turn_index_BT.masked_fill(~is_reply_BT, 0)).masked_fill(~is_reply_BT, 0.0)", "turn_index_BT.masked_fill(~is_reply_BT, 0))"),
        "penalty's sign turned": ("log_probs_BT - reference_log_probs_BT, turn", "reference_log_probs_BT - log_probs_BT, turn"),
        "reference dropped": ("log_probs_BT - reference_log_probs_BT, turn", "log_probs_BT, turn"),
        "penalty with gradient": (NO_GRAD + "def turn_kl", "def turn_kl"),
    },
    "credit": {
        "penalty added": ("rewards_BK - beta * kl_BK", "rewards_BK + beta * kl_BK"),
        "penalty dropped": ("rewards_BK - beta * kl_BK", "rewards_BK"),
        "rewards with gradient": (NO_GRAD + "def penalised_rewards", "def penalised_rewards"),
        "returns with gradient": (NO_GRAD + "def turn_returns", "def turn_returns"),
        "advantages with gradient": (NO_GRAD + "def turn_advantages", "def turn_advantages"),
        "token advantages with gradient": (NO_GRAD + "def token_advantages", "def token_advantages"),
        "sums from the front": ("reversed(range(rewards_BK.shape[1]))", "range(rewards_BK.shape[1])"),
        "discount dropped": ("+ gamma * following_B", "+ following_B"),
        "rewards of later turns dropped": (" + gamma * following_B", ""),
        "turns not played have returns": ("returns_BK.masked_fill(~mask_BK, 0.0)", "returns_BK"),
        "turns not played have rewards": ("torch.where(mask_BK[:, turn], rewards_BK[:, turn] + gamma * following_B, following_B)", "rewards_BK[:, turn] + gamma * following_B"),
        "turns not played discount": (" + gamma * following_B, following_B)", " + gamma * following_B, gamma * following_B)"),
        "advantage's sign turned": ("(returns_BK - values_BK)", "(values_BK - returns_BK)"),
        "value dropped": ("(returns_BK - values_BK)", "(returns_BK)"),
        "value added": ("(returns_BK - values_BK)", "(returns_BK + values_BK)"),
        "turns not played have advantages": ("(returns_BK - values_BK).masked_fill(~mask_BK.bool(), 0.0)", "(returns_BK - values_BK)"),
        "environment tokens have advantages": ("return advantages_BT.masked_fill(turn_index_BT == ENVIRONMENT, 0.0)", "return advantages_BT"),
        "token advantage's sign turned": ("spread_over_tokens(returns_BK, turn_index_BT) - values_BT", "values_BT - spread_over_tokens(returns_BK, turn_index_BT)"),
    },
    "normalisation": {
        "mean not taken away": ("centred = (real - real.sum() / count)", "centred = real"),
        "mean over padding too": ("count = mask.sum()", "count = (mask | True).sum()"),
        "not scaled": ("(centred / (std + EPS))", "centred"),
        "scaled by the variance": ("(centred.square().sum() / count).sqrt()", "(centred.square().sum() / count)"),
        "sample instead of population": ("(centred.square().sum() / count).sqrt()", "(centred.square().sum() / (count - 1)).sqrt()"),
        "padding moved": ("(real - real.sum() / count).masked_fill(~mask, 0.0)", "(real - real.sum() / count)"),
        "padding read": ("advantages.double().masked_fill(~mask, 0.0)", "advantages.double()"),
        "no room for a spread of zero": ("(centred / (std + EPS))", "(centred / std)"),
        "row by row": ("real.sum() / count)", "real.sum(-1, keepdim=True) / mask.sum(-1, keepdim=True).clamp(min=1))"),
        "with gradient": (NO_GRAD + "def normalise", "def normalise"),
        "groups joined": ("(group_B.unsqueeze(0) == group_B.unsqueeze(1))", "(group_B.unsqueeze(0) == group_B.unsqueeze(1) * 0 + group_B.unsqueeze(0))"),
        "group's mean over turns not played too": ("same_BB @ mask_BK.double()", "same_BB @ torch.ones_like(returns_BK).double()"),
        "group's mean not taken away": ("real_BK - same_BB @ real_BK / counts_BK", "real_BK"),
        "group turns not played have advantages": ("(real_BK - same_BB @ real_BK / counts_BK).masked_fill(~mask_BK, 0.0)", "(real_BK - same_BB @ real_BK / counts_BK)"),
        "group turns not played are read": ("returns_BK.double().masked_fill(~mask_BK, 0.0)", "returns_BK.double()"),
        "group always scaled": ("    if scale:\n", "    if True:\n"),
        "group never scaled": ("    if scale:\n", "    if False:\n"),
        "group scaled by the variance": ("counts_BK).sqrt() + EPS", "counts_BK) + EPS"),
        "group with gradient": (NO_GRAD + "def group_advantages", "def group_advantages"),
    },
    "importance weights": {
        "ratio turned": ("(log_probs_BT - behaviour_log_probs_BT)", "(behaviour_log_probs_BT - log_probs_BT)"),
        "maximum instead of minimum": (".clamp(max=math.log(cap))", ".clamp(min=math.log(cap))"),
        "cap dropped": (".clamp(max=math.log(cap))", ""),
        "cap ignored": ("math.log(cap)", "0.0"),
        "cap not in nats": ("math.log(cap)", "cap"),
        "padding weighs": (".exp().masked_fill(~mask_BT, 0.0)", ".exp()"),
        "gradient not stopped": (NO_GRAD + "def truncated_importance_weights", "def truncated_importance_weights"),
    },
    "policy loss": {
        "sign turned": ("return -terms_BT.sum()", "return terms_BT.sum()"),
        "maximum instead of minimum": ("torch.minimum(ratios_BT", "torch.maximum(ratios_BT"),
        "ratio turned": ("(log_probs_BT - old_log_probs_BT.detach())", "(old_log_probs_BT.detach() - log_probs_BT)"),
        "old policy not detached": ("old_log_probs_BT.detach()", "old_log_probs_BT"),
        "old policy is the new one": ("old_log_probs_BT.detach()", "log_probs_BT.detach()"),
        "logarithm of the ratio": (".masked_fill(~mask_BT, 0.0).exp()\n    advantages_BT", ".masked_fill(~mask_BT, 0.0)\n    advantages_BT"),
        "clip dropped": ("ratios_BT.clamp(1 - clip, 1 + clip)", "ratios_BT"),
        "clip of the lower side dropped": ("ratios_BT.clamp(1 - clip, 1 + clip)", "ratios_BT.clamp(max=1 + clip)"),
        "clip of the upper side dropped": ("ratios_BT.clamp(1 - clip, 1 + clip)", "ratios_BT.clamp(min=1 - clip)"),
        "clipped only": ("torch.minimum(ratios_BT * advantages_BT, ratios_BT.clamp(1 - clip, 1 + clip) * advantages_BT)", "ratios_BT.clamp(1 - clip, 1 + clip) * advantages_BT"),
        "clip ignored": ("ratios_BT.clamp(1 - clip, 1 + clip)", "ratios_BT.clamp(0.8, 1.2)"),
        "advantages not detached": ("advantages_BT.detach()", "advantages_BT"),
        "advantages dropped at the minimum": ("1 + clip) * advantages_BT)", "1 + clip))"),
        "mask dropped": ("advantages_BT.detach().masked_fill(~mask_BT, 0.0)", "advantages_BT.detach()"),
        "log-probabilities of padding read": ("old_log_probs_BT.detach()).masked_fill(~mask_BT, 0.0)", "old_log_probs_BT.detach())"),
        "weights dropped": ("terms_BT = truncated_importance_weights(log_probs_BT, behaviour_log_probs_BT, mask_BT) * terms_BT", "pass"),
        "weights against the old policy": ("(log_probs_BT, behaviour_log_probs_BT, mask_BT) * terms_BT", "(log_probs_BT, old_log_probs_BT, mask_BT) * terms_BT"),
        "weights of the old policy": ("(log_probs_BT, behaviour_log_probs_BT, mask_BT) * terms_BT", "(old_log_probs_BT, behaviour_log_probs_BT, mask_BT) * terms_BT"),
        "weights with gradient": (NO_GRAD + "def truncated_importance_weights", "def truncated_importance_weights"),
        "mean over padding too": ("(mask_BT.sum() if num_tokens is None", "(mask_BT.numel() if num_tokens is None"),
        "mean over rows": ("(mask_BT.sum() if num_tokens is None", "(len(mask_BT) if num_tokens is None"),
        "given token count ignored": ("(mask_BT.sum() if num_tokens is None else num_tokens)", "mask_BT.sum()"),
    },
    "value loss": {
        "sign turned": ("losses = 0.5 * torch", "losses = -0.5 * torch"),
        "half dropped": ("losses = 0.5 * torch", "losses = torch"),
        "minimum instead of maximum": ("torch.maximum((values - returns)", "torch.minimum((values - returns)"),
        "clip dropped": ("clipped = torch.maximum(torch.minimum(values, old_values + clip), old_values - clip)", "clipped = values"),
        "clipped only": ("torch.maximum((values - returns).square(), (clipped - returns).square())", "(clipped - returns).square()"),
        "clip of the lower side dropped": ("torch.maximum(torch.minimum(values, old_values + clip), old_values - clip)", "torch.minimum(values, old_values + clip)"),
        "clip of the upper side dropped": ("torch.maximum(torch.minimum(values, old_values + clip), old_values - clip)", "torch.maximum(values, old_values - clip)"),
        "clipped around zero": ("torch.maximum(torch.minimum(values, old_values + clip), old_values - clip)", "values.clamp(-clip, clip)"),
        "clipped around the return": ("torch.minimum(values, old_values + clip), old_values - clip)", "torch.minimum(values, returns + clip), returns - clip)"),
        "absolute instead of square": ("(values - returns).square()", "(values - returns).abs()"),
        "values of padding read": ("values = values.masked_fill(~mask, 0.0)", "pass"),
        "returns of padding read": ("returns.detach().masked_fill(~mask, 0.0)", "returns.detach()"),
        "mask dropped": ("mask = mask.bool()\n    values = values.masked_fill(~mask, 0.0)", "mask = mask.bool() | True"),
        "mean over padding too": ("(mask.sum() if num_entries is None", "(mask.numel() if num_entries is None"),
        "given count ignored": ("(mask.sum() if num_entries is None else num_entries)", "mask.sum()"),
        "returns not detached": ("returns.detach()", "returns"),
        "old values not detached": ("old_values.detach()", "old_values"),
    },
    "place of the value": {
        "read at the first token of the reply": (".argmax(dim=1) - 1)", ".argmax(dim=1))"),
        "read one token too early": (".argmax(dim=1) - 1)", ".argmax(dim=1) - 2)"),
        "read at the end of the reply": (
            "is_turn_BTK.long().argmax(dim=1) - 1)",
            "(is_turn_BTK.shape[1] - 1 - is_turn_BTK.long().flip(1).argmax(dim=1)) * is_turn_BTK.any(1))",
        ),
        "place of turns that are not there": (".clamp(min=0)", ""),
        "value of the next token": ("values_BT.gather(1,", "values_BT.roll(-1, 1).gather(1,"),
        "value of the token before": ("values_BT.gather(1,", "values_BT.roll(1, 1).gather(1,"),
        "value of the row's first token": ("positions_BK.masked_fill(~mask_BK, 0)", "positions_BK * 0"),
        "turns not there have values": ("positions_BK.masked_fill(~mask_BK, 0)).masked_fill(~mask_BK, 0.0)", "positions_BK.masked_fill(~mask_BK, 0))"),
        "value without gradient": ("values_BT.gather(1,", "values_BT.detach().gather(1,"),
    },
}  # fmt: skip
"""Check -> what is broken -> (source text that stands exactly once, what takes its place)."""

METRIC_MUTANTS = {
    "fraction of padding too": ("mask.sum().clamp(min=1)", "mask.numel()"),
    "padding summed": ("values.masked_fill(~mask, 0.0)", "values"),
    "only ratios above the range": ("(ratios_BT - 1).abs() > clip", "(ratios_BT - 1) > clip"),
    "inside the range": ("(ratios_BT - 1).abs() > clip", "(ratios_BT - 1).abs() < clip"),
    "unexplained variance": ("1 - errors.var(correction=0) / variance", "errors.var(correction=0) / variance"),
    "variances turned": ("errors.var(correction=0) / variance)", "variance / errors.var(correction=0))"),
    "variance of padding": ("returns[mask].double(), (returns - values)[mask].double()", "returns.double(), (returns - values).double()"),
    "returns all alike": ("if variance > NO_VARIANCE else 0.0", ""),
    "entropy's sign turned": ("return -(probs_BTV", "return (probs_BTV"),
    "ruled-out tokens not a number": (".masked_fill(probs_BTV == 0, 0.0)", ""),
    "entropy in the mean": (".sum(dim=-1)", ".mean(dim=-1)"),
}

CASES = [(check, name) for check, mutants in MUTANTS.items() for name in mutants]
FAILURES = (AssertionError, RuntimeError)
"""A broken objective is caught by a check, or cannot be computed at all (an index out of range)."""


def source_of(module: str) -> str:
    return (Path(symtune.objectives.__file__).parent / f"{module}.py").read_text()


def broken_module(module: str, before: str, after: str) -> types.ModuleType:
    source = source_of(module)
    assert source.count(before) == 1, f"the text to break stands {source.count(before)} times"
    broken = types.ModuleType(module)
    exec(compile(source.replace(before, after), module, "exec"), broken.__dict__)
    return broken


@pytest.mark.parametrize(("check", "name"), CASES, ids=[f"{check}: {name}" for check, name in CASES])
def test_a_broken_objective_fails_its_reference_check(check, name):
    broken = broken_module("ppo", *MUTANTS[check][name])
    with pytest.raises(FAILURES):
        checks.CHECKS[check](broken)


@pytest.mark.parametrize("name", METRIC_MUTANTS)
def test_a_broken_metric_fails_its_reference_check(name):
    broken = broken_module("ppo_metrics", *METRIC_MUTANTS[name])
    with pytest.raises(AssertionError):
        checks.check_metrics(broken)
