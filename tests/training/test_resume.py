"""A training that is killed and called again ends with the same weights, metrics and records as one that never was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from safetensors.torch import load_file
from training_toys import SIZES

from symtune.models import LoraConfig, ModelConfig
from symtune.training import (
    CoderlConfig,
    CriticConfig,
    DpoConfig,
    SftConfig,
    train_coderl,
    train_critic,
    train_dpo,
    train_sft,
)
from symtune.training.callbacks import RunCallback

KILL_AT_STEP = 8
LOOP = {"learning_rate": 2e-3, "batch_size": 5, "save_every_steps": 3, "log_every_steps": 2, "device": "cpu"}


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


def run_sft(toy, warm, out):
    config = SftConfig(model=ModelConfig(model="tiny-t5", sizes=SIZES), num_epochs=6, **LOOP)
    return train_sft(config, problems=toy.problems, validation=toy.problems[:4], out=out)


def run_sft_lora(toy, warm, out):
    model = ModelConfig(model=str(warm["tiny-t5"]), lora=LoraConfig(rank=2))
    config = SftConfig(model=model, num_epochs=6, gradient_accumulation_steps=2, **(LOOP | {"batch_size": 2}))
    return train_sft(config, problems=toy.problems, validation=toy.problems[:4], out=out)


def run_critic(toy, warm, out):
    config = CriticConfig(model=ModelConfig(model=str(warm["critic"])), num_epochs=2, held_out_fraction=0.2, **LOOP)
    return train_critic(config, **toy.given(), out=out)


def run_coderl(toy, warm, out):
    config = CoderlConfig(model=ModelConfig(model=str(warm["tiny-t5"])), num_epochs=2, **LOOP)
    return train_coderl(config, **toy.given(), critic=warm["critic"], out=out)


def run_dpo_t5(toy, warm, out):
    config = DpoConfig(model=ModelConfig(model=str(warm["tiny-t5"])), num_epochs=2, num_pairs_per_problem=4, **LOOP)
    return train_dpo(config, **toy.given(), out=out)


def run_dpo_llama(toy, warm, out):
    config = DpoConfig(model=ModelConfig(model=str(warm["tiny-llama"])), num_epochs=2, num_pairs_per_problem=4, **LOOP)
    return train_dpo(config, **toy.given(), out=out)


STAGES = [run_sft, run_sft_lora, run_critic, run_coderl, run_dpo_t5, run_dpo_llama]


def traces(run: Path) -> dict[str, object]:
    """Everything a run leaves that must not depend on being killed."""
    files = [run / "metrics.jsonl", *(run / "records").glob("*.jsonl")]
    found: dict[str, object] = {file.name: [json.loads(line) for line in file.read_text().splitlines()] for file in files}
    summary = json.loads((run / "manifest.json").read_text())["summary"]
    found["summary"] = {key: value for key, value in summary.items() if key != "train_s"}
    for weights in sorted((run / "model").glob("*.safetensors")):
        found |= {f"{weights.name}:{name}": tensor for name, tensor in load_file(weights).items()}
    return found


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__.removeprefix("run_"))
def test_killed_and_resumed_equals_unbroken(stage, toy, warm, tmp_path, monkeypatch):
    stage(toy, warm, tmp_path / "unbroken")

    def die(self, args, state, control, **kwargs):
        if state.global_step == KILL_AT_STEP - 1:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(RunCallback, "on_pre_optimizer_step", die)
        with pytest.raises(Killed):
            stage(toy, warm, tmp_path / "killed")
    assert (tmp_path / "killed" / "checkpoints" / "step_00000006" / "DONE").is_file()
    assert json.loads((tmp_path / "killed" / "manifest.json").read_text())["status"] == "failed"
    stage(toy, warm, tmp_path / "killed")

    unbroken, resumed = traces(tmp_path / "unbroken"), traces(tmp_path / "killed")
    assert unbroken.keys() == resumed.keys()
    for name, wanted in unbroken.items():
        if isinstance(wanted, torch.Tensor):
            assert torch.equal(wanted, resumed[name]), name
        else:
            assert wanted == resumed[name], name


def test_a_finished_run_is_returned_and_not_trained_again(toy, warm, tmp_path, monkeypatch):
    first = run_coderl(toy, warm, tmp_path / "run")
    monkeypatch.setattr(RunCallback, "on_step_begin", lambda *_, **__: pytest.fail("it trained again"))
    assert run_coderl(toy, warm, tmp_path / "run") == first


def test_a_half_written_checkpoint_is_not_resumed_from(toy, warm, tmp_path, monkeypatch):
    run_sft(toy, warm, tmp_path / "unbroken")
    marked = []

    def die_before_done(self, step):
        marked.append(step)
        if step == 6:
            raise Killed
        (self.checkpoint_dir(step) / "DONE").write_text("done\n")

    with monkeypatch.context() as patch:
        patch.setattr("symtune.store.RunDirectory.mark_checkpoint", die_before_done)
        with pytest.raises(Killed):
            run_sft(toy, warm, tmp_path / "killed")
    assert marked == [3, 6]
    assert not (tmp_path / "killed" / "checkpoints" / "step_00000006" / "DONE").exists()
    run_sft(toy, warm, tmp_path / "killed")
    unbroken, resumed = traces(tmp_path / "unbroken"), traces(tmp_path / "killed")
    for name, wanted in unbroken.items():
        assert torch.equal(wanted, resumed[name]) if isinstance(wanted, torch.Tensor) else wanted == resumed[name], name


def test_token_values_cut_off_half_way_are_completed_not_refreshed(toy, warm, tmp_path, monkeypatch):
    import symtune.training.token_values as module

    run_coderl(toy, warm, tmp_path / "unbroken")
    real, calls = module._for_policy, []

    def die_at_twentieth(*args, **given):
        calls.append(1)
        if len(calls) == 20:
            raise Killed
        return real(*args, **given)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_for_policy", die_at_twentieth)
        with pytest.raises(Killed):
            run_coderl(toy, warm, tmp_path / "killed")
    scores = tmp_path / "killed" / "records" / "token_values.jsonl"
    before = scores.read_text().splitlines()
    assert len(before) == 19
    with scores.open("a") as file:
        file.write(before[0][:30])  # a torn line
    run_coderl(toy, warm, tmp_path / "killed")
    assert scores.read_text().splitlines()[:19] == before
    assert traces(tmp_path / "killed")["token_values.jsonl"] == traces(tmp_path / "unbroken")["token_values.jsonl"]
