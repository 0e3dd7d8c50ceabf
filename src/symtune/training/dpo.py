"""Direct preference optimisation: per problem one right and one uniformly drawn wrong program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from symtune.domain import Outcome
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


class DpoConfig(LoopConfig):
    """Settings of `train_dpo`."""

    learning_rate: float = Field(2e-6, gt=0, description="Peak learning rate of AdamW (Sakharova et al. 2025: 2e-6).")
    num_epochs: int = Field(1, ge=1, description="Passes over the pairs (Sakharova et al. 2025: 1).")
    beta: float = Field(0.1, gt=0, description="Pull towards the reference model, 1 / nats (Sakharova et al. 2025: 0.1).")
    num_pairs_per_problem: int = Field(
        1, ge=1, description="Pairs drawn per problem, all different (Sakharova et al. 2025: 1; more is ours)."
    )


@dataclass(frozen=True)
class Pair:
    """A right and a wrong program of one problem."""

    right: Judged
    wrong: Judged


@dataclass(frozen=True)
class Pairs:
    """The pairs, and the problems that give none.

    Attributes:
        num_without_right: problems with judged programs but no right one.
        num_without_wrong: problems with right programs only.
    """

    items: tuple[Pair, ...]
    num_without_right: int
    num_without_wrong: int


def train_dpo(
    config: DpoConfig, *, problems: Problems, programs: Programs, judgements: Judgements, out: Path | str
) -> dict[str, Any]:
    """Tune a policy by direct preference optimisation; ``out/model`` is the tuned policy.

    The reference model is the policy the training starts from. Decoder-only policies are trained by TRL's `DPOTrainer`,
    encoder-decoder ones, which TRL no longer takes, by our own objective; a test holds both to the same numbers.

    Args:
        config: settings; ``config.model`` is the warmed-up policy.
        problems: the problems of the programs (a file or records).
        programs: programs of any origin; greedy ones count like the others.
        judgements: their verdicts.
        out: run directory; a finished run is returned as it is, an unfinished one goes on.

    Returns:
        The summary: ``model``, ``num_pairs``, ``num_steps``, and how many problems gave no pair, by reason. The pairs are
        ``records/pairs.jsonl``.

    Raises:
        TrainingError: no problem has both a right and a wrong program, or a loss that is not finite.
        MissingExtraError: a decoder-only policy, and TRL is not installed.

    Source: Rafailov et al. 2023; Sakharova et al. 2025, section 4 (one right, one uniformly drawn wrong program).
    Differs: the paper does not say how the right program is chosen; it is drawn uniformly too, see
        docs/decisions/0072-dpo-pairs.md. Dropout is off, as in TRL.
    """
    from symtune import models
    from symtune.store import write_jsonl
    from symtune.training import loop
    from symtune.training.preference import fit_encoder_decoder
    from symtune.training.trl_preference import fit_decoder_only

    # 1. Draw the pairs.
    loaded, judgements = load_problems(problems), load_judgements(judgements)
    joined = join(loaded, load_programs(programs), judgements)
    pairs = draw_pairs(joined.items, num_per_problem=config.num_pairs_per_problem, seed=config.seed)
    require(
        pairs.items,
        what=f"no problem has both a right and a wrong judged program ({pairs.num_without_right} have no right one, "
        f"{pairs.num_without_wrong} no wrong one, {joined.num_unjudged} programs are unjudged)",
        remedy="sample more programs per problem, or judge them",
    )
    given = {"problems": problems, "programs": programs, "judgements": judgements, "model": config.model.model}
    with loop.open_run(out, stage="dpo", config=config, inputs=input_digests(given)) as run:
        if run.is_done:
            return run.summary
        write_jsonl(run.path / "records" / "pairs.jsonl", [pair_record(pair) for pair in pairs.items])

        # 2. Load the policy; it is its own reference model.
        policy = models.load_policy(config.model, corpus=models.tokenizer_corpus(loaded), device=loop.device_of(config))

        # 3. Train.
        fit_pairs = fit_encoder_decoder if policy.is_encoder_decoder else fit_decoder_only
        done = fit_pairs(policy, pairs.items, config=config, run=run)
        loop.write_folder(run.path / "model", lambda folder: models.save_policy(policy, folder))

        # 4. Report.
        summary = {"model": "model", "num_pairs": len(pairs.items), "num_unjudged": joined.num_unjudged}
        summary |= {"num_without_right": pairs.num_without_right, "num_without_wrong": pairs.num_without_wrong}
        return loop.finish(run, summary | {"num_steps": done.num_steps, "train_s": done.train_s})


def draw_pairs(items: Sequence[Judged], *, num_per_problem: int, seed: int) -> Pairs:
    """Draw pairs of a right and a wrong program, both uniformly over the distinct sources of the problem.

    A problem's pairs depend on the seed, its id and its own programs only. No pair is drawn twice; a problem with fewer
    combinations than ``num_per_problem`` gives all of them.
    """
    by_problem: dict[str, dict[str, Judged]] = {}
    for item in items:
        by_problem.setdefault(item.problem.id, {}).setdefault(item.program.source, item)
    pairs: list[Pair] = []
    num_without_right = num_without_wrong = 0
    for problem_id, by_source in by_problem.items():
        right = [item for item in by_source.values() if item.judgement.outcome is Outcome.PASSED]
        wrong = [item for item in by_source.values() if item.judgement.outcome is not Outcome.PASSED]
        num_without_right += not right
        num_without_wrong += bool(right) and not wrong
        random = np.random.default_rng((seed, *problem_id.encode()))
        drawn = random.permutation(len(right) * len(wrong))[:num_per_problem]
        pairs += [Pair(right[place // len(wrong)], wrong[place % len(wrong)]) for place in drawn]
    return Pairs(tuple(pairs), num_without_right, num_without_wrong)


def pair_record(pair: Pair) -> dict[str, Any]:
    """Return a pair as a record: which programs were drawn."""
    return {
        "problem_id": pair.right.problem.id,
        "right": pair.right.program.program_id,
        "wrong": pair.wrong.program.program_id,
        "wrong_outcome": pair.wrong.judgement.outcome.value,
    }
