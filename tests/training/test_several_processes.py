"""Two processes under a launcher train to the weights that one process reaches with the same examples per step."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from training_toys import SIZES, make_toy

from symtune.models import ModelConfig, load_policy
from symtune.training import SftConfig, train_sft

SCRIPT = """
import sys
from test_several_processes import train

train(sys.argv[1], batch_size=2)
"""


def train(out: Path | str, *, batch_size: int) -> None:
    config = SftConfig(
        model=ModelConfig(model="tiny-t5", sizes=SIZES.model_copy(update={"dropout": 0.0})),
        learning_rate=1e-3, num_epochs=2, batch_size=batch_size, device="cpu", group_by_length=False, save_every_steps=2,
    )  # fmt: skip
    toy = make_toy(12)
    train_sft(config, problems=toy.problems, validation=toy.problems[:3], out=out)


@pytest.mark.slow
def test_two_processes_equal_one_with_a_batch_twice_as_large(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "1"}
    subprocess.run([*launcher, str(script), str(tmp_path / "two")], check=True, env=environment, timeout=240, capture_output=True)
    train(tmp_path / "one", batch_size=4)
    one, two = (
        load_policy(ModelConfig(model=str(tmp_path / name / "model")), device="cpu").model.state_dict() for name in ("one", "two")
    )
    for name, weight in one.items():
        # Adam divides by a running root mean square, so gradients near zero may differ in sign after rounding.
        assert torch.allclose(weight, two[name], atol=5e-4), name
        assert (weight - two[name]).abs().mean() < 2e-5, name
    assert (tmp_path / "two" / "metrics.jsonl").read_text().count("\n") == (tmp_path / "one" / "metrics.jsonl").read_text().count("\n")
