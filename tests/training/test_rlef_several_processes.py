"""Two processes under a launcher play the episodes of one, learn what one learns, and go on from a checkpoint together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from rlef_toys import make_config, make_problems, play_game

from symtune.models import ModelConfig, load_policy
from symtune.training.rlef import train_rlef

SCRIPT = """
import sys
from test_rlef_several_processes import train

train(sys.argv[1], is_killed=sys.argv[2] == "killed")
"""


def train(out: Path | str, *, is_killed: bool = False) -> None:
    def play(problems, policy, *, round, **given):
        if is_killed and round == 2:
            os._exit(1)
        return play_game(problems, policy, round=round, **given)

    config = make_config(num_iterations=3, learning_rate=1e-3, max_tokens_per_micro_batch=60, validate_every_iterations=2)
    train_rlef(config, problems=make_problems(), validation=make_problems(3), out=out, play=play)


def launch(script: Path, out: Path, how: str) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "1"}
    return subprocess.run([*launcher, str(script), str(out), how], env=environment, timeout=300, capture_output=True, text=True)


@pytest.mark.slow
def test_two_processes_equal_one_and_resume_together(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    assert launch(script, tmp_path / "two", "killed").returncode != 0
    assert (tmp_path / "two" / "checkpoints" / "step_00000002" / "random_states_1.pkl").is_file()
    done = launch(script, tmp_path / "two", "whole")
    assert done.returncode == 0, done.stderr[-3000:]
    train(tmp_path / "one")
    lines = [
        [json.loads(line) for line in (tmp_path / name / "records" / "episodes.jsonl").read_text().splitlines()] for name in ("one", "two")
    ]
    assert len(lines[0]) == 48
    assert lines[0][:16] == lines[1][:16], "the first iteration's weights are the same, so its episodes must be"
    assert [line["id"] for line in lines[0]] == [line["id"] for line in lines[1]]
    one, two = (
        load_policy(ModelConfig(model=str(tmp_path / name / "model")), device="cpu").model.state_dict() for name in ("one", "two")
    )
    for name, weight in one.items():
        # Adam divides by a running root mean square, so gradients near zero may differ in sign after rounding.
        assert torch.allclose(weight, two[name], atol=5e-3), name
        assert (weight - two[name]).abs().mean() < 5e-5, name
