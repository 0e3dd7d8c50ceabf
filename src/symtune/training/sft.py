"""Supervised fine-tuning (the warm-up): learn the references, choose the number of epochs on a validation split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from symtune.domain import Problem
from symtune.training.inputs import Problems, input_digests, load_problems, require
from symtune.training.settings import LoopConfig


class SftConfig(LoopConfig):
    """Settings of `train_sft`."""

    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate of AdamW (CodeRL: 2e-5).")
    num_epochs: int = Field(10, ge=1, description="Passes over the pairs at most; the validation split chooses (CodeRL: 10).")
    patience_epochs: int | None = Field(
        None, ge=1, description="Stop after this many epochs without a better validation score; None: never (ours)."
    )
    max_references: int | None = Field(
        None, ge=1, description="References of each problem used, the first ones; None: all (ours)."
    )


def train_sft(
    config: SftConfig,
    *,
    problems: Problems,
    validation: Problems | None,
    out: Path | str,
    score: Callable[[Any], float] | None = None,
) -> dict[str, Any]:
    """Fine-tune a policy on pairs of prompt and reference; ``out/model`` is the policy after the best epoch.

    After each epoch the policy is scored on the validation problems, and the best epoch's weights are kept; the first of
    equals wins. Without validation problems and ``score`` the last weights are kept. The score is minus the mean negative log-probability of the validation references, or what ``score`` returns.

    Args:
        config: settings.
        problems: training problems (a file or records).
        validation: problems that choose the epoch, or None.
        out: run directory; a finished run is returned as it is, an unfinished one goes on.
        score: a score of the policy (higher is better), such as its pass rate; None: the validation loss.

    Returns:
        The summary: ``model`` (folder, relative to the run), ``chosen_epoch``, ``num_steps``, ``curve`` (one entry per epoch:
        epoch, step, validation_loss, score), counts of pairs and of what was cut.

    Raises:
        TrainingError: no problem has a reference, or a loss is not finite.

    Source: Le et al. 2022 (CodeRL), section 3.1; Sakharova et al. 2025, section 4 (a validation set picks the epochs).
    Differs: the paper does not say by what score; see docs/decisions/0070-choosing-the-epoch.md.
    """
    from symtune import models
    from symtune.training import loop
    from symtune.training.batches import epoch_ends, training_order
    from symtune.training.callbacks import Watch
    from symtune.training.encoding import encode
    from symtune.training.epochs import EpochChooser
    from symtune.training.losses import sft_loss

    # 1. Pair every problem with its references.
    train_problems = load_problems(problems)
    validation_problems = load_problems(validation) if validation is not None else []
    pairs = reference_pairs(train_problems, max_references=config.max_references)
    require(pairs, what="no problem has a reference", remedy="give problems with 'references', or run symtune check on them")

    inputs = input_digests({"problems": problems, "validation": validation, "model": config.model.model})
    with loop.open_run(out, stage="sft", config=config, inputs=inputs) as run:
        if run.is_done:
            return run.summary

        # 2. Load the policy and turn the pairs into tokens.
        corpus = models.tokenizer_corpus(train_problems)
        policy = models.load_policy(config.model, corpus=corpus, device=loop.device_of(config))
        encoded = encode(policy, pairs)
        held_out = encode(policy, reference_pairs(validation_problems, max_references=config.max_references))

        # 3. Train; after each epoch score the policy and keep the best.
        order = training_order(encoded.lengths(), config=config, num_processes=loop.num_processes(config))
        per_step = config.batch_size * config.gradient_accumulation_steps * loop.num_processes(config)
        stops = epoch_ends(len(pairs), len(order), per_step=per_step)
        if not held_out.examples and score is None:
            stops = dict(list(stops.items())[-1:])
        chooser = EpochChooser(run, policy, held_out.examples, config=config, stops=stops, score=score)
        done = loop.fit(
            policy.model, examples=encoded.examples, order=order, collate=models.PairCollator.of(policy), loss=sft_loss,
            config=config, run=run, watch=Watch(), num_per_epoch=len(pairs), is_token_mean=True, stops=stops,
            after_step=chooser,
        ) if not chooser.is_over else loop.Fit(num_steps=chooser.curve[-1]["step"], train_s=0.0)  # fmt: skip

        # 4. Report.
        summary = {"model": "model", "num_problems": len(train_problems), "num_pairs": len(pairs)}
        summary |= {"num_validation_pairs": len(held_out.examples), **encoded.counts(), **chooser.summary()}
        return loop.finish(run, summary | {"num_steps": done.num_steps, "train_s": done.train_s})


def reference_pairs(problems: Sequence[Problem], *, max_references: int | None = None) -> list[tuple[Problem, str]]:
    """Return every problem with each of its references, the first ``max_references`` of them."""
    return [(problem, source) for problem in problems for source in problem.references[:max_references]]


