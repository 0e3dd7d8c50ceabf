"""Supervised fine-tuning (the warm-up): learn references, or the replies of dialogues; choose the number of epochs on a validation split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from symtune.domain import Episode, Problem
from symtune.errors import BadInputError
from symtune.store import as_records
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
    solved_only: bool = Field(
        False, description="Of episodes learn those that were solved (RLEF's ablation: supervised tuning on successful rollouts)."
    )


def train_sft(
    config: SftConfig,
    *,
    problems: Problems,
    validation: Problems | None,
    out: Path | str,
    score: Callable[[Any], float] | None = None,
    episodes: Path | str | Sequence[Episode] | None = None,
) -> dict[str, Any]:
    """Fine-tune a policy on pairs of prompt and reference, or on dialogues; ``out/model`` is the policy after the best epoch.

    After each epoch the policy is scored on the validation problems, and the best epoch's weights are kept; the first of
    equals wins. Without validation problems and ``score`` the last weights are kept. The score is minus the mean negative log-probability of the validation references, or what ``score`` returns.

    Args:
        config: settings.
        problems: training problems (a file or records).
        validation: problems that choose the epoch, or None.
        out: run directory; a finished run is returned as it is, an unfinished one goes on.
        score: a score of the policy (higher is better), such as its pass rate; None: the validation loss.
        episodes: dialogues on the problems (a file or records), learnt in place of the references: the tokens of the replies only, each
            in its whole dialogue. They need a decoder-only model.

    Returns:
        The summary: ``model`` (folder, relative to the run), ``chosen_epoch``, ``num_steps``, ``curve`` (one entry per epoch:
        epoch, step, validation_loss, score), counts of pairs and of what was cut.

    Raises:
        BadInputError: validation problems beside episodes (their references are no dialogues), or a dialogue that outgrows the context.
        BadModelError: episodes, and a model that reads no dialogues.
        TrainingError: no problem has a reference or no episode is left, or a loss is not finite.

    Source: Le et al. 2022 (CodeRL), section 3.1; Sakharova et al. 2025, section 4 (a validation set picks the epochs); Gehring et al.
    2024 (RLEF), the ablation on successful rollouts.
    Differs: the paper does not say by what score; see docs/decisions/0070-choosing-the-epoch.md.
    """
    from symtune import models
    from symtune.training import loop
    from symtune.training.batches import epoch_ends, training_order
    from symtune.training.callbacks import Watch
    from symtune.training.encoding import encode
    from symtune.training.epochs import EpochChooser
    from symtune.training.losses import sft_loss

    # 1. Pair every problem with its references, or take the dialogues.
    train_problems = load_problems(problems)
    validation_problems = load_problems(validation) if validation is not None else []
    lessons = _lessons(config, train_problems, episodes=episodes, has_validation=validation is not None)

    given = {"problems": problems, "validation": validation, "model": config.model.model}
    inputs = input_digests(given | ({} if episodes is None else {"episodes": episodes}))
    with loop.open_run(out, stage="sft", config=config, inputs=inputs) as run:
        if run.is_done:
            return run.summary

        # 2. Load the policy and turn the pairs into tokens.
        policy = models.load_policy(config.model, corpus=lessons.corpus(), device=loop.device_of(config))
        encoded = lessons.encoded(policy)
        held_out = encode(policy, reference_pairs(validation_problems, max_references=config.max_references))

        # 3. Train; after each epoch score the policy and keep the best.
        order = training_order(encoded.lengths(), config=config, num_processes=loop.num_processes(config))
        per_step = config.batch_size * config.gradient_accumulation_steps * loop.num_processes(config)
        stops = epoch_ends(lessons.count, len(order), per_step=per_step)
        if not held_out.examples and score is None:
            stops = dict(list(stops.items())[-1:])
        chooser = EpochChooser(run, policy, held_out.examples, config=config, stops=stops, score=score)
        done = loop.fit(
            policy.model, examples=encoded.examples, order=order, collate=models.PairCollator.of(policy), loss=sft_loss,
            config=config, run=run, watch=Watch(), num_per_epoch=lessons.count, is_token_mean=True, stops=stops,
            after_step=chooser,
        ) if not chooser.is_over else loop.Fit(num_steps=chooser.curve[-1]["step"], train_s=0.0)  # fmt: skip

        # 4. Report.
        summary = {"model": "model", "num_problems": len(train_problems), f"num_{lessons.name}": lessons.count}
        summary |= {"num_validation_pairs": len(held_out.examples), **encoded.counts(), **chooser.summary()}
        return loop.finish(run, summary | {"num_steps": done.num_steps, "train_s": done.train_s})


class _Pairs:
    """Prompts with their references."""

    name = "pairs"

    def __init__(self, problems: Sequence[Problem], *, max_references: int | None) -> None:
        self._problems, self._pairs = problems, reference_pairs(problems, max_references=max_references)
        self.count = len(self._pairs)
        require(self._pairs, what="no problem has a reference", remedy="give problems with 'references', or run symtune check on them")

    def corpus(self) -> list[str]:
        """Return the texts of a preset's tokenizer."""
        from symtune.models import tokenizer_corpus

        return tokenizer_corpus(self._problems)

    def encoded(self, policy: Any) -> Any:
        """Return the examples."""
        from symtune.training.encoding import encode

        return encode(policy, self._pairs)


class _Dialogues:
    """Episodes, of which the replies are learnt."""

    name = "episodes"

    def __init__(self, problems: Sequence[Problem], episodes: Sequence[Episode], *, solved_only: bool) -> None:
        from symtune.training.dialogues import learnable

        ids = {problem.id for problem in problems}
        self._episodes = learnable(episodes, problem_ids=ids, solved_only=solved_only)
        self.count = len(self._episodes)
        kind = "solved episode" if solved_only else "judged episode"
        require(self._episodes, what=f"no {kind} on these problems", remedy="play some with symtune rollout, or give the problems they were played on")

    def corpus(self) -> list[str]:
        """Return the texts of a preset's tokenizer."""
        from symtune.training.dialogues import dialogue_corpus

        return dialogue_corpus(self._episodes)

    def encoded(self, policy: Any) -> Any:
        """Return the examples."""
        from symtune.training.dialogues import encode_episodes

        return encode_episodes(policy, self._episodes)


def _lessons(
    config: SftConfig, problems: Sequence[Problem], *, episodes: Path | str | Sequence[Episode] | None, has_validation: bool
) -> _Pairs | _Dialogues:
    """Return what is learnt: pairs, or dialogues where episodes are given."""
    if episodes is None:
        return _Pairs(problems, max_references=config.max_references)
    if has_validation:
        raise BadInputError("episodes are learnt as dialogues, validation problems scored by their references: leave validation out, or pass a score")
    return _Dialogues(problems, as_records(episodes, Episode), solved_only=config.solved_only)


def reference_pairs(problems: Sequence[Problem], *, max_references: int | None = None) -> list[tuple[Problem, str]]:
    """Return every problem with each of its references, the first ``max_references`` of them."""
    return [(problem, source) for problem in problems for source in problem.references[:max_references]]


