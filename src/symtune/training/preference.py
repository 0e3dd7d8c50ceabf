"""DPO on encoder-decoder policies: our objective in `transformers.Trainer`, with the reference's log-probabilities kept as records.

A batch of B pairs is one batch of 2 B examples: the B right programs, then the B wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from accelerate import PartialState
from torch import Tensor, nn

from symtune.models import PairCollator, sequence_log_probs
from symtune.objectives.dpo import dpo_loss, preference_margins
from symtune.objectives.dpo import sequence_log_probs as summed
from symtune.store import RunDirectory, read_jsonl, write_jsonl
from symtune.training.batches import Example, training_order
from symtune.training.callbacks import Watch
from symtune.training.dpo import DpoConfig, Pair
from symtune.training.encoding import encode, example_length
from symtune.training.loop import Fit, Loss, fit, num_processes
from symtune.training.losses import aligned_log_probs, is_encoder_decoder_output


def fit_encoder_decoder(policy: Any, pairs: Sequence[Pair], *, config: DpoConfig, run: RunDirectory) -> Fit:
    """Train the policy in place on the pairs."""
    turn_dropout_off(policy.model)
    examples = encode_preferences(policy, pairs)
    for example, (right, wrong) in zip(examples, record_reference(run, policy, examples, config=config), strict=True):
        example |= {"reference_right": right, "reference_wrong": wrong}
    watch = Watch()
    lengths = [example_length(example["right"]) + example_length(example["wrong"]) for example in examples]
    return fit(
        policy.model, examples=examples, config=config, run=run, watch=watch, collate=pair_collator(policy),
        order=training_order(lengths, config=config, num_processes=num_processes(config)),
        loss=preference_loss_of(config.beta, watch), num_per_epoch=len(examples),
    )  # fmt: skip


def encode_preferences(policy: Any, pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """Return per pair the two examples ``right`` and ``wrong``."""
    rights = encode(policy, [(pair.right.problem, pair.right.program.source) for pair in pairs])
    wrongs = encode(policy, [(pair.wrong.problem, pair.wrong.program.source) for pair in pairs])
    return [
        {"right": right, "wrong": wrong} for right, wrong in zip(rights.examples, wrongs.examples, strict=True)
    ]


def pair_collator(policy: Any) -> Callable[[Sequence[Example]], dict[str, Any]]:
    """Return a collator of pairs whose ``labels`` are ``(labels [2B, T], reference right [B], reference wrong [B])``."""
    collate = PairCollator.of(policy)

    def collate_pairs(examples: Sequence[Example]) -> dict[str, Any]:
        batch: dict[str, Any] = collate([example[side] for side in ("right", "wrong") for example in examples])
        references = [
            torch.tensor([example[key] for example in examples]) for key in ("reference_right", "reference_wrong")
        ]
        batch["labels"] = (batch["labels"], *references)
        return batch

    return collate_pairs


def preference_loss_of(beta: float, watch: Watch) -> Loss:
    """Return the sigmoid preference loss over a batch of `pair_collator`."""

    def loss(outputs: Any, labels: tuple[Tensor, Tensor, Tensor], _num_tokens: Tensor | None) -> Tensor:
        labels_BT, reference_right_B, reference_wrong_B = labels
        log_probs_BT, mask_BT = aligned_log_probs(
            outputs.logits, labels_BT, is_encoder_decoder=is_encoder_decoder_output(outputs)
        )
        right_B, wrong_B = summed(log_probs_BT, mask_BT=mask_BT).chunk(2)
        margins_B = preference_margins(
            policy_right_B=right_B, policy_wrong_B=wrong_B, reference_right_B=reference_right_B,
            reference_wrong_B=reference_wrong_B,
        )  # fmt: skip
        watch.note(reward_margin=beta * margins_B.mean(), accuracy=(margins_B > 0).float().mean())
        return dpo_loss(margins_B, beta=beta)

    return loss


def record_reference(
    run: RunDirectory, policy: Any, examples: Sequence[Example], *, config: DpoConfig
) -> list[tuple[float, float]]:
    """Return log p(right) and log p(wrong) (nats) of each pair under the policy as it starts.

    They are computed once and kept in ``records/reference_log_probs.jsonl``, so no second model stays in memory.
    """
    path = run.path / "records" / "reference_log_probs.jsonl"
    if PartialState().is_main_process and not path.is_file():
        sides = [
            total_log_probs(policy, [example[side] for example in examples], batch_size=2 * config.batch_size)
            for side in ("right", "wrong")
        ]
        write_jsonl(path, [{"right": right, "wrong": wrong} for right, wrong in zip(*sides, strict=True)])
    PartialState().wait_for_everyone()
    return [(form["right"], form["wrong"]) for _, form in read_jsonl(path)]


@torch.no_grad()
def total_log_probs(policy: Any, examples: Sequence[Example], *, batch_size: int) -> list[float]:
    """Return the log-probability (nats) of each example's program, in order, computed in batches of like length."""
    policy.model.eval()
    collate = PairCollator.of(policy)
    order = sorted(range(len(examples)), key=lambda index: -example_length(dict(examples[index])))
    totals = [0.0] * len(examples)
    for start in range(0, len(order), batch_size):
        indices = order[start : start + batch_size]
        batch = {key: value.to(policy.device) for key, value in collate([examples[index] for index in indices]).items()}
        for index, total in zip(indices, sequence_log_probs(policy, batch).sum(-1).tolist(), strict=True):
            totals[index] = total
    return totals


def turn_dropout_off(model: nn.Module) -> None:
    """Set every dropout of a model to zero, whether it is a layer or a number that a layer reads."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        for name in ("dropout", "attention_dropout", "activation_dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)
