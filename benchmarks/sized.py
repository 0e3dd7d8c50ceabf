"""The command line of benchmarks that train by seed: how many seeds, how much of everything, where it goes."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TypeVar

SizeT = TypeVar("SizeT")


def sized_parser(description: str | None, full: object, *, work: Path) -> argparse.ArgumentParser:
    """Return a parser in which every field of the size (a dataclass) is an option."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a small pass through every stage")
    parser.add_argument("--workers", type=int, default=2, help="seeds at work at the same time, each on one core")
    parser.add_argument("--work", type=Path, default=work, help="run directories of the stages")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    for name, value in vars(full).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=None)
    return parser


def chosen_size(args: argparse.Namespace, *, full: SizeT, quick: SizeT) -> SizeT:
    """Return the full or the quick size, with the fields that were given."""
    changed = {name: getattr(args, name) for name in vars(full) if getattr(args, name) is not None}
    return dataclasses.replace(quick if args.quick else full, **changed)  # type: ignore[type-var]


def work_folder(args: argparse.Namespace) -> Path:
    """Return where the stages of this size work."""
    return args.work / ("quick" if args.quick else "full")
