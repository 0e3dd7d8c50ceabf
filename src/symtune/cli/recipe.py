"""A recipe: the whole chain in one TOML file. Read it, resolve it, show the plan, run what is not done yet.

    name = "demo"
    [data]                      # outside inputs, by name; `--data NAME=PATH` replaces them
    [machine]                   # the card that --dry-run estimates an rlef stage's memory and time for
    [stages.NAME]               # in the order they run
    verb = "sft"                # one of the stages table
    problems = "@train/problems.jsonl"   # a file of an earlier stage
    learning_rate = 3e-4        # any key of the stage's config
    sources = { learning_rate = "Sakharova 2025" }   # where a value comes from, shown by --dry-run
    [toy.NAME]                  # values that `--toy` lays on top; one that names a verb replaces the whole stage
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from symtune.cli.stages import STAGES, Stage
from symtune.config import Config, build_config, merged, read_toml
from symtune.errors import BadConfigError
from symtune.store import RunDirectory, read_run
from symtune.training.rlef_estimate import MachineConfig

RECIPE_KEYS = {"name", "description", "data", "machine", "stages", "toy"}


@dataclasses.dataclass(frozen=True)
class PlannedStage:
    """One stage of a recipe, resolved and checked.

    Attributes:
        inputs: input files by name; a list where the stage takes several.
        origins: where each given (dotted) key comes from: ``recipe`` or ``toy``.
        sources: the paper, page or reason behind a value, by key.
    """

    name: str
    stage: Stage
    config: Config
    inputs: dict[str, Path | list[Path] | str]
    origins: dict[str, str]
    sources: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A resolved recipe."""

    name: str
    out: Path
    stages: tuple[PlannedStage, ...]
    machine: MachineConfig | None = None

    def rows(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield ``(stage, key, value, source)`` for every input and config value, in order."""
        for planned in self.stages:
            yield planned.name, "verb", planned.stage.verb, "recipe"
            for key, value in planned.inputs.items():
                shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                yield planned.name, key, shown, planned.origins.get(key, "recipe")
            for key, value, description in _leaves(planned.config):
                top = key.split(".")[0]
                origin = planned.origins.get(key, "default")
                given = planned.sources.get(key) or planned.sources.get(top) if origin != "default" else None
                reason = given or description
                yield planned.name, key, value, f"{origin}: {reason}" if reason else origin


def _leaves(config: BaseModel, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield ``(dotted key, value, description)`` for every value of a config, nested ones included."""
    for key, field in type(config).model_fields.items():
        value = getattr(config, key)
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value), field.description or ""


def _dotted_keys(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _dotted_keys(value, f"{prefix}{key}.")


def plan_recipe(path: Path | str, *, out: Path, data: Mapping[str, str] | None = None, is_toy: bool = False) -> Plan:
    """Read a recipe and resolve every value of every stage, before any work starts.

    Args:
        path: the TOML file.
        out: folder of the run; each stage gets a folder of its own in it.
        data: replaces entries of the recipe's ``[data]`` table.
        is_toy: lay the recipe's ``[toy]`` table on top.

    Raises:
        BadConfigError: an unknown key, verb, stage or data name, or an input that no earlier stage makes.
    """
    recipe = read_toml(path)
    _refuse_unknown(recipe, RECIPE_KEYS, f"{path}")
    stages, toy = recipe.get("stages", {}), recipe.get("toy", {}) if is_toy else {}
    _refuse_unknown(toy, set(stages), f"{path}: [toy]")
    known_data = merged(recipe.get("data", {}), data or {})
    _refuse_unknown(data or {}, set(recipe.get("data", {})), f"{path}: [data]")
    planned: list[PlannedStage] = []
    for name, table in stages.items():
        overlay = toy.get(name, {})
        values = dict(overlay) if "verb" in overlay else merged(table, overlay)
        origins = dict.fromkeys(_dotted_keys(values), "recipe") | dict.fromkeys(_dotted_keys(overlay), "toy")
        planned.append(_plan_stage(name, values, origins, where=f"{path}: [stages.{name}]", out=out, data=known_data))
        _check_order(planned, out, where=f"{path}: [stages.{name}]")
    machine = build_config(MachineConfig, recipe["machine"], where=f"{path}: [machine]") if "machine" in recipe else None
    return Plan(name=str(recipe.get("name", Path(path).stem)), out=out, stages=tuple(planned), machine=machine)


def _plan_stage(
    name: str, values: dict[str, Any], origins: dict[str, str], *, where: str, out: Path, data: Mapping[str, str]
) -> PlannedStage:
    verb = values.pop("verb", None)
    if verb not in STAGES:
        raise BadConfigError(f"{where}: verb {verb!r} is not one of {', '.join(STAGES)}")
    stage = STAGES[verb]
    sources = values.pop("sources", {})
    inputs: dict[str, Path | list[Path] | str] = {}
    for key in [*stage.inputs, *stage.optional_inputs]:
        if key in values:
            inputs[key] = _resolve(values.pop(key), where=f"{where}: {key}", out=out, data=data)
        elif key in stage.inputs:
            raise BadConfigError(f"{where}: '{key}' is missing; a {verb} stage needs it")
    resolved = _resolve_values(values, where=where, out=out, data=data)
    config = build_config(stage.config_type, resolved, where=where)
    return PlannedStage(name=name, stage=stage, config=config, inputs=inputs, origins=origins, sources=sources)


def _resolve(given: Any, *, where: str, out: Path, data: Mapping[str, str]) -> Path | list[Path] | str:
    if isinstance(given, list):
        return [Path(_reference(item, where=where, out=out, data=data)) for item in given]
    text = _reference(given, where=where, out=out, data=data)
    is_path = str(given).startswith("@") or Path(text).exists() or not str(given).startswith("$")
    return Path(text) if is_path else text


def _reference(given: Any, *, where: str, out: Path, data: Mapping[str, str]) -> str:
    """Return the text behind ``@stage/file`` and ``$data``; any other text as it is."""
    if not isinstance(given, str):
        raise BadConfigError(f"{where}: expected a path, got {given!r}")
    if given.startswith("@"):
        return str(out / given[1:])
    if given.startswith("$"):
        if given[1:] not in data:
            raise BadConfigError(f"{where}: no entry '{given[1:]}' in the recipe's [data] table")
        return data[given[1:]]
    return given


def _resolve_values(values: Any, *, where: str, out: Path, data: Mapping[str, str]) -> Any:
    """Replace every ``@stage/file`` and ``$data`` inside config values, tables included."""
    if isinstance(values, dict):
        return {
            key: _resolve_values(value, where=f"{where}: {key}", out=out, data=data) for key, value in values.items()
        }
    is_reference = isinstance(values, str) and values[:1] in {"@", "$"}
    return _reference(values, where=where, out=out, data=data) if is_reference else values


def _check_order(planned: Sequence[PlannedStage], out: Path, *, where: str) -> None:
    made = {stage.name for stage in planned[:-1]}
    for key, value in planned[-1].inputs.items():
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path) and path.is_relative_to(out):
                maker = path.relative_to(out).parts[0]
                if maker not in made:
                    raise BadConfigError(f"{where}: '{key}' needs the stage '{maker}', which does not come before it")


def _refuse_unknown(given: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise BadConfigError(f"{where}: unknown key '{key}'; known: {', '.join(sorted(known)) or 'none'}")


def run_plan(plan: Plan, *, announce: Callable[[str], None] = print) -> dict[str, dict[str, Any]]:
    """Run every stage that is not done yet, in order, and return their summaries by name."""
    summaries: dict[str, dict[str, Any]] = {}
    for number, planned in enumerate(plan.stages, start=1):
        folder = plan.out / planned.name
        was_done = (folder / "manifest.json").is_file() and read_run(folder).status == "done"
        announce(f"[{number}/{len(plan.stages)}] {planned.name} ({planned.stage.verb}){' - done before' if was_done else ''}")
        summary = _run_stage(planned, folder)
        summaries[planned.name] = summary
        for key, value in summary.items():
            if isinstance(value, str | int | float) and "\n" not in str(value):
                announce(f"    {key}: {value:.4g}" if isinstance(value, float) else f"    {key}: {value}")
    return summaries


def _run_stage(planned: PlannedStage, folder: Path) -> dict[str, Any]:
    stage = planned.stage
    if stage.owns_run_directory:
        return stage.run(planned.config, planned.inputs, folder)
    digestible = {
        f"{key}.{index}" if isinstance(value, list) else key: path
        for key, value in planned.inputs.items()
        for index, path in enumerate(value if isinstance(value, list) else [value])
    }
    config = planned.config.model_dump(mode="json")
    with RunDirectory.open(folder, stage=stage.verb, config=config, inputs=digestible) as run:
        if not run.is_done:
            run.finish(stage.run(planned.config, planned.inputs, run))
        return run.summary
