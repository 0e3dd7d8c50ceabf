"""CodeRL: references by cross-entropy, sampled programs by their return over the greedy baseline and the critic's token values."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from symtune.domain import Problem
from symtune.rewards import reward_of
from symtune.training.critic import counts_by_outcome
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
from symtune.training.sft import reference_pairs

MICRO_STEPS = 2
"""Micro-steps that make one of CodeRL's: one on references, one on samples."""

_LACKING = {
    "greedy": ("judged greedy program", "sample the greedy program of each problem too, and judge the programs"),
    "mean": ("other judged sample of their problem", "sample several programs of each problem, and judge them"),
}
"""By baseline: what a sample without one lacks, and what helps."""

WEIGHT_KEYS = ("token_values", "returns", "baselines", "is_sampled")
"""What an example of `weighed` holds beside its tokens, in the order the loss takes it."""


class CoderlConfig(LoopConfig):
    """Settings of `train_coderl`."""

    learning_rate: float = Field(2e-6, gt=0, description="Peak learning rate of AdamW (Sakharova et al. 2025: 2e-6).")
    num_epochs: int = Field(1, ge=1, description="Passes over the sampled programs (Sakharova et al. 2025: 1).")
    batch_size: int = Field(16, ge=1, description="References, and sampled programs as many, per micro-step and process (ours).")
    gradient_accumulation_steps: int = Field(
        1, ge=1, description="Pairs of micro-steps (references, then samples) per optimizer step (ours)."
    )
    rl_weight: float = Field(1.0, ge=0, description="Weight of L_rl beside L_ce (CodeRL: 1).")
    min_negative_prob: float = Field(
        0.05, ge=0, lt=1, description="Probability at which a bad program's token is pushed no further down; 0: unbounded (ours)."
    )
    baseline: Literal["greedy", "mean"] = Field(
        "greedy",
        description="What a sample's return is held against: its problem's greedy program (CodeRL), or the mean of its problem's other samples (ours).",
    )
    match_references: bool = Field(
        False, description="Take the references of a step from the very problems its samples are for, not from all (ours)."
    )
    max_samples_per_problem: int | None = Field(
        None, ge=1, description="Sampled programs of each problem used, the first ones (CodeRL: about 20); None: all."
    )
    critic_tokenizer: str | None = Field(
        None, description="Folder or hub id of the critic's tokenizer (CodeRL's released one: Salesforce/codet5-base); None: the critic's own."
    )
    deduplicate: bool = Field(False, description="Use each distinct source of a problem once (ours; the paper does not say).")
    max_references: int | None = Field(None, ge=1, description="References of each problem used, the first ones; None: all.")


@dataclass(frozen=True)
class Scored:
    """A sampled program with its return and its baseline's."""

    item: Judged
    gained: float
    baseline: float


@dataclass(frozen=True)
class Samples:
    """The samples that carry a signal, and why the others do not.

    Attributes:
        num_without_baseline: samples of problems without a judged greedy program, or without another sample.
        num_without_advantage: samples whose return equals the baseline: their loss and gradient are zero, and they are left out.
    """

    items: tuple[Scored, ...]
    num_without_baseline: int
    num_without_advantage: int

    def counts(self) -> dict[str, Any]:
        """Return the counts for a summary."""
        return {
            "num_samples": len(self.items),
            "num_by_outcome": counts_by_outcome([scored.item for scored in self.items]),
            "num_without_baseline": self.num_without_baseline,
            "num_without_advantage": self.num_without_advantage,
        }


def train_coderl(
    config: CoderlConfig,
    *,
    problems: Problems,
    programs: Programs,
    judgements: Judgements,
    critic: Path | str | None,
    out: Path | str,
) -> dict[str, Any]:
    """Tune a policy by CodeRL's offline actor-critic learning; ``out/model`` is the tuned policy.

    Each optimizer step sees as many references as sampled programs, in alternating micro-steps: ``L = L_ce + L_rl``.

    Args:
        config: settings; ``config.model`` is the warmed-up policy that wrote the programs.
        problems: with references (a file or records).
        programs: samples, and per problem its greedy program (label ``greedy`` or an id that ends in ``#greedy``); none is
            needed where ``config.baseline`` is ``mean``.
        judgements: their verdicts.
        critic: folder of a critic; None gives every token the weight 1 (an ablation: no critic).
        out: run directory; a finished run is returned as it is, an unfinished one goes on.

    Returns:
        The summary: ``model``, ``num_steps``, counts of references and samples used and of those left out, by reason.

    Raises:
        TrainingError: no references, no samples with a baseline, or a loss that is not finite.

    Source: Le et al. 2022 (CodeRL), section 3.3; Sakharova et al. 2025, section 4.
    Differs: negative weights are bounded and the losses are means over tokens, see `objectives.coderl`; samples with no
        advantage are left out, see docs/decisions/0071-coderl-bounded-and-averaged.md.
    """
    from symtune import models
    from symtune.training import loop
    from symtune.training.batches import alternating_order, bundled
    from symtune.training.callbacks import Watch
    from symtune.training.encoding import encode
    from symtune.training.losses import coderl_loss_of
    from symtune.training.token_values import token_weights

    # 1. Pair problems with references, samples with their return and baseline.
    loaded, judgements = load_problems(problems), load_judgements(judgements)
    pairs = reference_pairs(loaded, max_references=config.max_references)
    require(pairs, what="no problem has a reference", remedy="give problems with 'references'")
    joined = join(loaded, load_programs(programs), judgements)
    samples = choose_samples(joined.items, config=config)
    lacking, remedy = _LACKING[config.baseline]
    reasons = f"{samples.num_without_baseline} have no {lacking}, {joined.num_unjudged} are unjudged"
    require(samples.items, what=f"no sampled program has a return and a baseline ({reasons})", remedy=remedy)
    given = {"problems": problems, "programs": programs, "judgements": judgements, "critic": critic, "model": config.model.model}
    with loop.open_run(out, stage="coderl", config=config, inputs=input_digests(given)) as run:
        if run.is_done:
            return run.summary

        # 2. Load the policy; let the critic score the samples, once.
        policy = models.load_policy(config.model, corpus=models.tokenizer_corpus(loaded), device=loop.device_of(config))
        references = encode(policy, pairs)
        items = [scored.item for scored in samples.items]
        sampled = encode(policy, [(item.problem, item.program.source) for item in items])
        values = token_weights(run, items, sampled, critic=critic, policy=policy, config=config)

        # 3. Train on references and samples in turn.
        examples = [weighed(example) for example in references.examples]
        examples += [
            weighed(example, values=row, gained=scored.gained, baseline=scored.baseline)
            for example, row, scored in zip(sampled.examples, values, samples.items, strict=True)
        ]
        order = alternating_order(
            references.lengths(), sampled.lengths(), config=config, num_processes=loop.num_processes(config),
            partners=own_references(pairs, items) if config.match_references else None,
        )  # fmt: skip
        watch = Watch()
        done = loop.fit(
            policy.model, examples=examples, order=order, config=config, run=run, watch=watch,
            collate=bundled(models.PairCollator.of(policy), keys=WEIGHT_KEYS), loss=coderl_loss_of(config, watch),
            num_per_epoch=MICRO_STEPS * len(items), accumulation_factor=MICRO_STEPS,
        )  # fmt: skip
        loop.write_folder(run.path / "model", lambda folder: models.save_policy(policy, folder))

        # 4. Report.
        summary = {"model": "model", "num_pairs": len(pairs), **samples.counts(), **sampled.counts()}
        summary |= {"num_unjudged": joined.num_unjudged, "num_steps": done.num_steps, "train_s": done.train_s}
        return loop.finish(run, summary)


def own_references(pairs: Sequence[tuple[Problem, str]], items: Sequence[Judged]) -> list[list[int]]:
    """Return for each sample the positions of its problem's references; of all references where it has none."""
    by_problem: dict[str, list[int]] = {}
    for index, (problem, _) in enumerate(pairs):
        by_problem.setdefault(problem.id, []).append(index)
    return [by_problem.get(item.problem.id) or list(range(len(pairs))) for item in items]


def choose_samples(items: Sequence[Judged], *, config: CoderlConfig) -> Samples:
    """Return the samples to train on, each with its return and its baseline, in the order given.

    The limit per problem and the deduplication come first, so that they do not depend on the verdicts. Where no sample has
    an advantage they are all kept, with their loss of zero: the run then learns from the references alone, and says so.
    """
    chosen = _within_limits(items, config=config)
    baselines = _baselines(items, chosen, config=config)
    scored = [
        Scored(item, gained=reward_of(item.judgement, "coderl"), baseline=baseline)
        for item, baseline in zip(chosen, baselines, strict=True)
        if baseline is not None
    ]
    kept = tuple(item for item in scored if item.gained != item.baseline)
    if scored and not kept:
        warnings.warn(
            f"none of {len(scored)} sampled programs does better or worse than its problem's baseline: CodeRL learns from "
            "the references alone; sample more programs, or at a higher temperature",
            stacklevel=2,
        )
    return Samples(kept or tuple(scored), len(chosen) - len(scored), len(scored) - len(kept))


def _within_limits(items: Sequence[Judged], *, config: CoderlConfig) -> list[Judged]:
    """Return the samples without greedy programs, duplicates and those beyond the limit per problem."""
    num_taken: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    chosen: list[Judged] = []
    for item in items:
        key, problem_id = (item.problem.id, item.program.source), item.problem.id
        if item.is_greedy or (config.deduplicate and key in seen):
            continue
        if config.max_samples_per_problem is not None and num_taken[problem_id] >= config.max_samples_per_problem:
            continue
        seen.add(key)
        num_taken[problem_id] += 1
        chosen.append(item)
    return chosen


def _baselines(items: Sequence[Judged], chosen: Sequence[Judged], *, config: CoderlConfig) -> list[float | None]:
    """Return the baseline of each chosen sample; None where its problem gives none."""
    if config.baseline == "greedy":
        greedy = {item.problem.id: reward_of(item.judgement, "coderl") for item in items if item.is_greedy}
        return [greedy.get(item.problem.id) for item in chosen]
    returns = [reward_of(item.judgement, "coderl") for item in chosen]
    by_problem: dict[str, list[float]] = {}
    for item, gained in zip(chosen, returns, strict=True):
        by_problem.setdefault(item.problem.id, []).append(gained)
    baselines: list[float | None] = []
    for item, gained in zip(chosen, returns, strict=True):
        own = by_problem[item.problem.id]
        is_uniform = min(own) == max(own)  # exactly no advantage, which a difference of sums may miss
        others = gained if is_uniform else (math.fsum(own) - gained) / max(len(own) - 1, 1)
        baselines.append(others if len(own) > 1 else None)
    return baselines


def weighed(
    example: dict[str, Any], *, values: Sequence[float] | None = None, gained: float = 0.0, baseline: float = 0.0
) -> dict[str, Any]:
    """Return an example with what the policy's loss needs beside the tokens; without values it is a reference.

    The values stand at the program's tokens; a decoder-only model's prompt gets zeros before them.
    """
    num_labels = len(example["labels"])
    row = [0.0] * num_labels if values is None else [0.0] * (num_labels - len(values)) + list(values)
    marks = {"returns": float(gained), "baselines": float(baseline), "is_sampled": values is not None}
    return {**example, "token_values": row, **marks}
