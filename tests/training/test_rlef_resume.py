"""Killed at random moments and resumed, a run plays the same episodes and ends with the same weights as an unbroken one."""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

pytest.importorskip("torch")

import torch
from rlef_toys import MODEL, make_config, make_problems, play_game
from safetensors.torch import load_file

from symtune.models import LoraConfig, load_policy
from symtune.training.rlef import train_rlef

NUM_KILLS = 10
MAX_EVENTS = 75
"""A kill comes within so many events; an iteration has about 30, and every second one ends with a checkpoint."""


def run(out: Path | str) -> None:
    config = make_config(num_iterations=8, validate_every_iterations=3, save_every_iterations=2, learning_rate=1e-2)
    problems = make_problems()
    train_rlef(config, problems=problems, validation=problems[:4], out=out, play=play_game)


def count_events(at_event) -> None:
    """Call ``at_event`` at every moment a run can be caught at: a batch of replies drawn, an optimizer step, a record, a file about to be replaced, a
    file of a checkpoint."""
    import accelerate.checkpointing as checkpointing
    import torch.optim.optimizer as torch_optimizer

    from symtune.models import TransformersPolicy
    from symtune.store import jsonl

    for owner, name in ((jsonl.AppendLog, "append"), (jsonl, "atomic_write"), (TransformersPolicy, "chat"), (checkpointing, "save")):
        setattr(owner, name, _counted(getattr(owner, name), at_event))
    torch_optimizer.register_optimizer_step_post_hook(lambda *_: at_event())


def _counted(function, at_event):
    def counted(*given, **named):
        at_event()
        return function(*given, **named)

    return counted


def run_and_die(out: Path, *, at_event: int | None) -> NoReturn:
    """Run, and end this process at its end, or by SIGKILL at an event."""
    count = iter(range(1, 1 << 30))
    count_events(lambda: os.kill(os.getpid(), signal.SIGKILL) if next(count) == at_event else None)
    run(out)
    os._exit(0)


def run_until_killed(out: Path, *, seed: int) -> tuple[int, list[str]]:
    """Run in forks, kill the first ten at an event drawn at random, let the last one finish; return the kills and where each struck."""
    draws, struck = random.Random(seed), []
    while True:
        left = draws.randint(1, MAX_EVENTS) if len(struck) < NUM_KILLS else None
        pid = os.fork()
        if pid == 0:
            run_and_die(out, at_event=left)
        status = os.waitpid(pid, 0)[1]
        if not os.WIFSIGNALED(status):
            assert status == 0
            return len(struck), struck
        assert os.WTERMSIG(status) == signal.SIGKILL
        struck.append(str(max((int(folder.name[5:]) for folder in (out / "checkpoints").glob("step_*")), default=0)))


def without_times(line: dict) -> dict:
    return {key: value for key, value in line.items() if not key.endswith("_s")}


def traces(out: Path) -> dict[str, object]:
    found: dict[str, object] = {"model": load_file(out / "model" / "model.safetensors")}
    for name in ("metrics.jsonl", "records/episodes.jsonl", "records/validation.jsonl"):
        found[name] = [without_times(json.loads(line)) for line in (out / name).read_text().splitlines()]
    summary = json.loads((out / "manifest.json").read_text())["summary"]
    return found | {"summary": summary}


def assert_equal(ours: dict[str, object], theirs: dict[str, object]) -> None:
    ours, theirs = dict(ours), dict(theirs)
    weights, others = ours.pop("model"), theirs.pop("model")
    assert ours == theirs
    assert weights.keys() == others.keys()
    assert [name for name, weight in weights.items() if not torch.equal(weight, others[name])] == []


def main() -> None:
    """Called in a process of its own: forking needs one that has started no threads. What a run imports is imported once, before."""
    torch.set_num_threads(1)
    importlib.import_module("symtune.training.rlef_report")
    importlib.import_module("symtune.rollout.multi_turn")
    importlib.import_module("transformers.models.llama.modeling_llama")
    load_policy(MODEL, corpus=["f(x)"] * 9, device="cpu")
    num_kills, struck = run_until_killed(Path(sys.argv[1]), seed=int(sys.argv[2]))
    print(*struck, num_kills)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("unbroken")
    run(out)
    return traces(out)


@pytest.mark.slow
def test_killed_ten_times_and_resumed_equals_an_unbroken_run(unbroken, tmp_path):
    source = "import sys; from test_rlef_resume import main; main()"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", source, str(tmp_path / "broken"), "5"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    *struck, num_kills = done.stdout.split()
    assert int(num_kills) == NUM_KILLS
    assert len(set(struck)) > 2, f"the kills struck at few places only: after iterations {struck}"
    assert_equal(unbroken, traces(tmp_path / "broken"))


class Killed(BaseException):
    """Ends a run as Ctrl-C would."""


@pytest.mark.parametrize("moment", ["after the episodes are written", "while the checkpoint is written", "after a validation"])
def test_a_run_stopped_at_the_worst_moment_goes_on_as_if_nothing_had_been(moment, unbroken, tmp_path, monkeypatch):
    target, count = {
        "after the episodes are written": ("symtune.store.RunDirectory.log_metrics", 6),
        "while the checkpoint is written": ("symtune.store.RunDirectory.mark_checkpoint", 2),
        "after a validation": ("symtune.training.rlef_checkpoint.save_when_due", 6),
    }[moment]
    calls = []

    def die(*given, **named):
        calls.append(1)
        if len(calls) == count:
            raise Killed
        return real(*given, **named)

    owner, name = target.rsplit(".", 1)
    real = getattr(_resolve(owner), name)
    with monkeypatch.context() as patch:
        patch.setattr(target, die)
        with pytest.raises(Killed):
            run(tmp_path / "broken")
    run(tmp_path / "broken")
    assert_equal(unbroken, traces(tmp_path / "broken"))


def test_adapters_and_their_optimiser_go_on_too(tmp_path, monkeypatch):
    model = MODEL.model_copy(update={"lora": LoraConfig(rank=4, target_modules=("q_proj", "v_proj"))})
    config = make_config(model=model, num_iterations=3, learning_rate=1e-2, value="token")
    given = {"problems": make_problems(), "validation": make_problems(3)}
    train_rlef(config, **given, out=tmp_path / "unbroken", play=play_game)

    def die_in_the_third(*seats, round, **named):
        if round == 2:
            raise Killed
        return play_game(*seats, round=round, **named)

    with pytest.raises(Killed):
        train_rlef(config, **given, out=tmp_path / "broken", play=die_in_the_third)
    train_rlef(config, **given, out=tmp_path / "broken", play=play_game)
    assert_equal(traces(tmp_path / "unbroken"), traces(tmp_path / "broken"))


def _resolve(dotted: str):
    module, _, attribute = dotted.rpartition(".")
    try:
        return importlib.import_module(dotted)
    except ModuleNotFoundError:
        return getattr(importlib.import_module(module), attribute)


def test_a_finished_run_is_returned_and_not_played_again(tmp_path):
    run(tmp_path)
    summary = json.loads((tmp_path / "manifest.json").read_text())["summary"]
    config = make_config(num_iterations=8, validate_every_iterations=3, save_every_iterations=2, learning_rate=1e-2)
    problems = make_problems()
    again = train_rlef(config, problems=problems, validation=problems[:4], out=tmp_path, play=lambda *_, **__: pytest.fail("it played again"))
    assert again == summary
