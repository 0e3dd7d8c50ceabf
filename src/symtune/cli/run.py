"""`symtune run recipe.toml`: the whole chain; stages that are done are skipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tyro

from symtune.cli.recipe import Plan, plan_recipe, run_plan
from symtune.models.sizes import sizes_of
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_estimate import estimate


def run(
    recipe: tyro.conf.Positional[Path],
    *,
    out: Path | None = None,
    data: dict[str, str] | None = None,
    toy: bool = False,
    dry_run: bool = False,
) -> dict[str, dict[str, Any]]:
    """Run every stage of a recipe that is not done yet, in order.

    Args:
        recipe: the TOML file.
        out: folder of the run; by default runs/NAME.
        data: replaces entries of the recipe's [data] table: NAME PATH NAME PATH ...
        toy: lay the recipe's [toy] table on top: the same chain at a size for a laptop.
        dry_run: print every resolved value with its source, and do nothing.
    """
    plan = plan_recipe(recipe, out=out or Path("runs") / Path(recipe).stem, data=data, is_toy=toy)
    if dry_run:
        print("\n".join(plan_lines(plan)))
        return {}
    return run_plan(plan)


def plan_lines(plan: Plan) -> list[str]:
    """Return the resolved plan as text: one ``key = value  # source`` line per value, under its stage."""
    lines = [f"# {plan.name} -> {plan.out}"]
    current = None
    for stage, key, value, source in plan.rows():
        if stage != current:
            lines += ["", f"[{stage}]"]
            current = stage
        lines.append(f"{key + ' = ' + value:<50}  # {source}")
    return lines + _estimates(plan)


def _estimates(plan: Plan) -> list[str]:
    """Return what each rlef stage would need of the recipe's card, marked as an estimate."""
    lines: list[str] = []
    for planned in plan.stages:
        if plan.machine is None or not isinstance(planned.config, RlefConfig):
            continue
        sizes = sizes_of(planned.config.model)
        lines += ["", f"# estimate for [{planned.name}], not measured"]
        found = [f"the sizes of '{planned.config.model.model}' are not known before it is loaded: no estimate"]
        if sizes is not None:
            found = estimate(planned.config, sizes, machine=plan.machine).lines(plan.machine)
        lines += [f"#   {line}" for line in found]
    return lines


def summarise_run(summaries: dict[str, dict[str, Any]]) -> list[str]:
    """Return the lines the command line prints: the report's tables and paths, when there is one."""
    for summary in reversed(list(summaries.values())):
        if "tables" in summary:
            return ["", summary["tables"].rstrip(), "", *(f"{key}: {summary[key]}" for key in ("page", "text", "figures") if key in summary)]
    return []
