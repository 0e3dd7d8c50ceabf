"""The RLEF recipes: each runs at toy size on CPU, the paper's numbers stand in them, and --dry-run says what a card would need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch")

from symtune.cli.recipe import plan_recipe, run_plan
from symtune.cli.run import plan_lines
from symtune.errors import BadConfigError

RECIPES = Path(__file__).resolve().parents[2] / "recipes"
NAMES = ("rlef-demo", "rlef-one-gpu", "rlef2024-8b")
"""Recipes that are run; that of the 70B model has the same stages as that of the 8B model."""
ITERATIONS = {"rlef2024-8b": "3000", "rlef2024-70b": "2000"}
"""12,000 and 8,000 updates, four an iteration."""

PAPER = {
    "learning_rate": "2e-07", "weight_decay": "0.1", "warmup_steps": "50", "beta": "0.05", "gamma": "1.0", "clip": "0.2",
    "value_clip": "0.2", "importance_weights": "True", "value": "turn", "reward": "binary", "no_code_penalty": "-0.2",
    "episodes_per_iteration": "1024", "updates_per_iteration": "4", "validate_every_iterations": "200", "episodes.max_turns": "3",
    "episodes.temperature": "1.0", "episodes.top_p": "1.0", "episodes.top_k": "0", "episodes.feedback": "tests",
}  # fmt: skip
"""Key of the rlef stage -> value in Gehring et al. 2024."""


@pytest.mark.parametrize("name", NAMES)
def test_each_recipe_runs_at_toy_size(name, tmp_path):
    plan = plan_recipe(RECIPES / f"{name}.toml", out=tmp_path, is_toy=True)
    summaries = run_plan(plan, announce=lambda line: None)
    assert summaries["rlef"]["num_iterations"] == 2
    metrics = [json.loads(line) for line in (tmp_path / "rlef" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in metrics] == [1, 2]
    assert all(line["unjudged_fraction"] == 0 for line in metrics)
    assert (tmp_path / "report" / "report.html").is_file()


@pytest.mark.parametrize("is_toy", [False, True])
def test_the_recipes_of_both_sizes_differ_in_model_length_and_names_only(is_toy, tmp_path):
    small, large = (
        list(plan_recipe(RECIPES / f"rlef2024-{size}.toml", out=tmp_path, is_toy=is_toy).rows()) for size in ("8b", "70b")
    )
    differing = {key for one, other in zip(small, large, strict=True) if one[:3] != other[:3] for key in (one[1], other[1])}
    expected = {"paper_row", "title"} if is_toy else {"paper_row", "title", "policy", "model.model", "num_iterations"}
    assert differing == expected


@pytest.mark.parametrize("name", sorted(ITERATIONS))
def test_the_papers_numbers_stand_in_its_recipes_with_their_source(name, tmp_path):
    rows = {(stage, key): (value, source) for stage, key, value, source in plan_recipe(RECIPES / f"{name}.toml", out=tmp_path).rows()}
    assert rows["rlef", "num_iterations"][0] == ITERATIONS[name]
    for key, value in PAPER.items():
        assert rows["rlef", key][0] == value, key
        assert rows["rlef", key][1].startswith("recipe: paper"), key
    for stage, temperature in (("rlef-test-1at3", "0.2"), ("rlef-test-10at100", "1.0")):
        played = {key: rows[stage, key][0] for key in ("temperature", "top_p", "num_episodes", "max_turns")}
        assert played == {"temperature": temperature, "top_p": "0.95", "num_episodes": "200", "max_turns": "3"}
    assert rows["rlef-test-single", "max_turns"][0] == "1"


@pytest.mark.parametrize(
    ("name", "fits"),
    [("rlef-one-gpu", " fits a card of 80 GB"), ("rlef2024-8b", " fits a card of 80 GB"), ("rlef2024-70b", "does NOT fit a card of 80 GB")],
)
def test_a_dry_run_says_what_the_card_would_need(name, fits, tmp_path):
    lines = plan_lines(plan_recipe(RECIPES / f"{name}.toml", out=tmp_path))
    start = lines.index("# estimate for [rlef], not measured")
    said = "\n".join(lines[start:])
    assert fits in said
    assert "hours for" in said
    assert "assumed:" in said


def test_an_unknown_key_of_the_machine_is_refused(tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[machine]\nmemory_byte = 1\n[stages.train]\nverb = "gym"\n')
    with pytest.raises(BadConfigError, match="memory_bytes"):
        plan_recipe(recipe, out=tmp_path)
