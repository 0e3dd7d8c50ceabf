"""Critic training: foretell which of the four outcomes a program has, from verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from symtune.models import ModelConfig
from symtune.training.inputs import (
    Judged,
    Judgements,
    Problems,
    Programs,
    input_digests,
    join,
    load_judgements,
    load_problems,
    load_programs,
    require,
)
from symtune.training.settings import LoopConfig

NUM_OUTCOMES = 4


class CriticConfig(LoopConfig):
    """Settings of `train_critic`."""

    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate of AdamW (Sakharova et al. 2025: 2e-5).")
    num_epochs: int = Field(1, ge=1, description="Passes over the programs (Sakharova et al. 2025: 1).")
    held_out_fraction: float = Field(
        0.1, ge=0, lt=1, description="Share of the problems whose programs are only predicted, never trained on (ours)."
    )
    class_balance: bool = Field(
        False, description="Repeat programs of rare outcomes until all four are equally frequent (ours; the paper does not)."
    )


@dataclass(frozen=True)
class CriticPredictions:
    """A critic's predictions beside the truth, one entry per judged program; outcomes are ranks 0..3."""

    predicted: list[int]
    true: list[int]
    problem_ids: list[str]
    program_ids: list[str]
    probabilities: list[list[float]]

    def rows(self) -> list[dict[str, Any]]:
        """Return one JSON object per program."""
        columns = zip(
            self.problem_ids, self.program_ids, self.true, self.predicted, self.probabilities, strict=True
        )
        keys = ("problem_id", "program_id", "true", "predicted", "probabilities")
        return [dict(zip(keys, row, strict=True)) for row in columns]


def train_critic(
    config: CriticConfig, *, problems: Problems, programs: Programs, judgements: Judgements, out: Path | str
) -> dict[str, Any]:
    """Train a four-way critic on judged programs; ``out/model`` is the critic.

    ``config.model`` is a base model or preset (a new head), or an earlier critic (its head goes on). Programs without a
    verdict are kept out.

    Args:
        config: settings.
        problems: the problems of the programs (a file or records).
        programs: programs of any origin.
        judgements: their verdicts.
        out: run directory; a finished run is returned as it is, an unfinished one goes on.

    Returns:
        The summary: ``model``, counts by outcome, ``num_unjudged``, and over the held-out problems ``held_out_accuracy``
        and ``held_out_mae`` (None where nothing is held out); the predictions themselves are ``records/predictions.jsonl``.

    Raises:
        TrainingError: no program has a verdict, or a loss is not finite.
        BadModelError: the model is decoder-only.

    Source: Le et al. 2022 (CodeRL), section 3.3; Sakharova et al. 2025, section 4.
    """
    from symtune import models
    from symtune.store import write_jsonl
    from symtune.training import loop
    from symtune.training.batches import bundled, training_order
    from symtune.training.callbacks import Watch
    from symtune.training.encoding import encode
    from symtune.training.losses import critic_loss_of

    # 1. Join programs with their verdicts and set some problems aside.
    judgements = load_judgements(judgements)
    joined = join(load_problems(problems), load_programs(programs), judgements)
    require(joined.items, what="no program has a verdict", remedy="judge the programs first (symtune judge)")
    seen, held_out = split_by_problem(joined.items, fraction=config.held_out_fraction, seed=config.seed)
    seen = balanced(seen) if config.class_balance else seen

    inputs = input_digests(
        {"problems": problems, "programs": programs, "judgements": judgements, "model": config.model.model}
    )
    with loop.open_run(out, stage="critic", config=config, inputs=inputs) as run:
        if run.is_done:
            return run.summary

        # 2. Load the critic and turn the programs into tokens.
        corpus = [*models.tokenizer_corpus([item.problem for item in seen]), *(item.program.source for item in seen)]
        critic = models.load_critic(config.model, corpus=corpus, device=loop.device_of(config))
        encoded = encode(critic, [(item.problem, item.program.source) for item in seen])
        for example, item in zip(encoded.examples, seen, strict=True):
            example["outcomes"] = item.judgement.outcome.rank

        # 3. Train.
        order = training_order(encoded.lengths(), config=config, num_processes=loop.num_processes(config))
        collate = bundled(models.PairCollator.of(critic), keys=("outcomes",))
        watch = Watch()
        done = loop.fit(
            loop.PlainModule(critic, body=critic.body), examples=encoded.examples, order=order, collate=collate, loss=critic_loss_of(watch), config=config,
            run=run, watch=watch, num_per_epoch=len(seen),
        )  # fmt: skip
        loop.write_folder(run.path / "model", lambda folder: models.save_critic(critic, folder))

        # 4. Predict the held-out programs and report.
        predictions = predict(critic, held_out, batch_size=2 * config.batch_size)
        write_jsonl(run.path / "records" / "predictions.jsonl", predictions.rows())
        summary = {"model": "model", "num_programs": len(seen), "num_held_out": len(held_out)}
        summary |= {"num_unjudged": joined.num_unjudged, "num_without_problem": joined.num_without_problem}
        summary |= {**encoded.counts(), "num_by_outcome": counts_by_outcome(seen), **held_out_figures(predictions)}
        return loop.finish(run, summary | {"num_steps": done.num_steps, "train_s": done.train_s})


def evaluate_critic(
    critic: Path | str,
    *,
    problems: Problems,
    programs: Programs,
    judgements: Judgements,
    batch_size: int = 32,
    device: str = "auto",
    model: ModelConfig | None = None,
) -> CriticPredictions:
    """Return a critic's predictions for all judged programs, for `symtune.evaluation.critic_metrics`.

    Args:
        critic: folder of a critic (``RUN/model``) or a run directory that holds one.
        problems, programs, judgements: what it is held against.
        batch_size: programs per forward pass.
        device: where it runs.
        model: further settings of the model, such as the token limits; ``model.model`` is replaced by ``critic``.

    Raises:
        TrainingError: no program has a verdict.
        BadModelError: the folder holds no critic.
    """
    from symtune.models import load_critic

    joined = join(load_problems(problems), load_programs(programs), load_judgements(judgements))
    require(joined.items, what="no program has a verdict", remedy="judge the programs first (symtune judge)")
    folder = critic_folder(critic)
    config = (model or ModelConfig(model=str(folder))).model_copy(update={"model": str(folder)})
    return predict(load_critic(config, device=device), joined.items, batch_size=batch_size)


def critic_folder(path: Path | str) -> Path:
    """Return the folder of the critic itself: the one given, or ``model`` inside a run directory."""
    path = Path(path)
    return path / "model" if (path / "model").is_dir() else path


def predict(critic: Any, items: Sequence[Judged], *, batch_size: int) -> CriticPredictions:
    """Return the critic's predictions for judged programs, in order; programs of like length share a batch."""
    from symtune.models import build_prompt

    by_length = sorted(range(len(items)), key=lambda index: -len(items[index].program.source))
    prompts = [build_prompt(items[index].problem) for index in by_length]
    sources = [items[index].program.source for index in by_length]
    rows = critic.predict(prompts, sources, batch_size=batch_size)
    probabilities = [row for _, row in sorted(zip(by_length, rows, strict=True), key=lambda pair: pair[0])]
    return CriticPredictions(
        predicted=[int(np.argmax(row)) for row in probabilities],
        true=[item.judgement.outcome.rank for item in items],
        problem_ids=[item.problem.id for item in items],
        program_ids=[item.program.program_id for item in items],
        probabilities=probabilities,
    )


def split_by_problem(items: Sequence[Judged], *, fraction: float, seed: int) -> tuple[list[Judged], list[Judged]]:
    """Return the programs to train on and those of the held-out problems: ``floor(fraction * problems)`` of them."""
    problem_ids = sorted({item.problem.id for item in items})
    num_held_out = int(fraction * len(problem_ids))
    drawn = np.random.default_rng(seed).permutation(len(problem_ids))[:num_held_out]
    held_out = {problem_ids[index] for index in drawn}
    return (
        [item for item in items if item.problem.id not in held_out],
        [item for item in items if item.problem.id in held_out],
    )


def balanced(items: Sequence[Judged]) -> list[Judged]:
    """Return the programs with those of rarer outcomes repeated in turn until each outcome is as frequent as the most frequent one."""
    groups = [[item for item in items if item.judgement.outcome.rank == rank] for rank in range(NUM_OUTCOMES)]
    size = max(len(group) for group in groups)
    return [group[index % len(group)] for group in groups if group for index in range(size)]


def counts_by_outcome(items: Sequence[Judged]) -> dict[str, int]:
    """Return how many programs have each outcome, by its name."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item.judgement.outcome.value] = counts.get(item.judgement.outcome.value, 0) + 1
    return dict(sorted(counts.items()))


def held_out_figures(predictions: CriticPredictions) -> dict[str, float | None]:
    """Return accuracy and mean absolute error over the ranks, None where nothing was held out."""
    errors = [abs(guess - truth) for guess, truth in zip(predictions.predicted, predictions.true, strict=True)]
    if not errors:
        return {"held_out_accuracy": None, "held_out_mae": None}
    return {"held_out_accuracy": errors.count(0) / len(errors), "held_out_mae": sum(errors) / len(errors)}
