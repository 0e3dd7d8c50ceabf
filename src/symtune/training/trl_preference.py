"""DPO on decoder-only policies: TRL's `DPOTrainer`, fed with our tokens in our order."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from symtune.errors import MissingExtraError
from symtune.models import IGNORED, build_prompt
from symtune.store import RunDirectory
from symtune.training.batches import training_order
from symtune.training.callbacks import Watch
from symtune.training.dpo import DpoConfig, Pair
from symtune.training.loop import Fit, argument_values, num_processes, quiet_transformers, recording, train
from symtune.training.preference import encode_preferences, turn_dropout_off


def fit_decoder_only(policy: Any, pairs: Sequence[Pair], *, config: DpoConfig, run: RunDirectory) -> Fit:
    """Train the policy in place on the pairs.

    Raises:
        MissingExtraError: TRL is not installed.
    """
    try:
        import trl
    except ImportError as error:
        raise MissingExtraError("trl", extra="train") from error
    turn_dropout_off(policy.model)
    tokens = [preference_tokens(example) for example in encode_preferences(policy, pairs)]
    lengths = [sum(map(len, row.values())) for row in tokens]
    order = training_order(lengths, config=config, num_processes=num_processes(config))
    values = argument_values(config, run)
    values |= {"gradient_checkpointing": config.gradient_checkpointing, "beta": config.beta, "max_length": None}
    values.pop("activation_checkpointing", None)
    with quiet_transformers():
        arguments = trl.DPOConfig(**values)
    watch = Watch()
    with recording(
        run, watch, config=config, arguments=arguments, num_examples=len(order), num_per_epoch=len(pairs)
    ) as (recorder, checkpoint):
        trainer = dpo_trainer(policy, pairs, tokens=tokens, order=order, arguments=arguments, callbacks=[recorder])
        return train(trainer, checkpoint)


def dpo_trainer(
    policy: Any, pairs: Sequence[Pair], *, tokens: Sequence[dict[str, list[int]]], order: Sequence[int], arguments: Any,
    callbacks: Sequence[Any] = (),
) -> Any:  # fmt: skip
    """Return TRL's trainer for these pairs in this order.

    TRL takes text and cuts it into tokens itself; the collator puts our tokens in their place, so that prompts are
    shortened and programs closed as everywhere else.
    """
    import datasets
    import trl
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    collate = DataCollatorForPreference(pad_token_id=policy.tokenizer.pad_token_id)
    rows = [
        {
            "prompt": build_prompt(pairs[index].right.problem), "chosen": pairs[index].right.program.source,
            "rejected": pairs[index].wrong.program.source, "pair": index,
        }
        for index in order
    ]  # fmt: skip
    had_bars = datasets.utils.logging.is_progress_bar_enabled()
    datasets.utils.logging.disable_progress_bar()
    try:
        return trl.DPOTrainer(
            model=policy.model,
            ref_model=None if hasattr(policy.model, "peft_config") else copy.deepcopy(policy.model),
            args=arguments,
            data_collator=lambda examples: collate([tokens[example["pair"]] for example in examples]),
            train_dataset=datasets.Dataset.from_list(rows),
            processing_class=policy.tokenizer,
            callbacks=list(callbacks),
        )
    finally:
        if had_bars:
            datasets.utils.logging.enable_progress_bar()


def preference_tokens(example: dict[str, Any]) -> dict[str, list[int]]:
    """Return a pair's tokens under TRL's names; right and wrong have the same prompt."""
    right, wrong = example["right"], example["wrong"]
    num_prompt = right["labels"].count(IGNORED)
    return {
        "prompt_ids": right["input_ids"][:num_prompt],
        "chosen_ids": right["input_ids"][num_prompt:],
        "rejected_ids": wrong["input_ids"][num_prompt:],
    }
