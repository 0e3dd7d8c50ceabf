"""`symtune export`: problems -> files that other trainers read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.datasets.exports import Written, export_problems
from symtune.models import build_prompt


def export(problems: tyro.conf.Positional[ProblemsArg], *, to: Literal["parquet", "apps"], out: Path) -> Written:
    """Write problems as a `datasets` data set (parquet) or as rows of APPS; what the format cannot hold is counted and named.

    Args:
        problems: problems.jsonl or strong.jsonl.
        to: parquet (datasets.load_dataset; nothing is lost), or apps (JSON values only, no comparators).
        out: parquet: a .parquet file, or a folder for load_dataset(folder). apps: a .jsonl or .jsonl.gz file, or a folder in
            APPS's first layout.
    """
    return export_problems(load_problems(problems), out, to=to, prompt=build_prompt)


def summarise_export(written: Written) -> list[str]:
    """Return the lines the command line prints."""
    lines = [f"{written.num_problems} problems with {written.num_cases} cases: " + ", ".join(map(str, written.paths))]
    for title, counts in (
        ("problems left out", written.left_out_problems),
        ("cases left out", written.left_out_cases),
        ("changed on the way", written.changed),
    ):
        lines += _listed(title, counts)
    return lines


def _listed(title: str, counts: Counter[str]) -> list[str]:
    return [f"  {title}: {name}: {count}" for name, count in counts.most_common()]
