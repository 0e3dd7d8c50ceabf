"""What RLEF does for a tiny model on problems with one thing open, and what its parts are worth.

Per seed: dialogues of blind guesses, a warm-up on them in two phases, then five trainings from the same warm-up (value at each turn, value at
each token, group baseline, no feedback in training, one turn in training). Every policy then plays the test problems, which no
training saw, in three turns, in three turns with the feedback of other problems (of any family, and of the same family alone), and in
independent single turns.

    1@3 of three turns      one rollout of three turns at most, its last program handed in
    1@3 of single turns     three independent samples, filtered by the public tests, one of those left handed in

    python benchmarks/rlef.py --seeds 3            # everything
    python benchmarks/rlef.py --seeds 1 --variants turn
    python benchmarks/rlef.py --quick              # a small pass through every stage

A stage that is done is not done again, so a run that was cut goes on. Results go to benchmarks/results/rlef.{json,md}.

Source: Gehring et al. 2024 (RLEF), sections 3.2 and 3.3; the estimator is AlphaCode's.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import multiprocessing
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rlef_report import VARIANTS, summarise, table, targets
from sized import chosen_size, sized_parser, work_folder

from symtune.datasets.gym import FAMILIES, generate_open_choice, settled
from symtune.domain import Episode, Problem
from symtune.evaluation.n_at_k import counts_of_episodes, n_at_k
from symtune.models import ModelConfig
from symtune.models.config import PresetSizes
from symtune.rollout import EpisodeConfig, WarmUpConfig, episodes_to_file, warm_up_dialogues
from symtune.store import load_records
from symtune.training import RlefConfig, SftConfig, train_rlef, train_sft

PLAYED = {"show_examples": False, "style": "brief", "code": "bare", "max_new_tokens": 32}
"""How every episode is played."""

FRESH = 500
"""Added to the seed of the dialogues of the second phase, which are others than the first's."""

CHANGES: dict[str, dict[str, Any]] = {
    "turn": {},
    "token": {"value": "token"},
    "group": {"value": "group", "episodes": {"num_episodes": 8}},
    "no_feedback": {"episodes": {"feedback": "none"}},
    "single_turn": {"no_code_penalty": 0.0, "episodes": {"max_turns": 1}},
}
"""Variant -> what is changed in its training."""


@dataclass(frozen=True)
class Size:
    """How much of everything; the defaults are those of recipes/rlef-demo.toml."""

    num_train: int = 784
    num_test: int = 196
    num_dialogues: int = 4
    reading_epochs: int = 8
    reading_rate: float = 4e-3
    warm_up_epochs: int = 2
    warm_up_rate: float = 1e-3
    iterations: int = 40
    episodes_per_iteration: int = 192
    learning_rate: float = 1e-3
    value_rate: float = 2e-3
    num_layers: int = 2
    hidden_size: int = 64
    feed_forward_size: int = 192
    vocabulary_size: int = 700
    num_multi: int = 4
    num_single: int = 12


FULL = Size()
QUICK = replace(FULL, num_train=48, num_test=12, reading_epochs=1, iterations=2, episodes_per_iteration=16, num_multi=1, num_single=3)


def warm_up(size: Size, train: Sequence[Problem], *, work: Path, seed: int) -> Path:
    """Learn dialogues of blind guesses on open and settled problems, then on open ones alone; return the model's folder."""
    sizes = PresetSizes(
        num_layers=size.num_layers, hidden_size=size.hidden_size, feed_forward_size=size.feed_forward_size,
        vocabulary_size=size.vocabulary_size,
    )  # fmt: skip
    model = ModelConfig(model="tiny-llama", max_source_tokens=96, max_target_tokens=32, context_tokens=256, sizes=sizes, init_seed=seed)
    phases = (
        ("reading", [*train, *map(settled, train)], 0, size.reading_epochs, size.reading_rate),
        ("warm_up", [*train], FRESH, size.warm_up_epochs, size.warm_up_rate),
    )
    for name, asked, offset, num_epochs, rate in phases:
        dialogues = work / f"{name}_dialogues.jsonl"
        if not dialogues.is_file():
            played = WarmUpConfig(num_episodes=size.num_dialogues, batch_size=128, seed=seed + offset, settle=len(asked) > len(train), **PLAYED)
            warm_up_dialogues(train, out=dialogues, config=played)
        config = SftConfig(
            model=model, num_epochs=num_epochs, learning_rate=rate, schedule="linear", warmup_steps=30, weight_decay=0.01, batch_size=32, seed=seed,
        )  # fmt: skip
        train_sft(config, problems=asked, validation=None, episodes=dialogues, out=work / name)
        model = ModelConfig(model=str(work / name / "model"))
    return work / "warm_up" / "model"


def tune(size: Size, variant: str, train: Sequence[Problem], *, warm: Path, work: Path, seed: int) -> Path:
    """Train one variant; return the model's folder."""
    changes = dict(CHANGES[variant])
    episodes = EpisodeConfig(**{**PLAYED, "batch_size": 96, "seed": seed, **changes.pop("episodes", {})})
    config = RlefConfig(
        model=ModelConfig(model=str(warm)), episodes=episodes, num_iterations=size.iterations,
        episodes_per_iteration=size.episodes_per_iteration, updates_per_iteration=4, learning_rate=size.learning_rate,
        value_learning_rate=size.value_rate, warmup_steps=20, seed=seed, **changes,
    )  # fmt: skip
    train_rlef(config, problems=train, out=work / variant)
    return work / variant / "model"


def scores(policy: Path, size: Size, test: Sequence[Problem], *, out: Path, seed: int) -> dict[str, dict[str, float]]:
    """Return the figures of a policy by problem id: ``multi``, ``random``, ``kin``, ``single``."""
    families = [[problem for problem in test if problem.meta["family"] == name] for name in FAMILIES]
    found: dict[str, dict[str, float]] = {}
    for name, groups, changes in (
        ("multi", [test], {"num_episodes": size.num_multi}),
        ("random", [test], {"num_episodes": size.num_multi, "feedback": "random"}),
        ("kin", [group for group in families if len(group) > 1], {"num_episodes": size.num_multi, "feedback": "random"}),
        ("single", [test], {"num_episodes": size.num_single, "max_turns": 1}),
    ):
        config = EpisodeConfig(**{**PLAYED, "batch_size": 128, "seed": 1000 + seed, **changes})
        found[name] = {}
        for number, group in enumerate(groups):
            path = out.with_name(f"{out.name}.{name}{number or ''}.jsonl")
            if not path.is_file():
                episodes_to_file(group, model=ModelConfig(model=str(policy)), out=path, config=config)
            found[name] |= by_problem(group, load_records(path, Episode), turns=config.max_turns)
    return found


def by_problem(problems: Sequence[Problem], episodes: Iterable[Episode], *, turns: int) -> dict[str, float]:
    """Return 1@3 of each problem that has enough episodes with a verdict."""
    counts = counts_of_episodes(problems, episodes)
    return {one.problem_id: n_at_k(one, n=1, budget=3, turns=turns) for one in counts if one.num_kept + one.num_dropped >= 3 // turns}


def run_seed(size: Size, variants: Sequence[str], work: Path, seed: int) -> dict[str, Any]:
    """Train and score the variants of one seed."""
    folder, started = work / f"seed_{seed}", time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    train = generate_open_choice("train", count=size.num_train, seed=seed)
    test = generate_open_choice("test", count=size.num_test, seed=0)
    warm = warm_up(size, train, work=folder, seed=seed)
    found = {"warm_up": scores(warm, size, test, out=folder / "test_warm_up", seed=seed)}
    print(f"seed {seed}: warm-up after {time.perf_counter() - started:.0f} s", flush=True)
    for variant in variants:
        policy = tune(size, variant, train, warm=warm, work=folder, seed=seed)
        found[variant] = scores(policy, size, test, out=folder / f"test_{variant}", seed=seed)
        multi = found[variant]["multi"].values()
        print(f"seed {seed}: {variant} {sum(multi) / len(multi):.3f} after {time.perf_counter() - started:.0f} s", flush=True)
    return {"seed": seed, "scores": found, "seconds": round(time.perf_counter() - started, 1)}


def parse(argv: Iterable[str] | None = None) -> argparse.Namespace:
    """Read the command line; every field of `Size` is an option."""
    parser = sized_parser(__doc__, FULL, work=Path("runs/rlef"))
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    return parser.parse_args(list(argv) if argv is not None else None)


def main() -> None:
    """Run all seeds and write the results."""
    args = parse()
    size, work = chosen_size(args, full=FULL, quick=QUICK), work_folder(args)
    os.environ["OMP_NUM_THREADS"] = "1"  # one core per process: seeds run side by side
    started = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(args.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        given = ((size, args.variants, work, seed) for seed in range(args.seeds))
        seeds = list(pool.map(run_seed, *zip(*given, strict=True)))
    summary = summarise([seed["scores"] for seed in seeds])
    text = table(summary, num_seeds=args.seeds) + "\n" + targets(summary)
    args.out.mkdir(parents=True, exist_ok=True)
    name = "rlef_quick" if args.quick else "rlef"
    form = {
        "size": vars(size), "num_seeds": args.seeds, "summary": summary, "seconds_by_seed": [seed["seconds"] for seed in seeds],
        "total_s": round(time.perf_counter() - started, 1),
    }  # fmt: skip
    (args.out / f"{name}.json").write_text(json.dumps(form, indent=1) + "\n")
    (args.out / f"{name}.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
