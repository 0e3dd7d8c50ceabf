"""Each loss broken on purpose fails its reference check, so the checks can be believed."""

from __future__ import annotations

import importlib.util
import types
from pathlib import Path

import pytest

pytest.importorskip("torch")

import symtune.objectives

REFERENCE = Path(__file__).resolve().parent.parent / "reference" / "checks.py"
_spec = importlib.util.spec_from_file_location("symtune_reference_checks_for_mutants", REFERENCE)
checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(checks)

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "cross_entropy": {
        "sign turned": ("return -(log_probs_BT * mask_BT).sum() / denominator", "return (log_probs_BT * mask_BT).sum() / denominator"),
        "mask dropped from the sum": ("-(log_probs_BT * mask_BT).sum()", "-log_probs_BT.sum()"),
        "mean over padding too": ("mask_BT.sum() if num_tokens", "mask_BT.numel() if num_tokens"),
        "given token count ignored": ("if num_tokens is None else num_tokens", ""),
        "mean of row means": (
            "return -(log_probs_BT * mask_BT).sum() / denominator",
            "return -((log_probs_BT * mask_BT).sum(-1) / mask_BT.sum(-1)).mean()",
        ),
        "logits not shifted": ("return logits_BTV[:, :-1], input_ids_BT[:, 1:]", "return logits_BTV[:, 1:], input_ids_BT[:, 1:]"),
        "targets not shifted": ("input_ids_BT[:, 1:], mask_BT[:, 1:]", "input_ids_BT[:, :-1], mask_BT[:, 1:]"),
        "mask not shifted": ("input_ids_BT[:, 1:], mask_BT[:, 1:]", "input_ids_BT[:, 1:], mask_BT[:, :-1]"),
        "normaliser dropped": ("chosen_BT - torch.logsumexp(logits_BTV, dim=-1)", "chosen_BT"),
        "normalised over tokens": ("torch.logsumexp(logits_BTV, dim=-1)", "torch.logsumexp(logits_BTV, dim=1)[:, :1].expand_as(chosen_BT)"),
        "padding keeps a log-probability": ("return log_probs_BT.masked_fill(~mask_BT, 0.0)", "return log_probs_BT"),
    },
    "critic": {
        "maximum over padding": ('.masked_fill(~mask_BT.bool().unsqueeze(-1), float("-inf"))', ""),
        "padding filled with zero": ('float("-inf")', "0.0"),
        "mask turned": ("~mask_BT.bool().unsqueeze(-1)", "mask_BT.bool().unsqueeze(-1)"),
        "mean instead of maximum": (".amax(dim=1)", ".nan_to_num(neginf=0.0).mean(dim=1)"),
        "maximum over classes": (".amax(dim=1)", ".amax(dim=1).flip(-1)"),
        "outcomes shifted by one": ("mask_BT=mask_BT), outcomes_B)", "mask_BT=mask_BT), (outcomes_B + 1) % 4)"),
        "loss on sigmoid instead of softmax": ("probs_BTC = torch.softmax(token_logits_BTC.float(), dim=-1)", "probs_BTC = torch.sigmoid(token_logits_BTC.float())"),
        "softmax over tokens": ("token_logits_BTC.float(), dim=-1)", "token_logits_BTC.float(), dim=1)"),
        "values at padding": (" * mask_BT.to(probs_BTC.dtype)", ""),
        "values keep their gradient": ("@torch.no_grad()", ""),
        "value of the likeliest class": ("probs_BTC.gather(-1, index_BT1).squeeze(-1)", "probs_BTC.amax(-1)"),
    },
    "coderl": {
        "sign turned": ("return -(weights_BT", "return (weights_BT"),
        "baseline dropped": ("(returns_B - baselines_B).detach()", "returns_B.detach()"),
        "baseline added": ("returns_B - baselines_B", "returns_B + baselines_B"),
        "mask dropped": ("log_probs_BT.dtype) * mask_BT", "log_probs_BT.dtype)"),
        "token values dropped": (" * token_values_BT.detach().to(log_probs_BT.dtype)", ""),
        "token values not detached": ("token_values_BT.detach()", "token_values_BT"),
        "advantage not detached": ("(returns_B - baselines_B).detach()", "(returns_B - baselines_B)"),
        "floor dropped": ("bounded_BT = log_probs_BT.clamp(min=floor)", "bounded_BT = log_probs_BT"),
        "floor on good programs too": ("log_probs_BT.where(advantages_B1 >= 0, bounded_BT)", "bounded_BT"),
        "floor on good programs instead": ("advantages_B1 >= 0, bounded_BT", "advantages_B1 < 0, bounded_BT"),
        "bounded from above": ("clamp(min=floor)", "clamp(max=floor)"),
        "mean over programs": (".sum() / mask_BT.sum()", ".sum() / len(mask_BT)"),
        "mean over padding too": (".sum() / mask_BT.sum()", ".mean()"),
        "halves subtracted": ("ce_loss + rl_weight * rl_loss", "ce_loss - rl_weight * rl_loss"),
        "weight on the wrong half": ("ce_loss + rl_weight * rl_loss", "rl_weight * ce_loss + rl_loss"),
    },
    "dpo": {
        "sign turned": ("return -functional.logsigmoid", "return functional.logsigmoid"),
        "pair swapped": ("return gain_right_B - gain_wrong_B", "return gain_wrong_B - gain_right_B"),
        "reference dropped": ("policy_right_B - reference_right_B.detach()", "policy_right_B"),
        "references crossed": ("policy_right_B - reference_right_B.detach()", "policy_right_B - reference_wrong_B.detach()"),
        "reference not detached": ("reference_wrong_B.detach()", "reference_wrong_B"),
        "beta dropped": ("beta * margins_B", "margins_B"),
        "beta outside the sigmoid": ("functional.logsigmoid(beta * margins_B)", "beta * functional.logsigmoid(margins_B)"),
        "summed over pairs": (".mean()", ".sum()"),
        "length-normalised": (".sum(dim=-1)", ".sum(dim=-1) / mask_BT.sum(dim=-1)"),
        "mask dropped": ("(log_probs_BT * mask_BT.to(log_probs_BT.dtype))", "log_probs_BT"),
    },
}  # fmt: skip
"""Loss -> what is broken -> (source text that stands exactly once, what takes its place)."""

CASES = [(loss, name) for loss, mutants in MUTANTS.items() for name in mutants]


def module_from(source: str, name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def source_of(loss: str) -> str:
    return (Path(symtune.objectives.__file__).parent / f"{loss}.py").read_text()


@pytest.mark.parametrize("loss", MUTANTS)
def test_the_unbroken_source_passes(loss):
    checks.CHECKS[loss](module_from(source_of(loss), loss))


@pytest.mark.parametrize(("loss", "name"), CASES, ids=[f"{loss}: {name}" for loss, name in CASES])
def test_a_broken_loss_fails_its_reference_check(loss, name):
    source = source_of(loss)
    before, after = MUTANTS[loss][name]
    assert source.count(before) == 1, f"the text to break stands {source.count(before)} times"
    broken = module_from(source.replace(before, after), loss)
    with pytest.raises(AssertionError):
        checks.CHECKS[loss](broken)
