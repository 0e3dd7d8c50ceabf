"""A recipe is resolved and checked before any work, says where each value comes from, and skips what is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from symtune.cli.recipe import plan_recipe, run_plan
from symtune.errors import BadConfigError, RunMismatchError
from symtune.store import read_jsonl

ROOT = Path(__file__).resolve().parents[2]

RECIPE = """
name = "small"
[data]
outside = "nowhere.jsonl"
[stages.train]
verb = "gym"
count = 6
sources = { count = "ours: small" }
[stages.parts]
verb = "split"
problems = "@train/problems.jsonl"
first_fraction = 0.5
[toy.train]
count = 4
"""


@pytest.fixture
def recipe(tmp_path):
    def write(text: str = RECIPE) -> Path:
        path = tmp_path / "small.toml"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count = 6", "coutn = 6", r"unknown key 'coutn'; did you mean 'count'"),
        ('verb = "gym"', 'verb = "gim"', r"verb 'gim' is not one of"),
        ("@train/", "@trian/", r"'problems' needs the stage 'trian'"),
        ('problems = "@train/problems.jsonl"', "", r"'problems' is missing; a split stage needs it"),
        ('"@train/problems.jsonl"', '"$inside"', r"no entry 'inside' in the recipe's \[data\] table"),
        ("[toy.train]", "[toy.trian]", r"\[toy\]: unknown key 'trian'"),
        ("[data]", "[date]", r"unknown key 'date'"),
        ("count = 4", "count = 0", r"key 'count'.*greater than or equal to 1"),
    ],
)
def test_a_wrong_recipe_is_refused_before_work(recipe, tmp_path, old, new, message):
    with pytest.raises(BadConfigError, match=message):
        plan_recipe(recipe(RECIPE.replace(old, new)), out=tmp_path / "out", is_toy=True)
    assert not (tmp_path / "out").exists()


def test_every_value_names_its_source(recipe, tmp_path):
    rows = {(stage, key): (value, source) for stage, key, value, source in plan_recipe(recipe(), out=tmp_path / "o").rows()}
    assert rows["train", "count"] == ("6", "recipe: ours: small")
    assert rows["train", "seed"] == ("0", "default: Seed of the generator.")
    toy = {(stage, key): (value, source) for stage, key, value, source in plan_recipe(recipe(), out=tmp_path / "o", is_toy=True).rows()}
    assert toy["train", "count"] == ("4", "toy: ours: small")


def test_done_stages_are_skipped_and_changed_ones_refused(recipe, tmp_path):
    lines: list[str] = []
    out = tmp_path / "out"
    first = run_plan(plan_recipe(recipe(), out=out), announce=lines.append)
    assert first["parts"] == {"num_first": 3, "num_second": 3}
    stamp = (out / "train" / "problems.jsonl").stat().st_mtime_ns
    again = run_plan(plan_recipe(recipe(), out=out), announce=lines.append)
    assert again == first
    assert sum("done before" in line for line in lines) == 2
    assert (out / "train" / "problems.jsonl").stat().st_mtime_ns == stamp
    with pytest.raises(RunMismatchError, match=r"config\.count"):
        run_plan(plan_recipe(recipe(), out=out, is_toy=True), announce=lines.append)


def test_a_stage_killed_before_its_end_is_done_again(recipe, tmp_path, monkeypatch):
    from symtune.cli import stages

    def killed(*_):
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(stages, "save_records", killed)
        with pytest.raises(KeyboardInterrupt):
            run_plan(plan_recipe(recipe(), out=out), announce=lambda _: None)
    assert run_plan(plan_recipe(recipe(), out=out), announce=lambda _: None)["parts"]["num_first"] == 3
    assert len(list(read_jsonl(out / "parts" / "first.jsonl"))) == 3


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.toml")), ids=lambda path: path.name)
@pytest.mark.parametrize("is_toy", [False, True])
def test_shipped_recipes_resolve(path, is_toy, tmp_path):
    plan = plan_recipe(path, out=tmp_path, is_toy=is_toy)
    assert plan.stages[-1].stage.verb == "report"


def test_the_papers_numbers_stand_in_its_recipe(tmp_path):
    rows = {(stage, key): value for stage, key, value, _ in plan_recipe(ROOT / "recipes/sakharova2025.toml", out=tmp_path).rows()}
    assert rows["samples", "num_samples"] == "100"
    assert (rows["critic-codet5-se", "learning_rate"], rows["critic-codet5-se", "num_epochs"]) == ("2e-05", "1")
    for policy in ("rl-coderl-se", "rl-codet5-se", "rl-coderl", "dpo"):
        assert (rows[policy, "learning_rate"], rows[policy, "num_epochs"]) == ("2e-06", "1")
    assert rows["dpo", "beta"] == "0.1"
    assert rows["halves", "first_fraction"] == "0.5"
