"""Sharded over two processes (FSDP), a run learns what whole networks learn, holds half of them, goes on from its shards, and leaves a plain model."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("torch")

import torch
from rlef_toys import SIZES, make_config, make_problems, play_game
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from symtune.errors import BadConfigError, RunMismatchError
from symtune.models import LoraConfig, ModelConfig, load_policy
from symtune.training import rlef_sharding
from symtune.training.rlef import train_rlef
from symtune.training.rlef_checkpoint import check_sharding
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_networks import load_networks

MODEL = ModelConfig(model="tiny-llama", sizes=SIZES.model_copy(update={"num_layers": 2}), context_tokens=256)
ADAPTERS = MODEL.model_copy(update={"lora": LoraConfig(rank=4, target_modules=("q_proj", "v_proj")), "dtype": "bfloat16"})
SHORT = {"num_iterations": 2, "mixed_precision": "bf16", "gradient_checkpointing": True}

CASES = {
    "full": {},
    "bfloat16": SHORT,
    "adapters": SHORT | {"model": ADAPTERS, "value": "token", "learning_rate": 1e-2},
}
"""Each is run by two processes, sharded and whole; "full" also by one process; "full" and "adapters" also stopped and resumed."""


class Tolerance(NamedTuple):
    """Largest differences between a run in shards and one of whole networks."""

    figures: float
    weights: float


TOLERANCE = {
    "full": Tolerance(1e-5, 1e-6),  # the norm of the gradients is summed in another order
    "bfloat16": Tolerance(5e-3, 3e-4),  # norms' weights are rounded on the way; each of four steps is 1e-3 at most
    "adapters": Tolerance(1e-4, 2e-3),  # nothing more is rounded; a weight that is saved in bfloat16 may fall to its neighbour
}

SCRIPT = """
import sys
from test_rlef_sharded import run_cases

run_cases(sys.argv[1], sys.argv[2:])
"""


def case_config(name: str, *, sharding: str) -> RlefConfig:
    values = {"model": MODEL, "num_iterations": 3, "learning_rate": 1e-3, "warmup_steps": 4, "max_tokens_per_micro_batch": 60}
    return make_config(sharding=sharding, validate_every_iterations=2, **(values | CASES[name]))


class Stopped(BaseException):
    """Ends a run as Ctrl-C would."""


def killed() -> None:
    """End this process at once."""
    os._exit(1)


def stopped() -> None:
    """End the run in this process."""
    raise Stopped


def train(out: Path, name: str, *, sharding: str, at_last: Callable[[], None] = int) -> None:
    """Run a case; ``at_last`` is called before the last iteration is played."""
    config = case_config(name, sharding=sharding)

    def play(problems, policy, *, round, **given):
        if round == config.num_iterations - 1:
            at_last()
        return play_game(problems, policy, round=round, **given)

    # Of one validation problem the first process has none to play, and must not leave the other alone; without validation the last weights are kept.
    validation = make_problems(1) if name == "adapters" else None
    train_rlef(config, problems=make_problems(), validation=validation, out=out, play=play)


def run_cases(out: str, asked: list[str]) -> None:
    """Called in each of several processes; what is asked for is "CASE/SHARDING", "adapters broken", "sizes", "killed" or "resumed"."""
    folder = Path(out)
    for name in asked:
        if name in ("killed", "resumed"):
            train(folder / "broken", "full", sharding="full", at_last=killed if name == "killed" else int)
        elif name == "adapters broken":
            with contextlib.suppress(Stopped):
                train(folder / name, "adapters", sharding="full", at_last=stopped)
            train(folder / name, "adapters", sharding="full")
        elif name == "sizes":
            os.environ |= {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2", "FSDP_CPU_RAM_EFFICIENT_LOADING": "true"}
            write_sizes(folder)
            del os.environ["ACCELERATE_USE_FSDP"]
        else:
            train(folder / name, name.partition("/")[0], sharding=name.partition("/")[2])


def write_sizes(folder: Path) -> None:
    """Note how much of each network this process holds, and of its gradients and optimiser states after a step."""
    networks = load_networks(case_config("full", sharding="none"), corpus=["f(x)"] * 9, out=folder)
    held = {}
    for name, network in networks.trained.items():
        network.module(input_ids=torch.ones(1, 4, dtype=torch.long), attention_mask=torch.ones(1, 4, dtype=torch.long))
        weights = list(network.module.parameters())
        for weight in weights:
            weight.grad = torch.zeros_like(weight)
        network.optimiser.step()
        states = [network.optimiser.state[weight]["exp_avg"] for weight in weights]
        held[name] = [sum(part.numel() for part in weights), *(sum(part.to_local().numel() for part in kind) for kind in (weights, states))]
    held["reference"] = [sum(f(part).numel() for part in networks.reference.parameters()) for f in (lambda part: part, lambda part: part.to_local())]
    (folder / f"sizes_{networks.accelerator.process_index}.json").write_text(json.dumps(held))


def launch(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    script = folder / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script), str(folder), *asked]
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "1"}
    return subprocess.run(command, env=environment, timeout=400, capture_output=True, text=True)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """The folder of all runs of two processes; "full" has been killed in its third iteration besides."""
    folder = tmp_path_factory.mktemp("runs")
    done = launch(folder, *(f"{name}/{sharding}" for name in CASES for sharding in ("full", "none")), "adapters broken", "sizes", "killed")
    assert (folder / "sizes_1.json").is_file(), done.stderr[-3000:]
    return folder


def weights_of(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "model" / "model.safetensors")


def lines_of(run: Path, name: str) -> list[dict]:
    return [
        {key: value for key, value in json.loads(line).items() if not key.endswith("_s")} for line in (run / name).read_text().splitlines()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_two_sharded_processes_learn_what_two_whole_ones_learn(name, runs):
    sharded, whole = runs / name / "full", runs / name / "none"
    assert lines_of(sharded, "records/episodes.jsonl") == lines_of(whole, "records/episodes.jsonl"), "they played other episodes"
    for one, other in zip(lines_of(sharded, "metrics.jsonl"), lines_of(whole, "metrics.jsonl"), strict=True):
        assert one == pytest.approx(other, rel=TOLERANCE[name].figures, abs=TOLERANCE[name].figures)
    ours, theirs = weights_of(sharded), weights_of(whole)
    assert ours.keys() == theirs.keys()
    assert max(float((weight - theirs[key]).abs().max()) for key, weight in ours.items()) <= TOLERANCE[name].weights


@pytest.mark.slow
def test_they_learn_what_one_process_learns_which_holds_all(runs, tmp_path):
    train(tmp_path, "full", sharding="full")
    one, two = weights_of(tmp_path), weights_of(runs / "full" / "full")
    for name, weight in one.items():
        # As for whole networks: other rows share a pass, and Adam divides by a running root mean square.
        assert torch.allclose(weight, two[name], atol=5e-3), name
        assert (weight - two[name]).abs().mean() < 5e-5, name


@pytest.mark.slow
def test_each_process_holds_half_where_the_launcher_asks_for_it(runs):
    for process in (0, 1):
        for name, (total, *held) in json.loads((runs / f"sizes_{process}.json").read_text()).items():
            for count in held:  # weights and, where it is trained, AdamW's first moment
                assert count == pytest.approx(total / 2, rel=0.01), f"{name} of process {process}"


@pytest.mark.slow
def test_killed_and_resumed_equals_unbroken_to_the_bit(runs):
    broken = runs / "broken"
    checkpoint = broken / "checkpoints" / "step_00000002"
    assert len(list((checkpoint / "shards").glob("*.distcp"))) == 2, "each process writes its own shards"
    assert not list(checkpoint.glob("*.safetensors")), "and nobody whole networks"
    done = launch(runs, "resumed")
    assert done.returncode == 0, done.stderr[-3000:]
    assert_same_run(broken, runs / "full" / "full")
    assert_same_run(runs / "adapters broken", runs / "adapters" / "full")


def assert_same_run(one: Path, other: Path) -> None:
    names = ["metrics.jsonl", *(f"records/{path.name}" for path in (other / "records").iterdir())]
    assert len(names) > 1
    for name in names:
        assert lines_of(one, name) == lines_of(other, name), name
    ours, theirs = weights_of(one), weights_of(other)
    assert ours.keys() == theirs.keys()
    assert [name for name, weight in ours.items() if not torch.equal(weight, theirs[name])] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_saved_folder_is_a_plain_model(name, runs):
    folder = runs / name / "full" / "model"
    model, found = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not any(found.values()), found
    assert json.loads((folder / "config.json").read_text()) == json.loads((runs / name / "none" / "model" / "config.json").read_text())
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert not any("lora" in key for key in weights_of(runs / name / "full"))


def test_a_hollow_policy_has_weights_in_the_block_only():
    policy = load_policy(MODEL, corpus=["f(x)"] * 9, device="cpu")
    weights = {name: weight.detach().clone() for name, weight in policy.model.named_parameters()}
    empty = rlef_sharding.hollow(policy, device=torch.device("cpu"))
    row = torch.arange(5)[None]
    with torch.no_grad():
        expected = policy.model(input_ids=row).logits
        with rlef_sharding.filled(empty.model, weights):
            assert torch.equal(empty.model(input_ids=row).logits, expected)
            assert empty.model.lm_head.weight is empty.model.model.embed_tokens.weight
    assert {weight.device.type for weight in empty.model.parameters()} == {"meta"}
    assert torch.equal(policy.model(input_ids=row).logits, expected)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "--fsdp_version 2"),
        ({"FSDP_VERSION": "1"}, "--fsdp_version 2"),
        ({"FSDP_VERSION": "2", "FSDP_OFFLOAD_PARAMS": "true"}, "fsdp_offload_params"),
        ({"FSDP_VERSION": "2", "FSDP_ACTIVATION_CHECKPOINTING": "true"}, "gradient_checkpointing = true"),
        ({"FSDP_VERSION": "2", "FSDP_RESHARD_AFTER_FORWARD": "false"}, "fsdp_reshard_after_forward"),
    ],
)
def test_what_the_launcher_asks_for_and_is_not_done_is_refused(settings, said, monkeypatch, tmp_path):
    for name, value in ({"ACCELERATE_USE_FSDP": "true"} | settings).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadConfigError, match=said):
        load_networks(case_config("full", sharding="none"), corpus=["f(x)"] * 9, out=tmp_path)


def test_a_checkpoint_of_the_other_kind_is_refused(tmp_path):
    with pytest.raises(RunMismatchError, match="whole networks"):
        check_sharding(tmp_path, is_sharded=True)
    (tmp_path / "shards").mkdir()
    with pytest.raises(RunMismatchError, match="sharded networks"):
        check_sharding(tmp_path, is_sharded=False)


def test_a_model_without_known_layers_is_refused():
    with pytest.raises(BadConfigError, match="sharding = 'none'"):
        rlef_sharding.Sharding(mesh=None, layer_dtype=None).shard(torch.nn.Linear(2, 2))
