"""The paper's recipe at toy size runs to its end; killed in the middle of every stage and resumed, it gives the same records."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "recipes" / "sakharova2025.toml"

MEASURED_TIMES = {"duration_s", "seconds_by_explorer", "train_s", "seconds", "elapsed_s"}
"""Keys that hold wall-clock readings, which no two runs share."""


def run(out: Path, kill_at: dict[str, int]) -> dict:
    kills, events = out.with_suffix(".kill.json"), out.with_suffix(".events.json")
    kills.write_text(json.dumps(kill_at))
    command = [sys.executable, str(Path(__file__).with_name("zygote.py")), str(RECIPE), str(out), str(kills), str(events)]
    done = subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(events.read_text())


def without_times(form):
    if isinstance(form, dict):
        return {key: without_times(value) for key, value in form.items() if key not in MEASURED_TIMES}
    return [without_times(item) for item in form] if isinstance(form, list) else form


def contents(out: Path) -> dict[str, object]:
    """Every record, summary and weight file of a run."""
    found: dict[str, object] = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if "checkpoints" in name or "report" in name:
            continue
        if path.suffix == ".jsonl":
            found[name] = [without_times(json.loads(line)) for line in path.read_text().splitlines()]
        elif path.suffix == ".safetensors":
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif path.name == "manifest.json":
            found[name] = without_times(json.loads(path.read_text())["summary"])
    return found


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    pytest.importorskip("crosshair", reason="crosshair-tool is not installed")
    out = tmp_path_factory.mktemp("unbroken") / "run"
    return out, run(out, {})


def guests() -> set[str]:
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listing.splitlines() if "guest/server.py" in line}


@pytest.mark.slow
def test_the_toy_recipe_reaches_its_report(unbroken):
    out, seen = unbroken
    assert seen["num_kills"] == 0
    text = (out / "report" / "report.txt").read_text()
    assert "Table 1" in text
    assert "Table 2" in text
    assert "Figure 3" in text
    assert (out / "report" / "report.html").is_file()


@pytest.mark.slow
def test_killed_in_every_stage_and_resumed_gives_the_same_records(unbroken, tmp_path):
    out, seen = unbroken
    kill_at = {stage: count // 2 + 1 for stage, count in seen["events"].items() if stage != "report"}
    before = guests()
    broken = run(tmp_path / "run", dict(kill_at))
    assert broken["num_kills"] == len(kill_at)
    ours, theirs = contents(out), contents(tmp_path / "run")
    assert sorted(ours) == sorted(theirs)
    # Runs name their own folder in some records; everything else must be equal to the letter.
    place = json.dumps(theirs).replace(str(tmp_path / "run"), str(out))
    assert [name for name, value in json.loads(place).items() if value != json.loads(json.dumps(ours[name]))] == []
    for _ in range(50):
        if not guests() - before:
            break
        time.sleep(0.1)
    assert not guests() - before, "a guest outlived its killed host"
