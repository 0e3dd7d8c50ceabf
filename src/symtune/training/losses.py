"""From a model's outputs and a batch's labels to the losses of `symtune.objectives`.

Labels are -100 where nothing is learnt. Shapes: B batch, T token, V vocabulary.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from symtune.models import IGNORED
from symtune.objectives.coderl import coderl_loss, coderl_rl_loss
from symtune.objectives.critic import critic_loss, masked_max
from symtune.objectives.cross_entropy import cross_entropy, next_token_view, token_log_probs
from symtune.training.callbacks import Watch
from symtune.training.coderl import CoderlConfig
from symtune.training.loop import Loss


def aligned_log_probs(logits_BTV: Tensor, labels_BT: Tensor, *, is_encoder_decoder: bool) -> tuple[Tensor, Tensor]:
    """Return ``(log p [B, T'], mask [B, T'])`` of the labels: T' = T, or T - 1 for a decoder-only model."""
    mask_BT = labels_BT != IGNORED
    if not is_encoder_decoder:
        logits_BTV, labels_BT, mask_BT = next_token_view(logits_BTV, labels_BT, mask_BT=mask_BT)
    return token_log_probs(logits_BTV, labels_BT, mask_BT=mask_BT), mask_BT


def is_encoder_decoder_output(outputs: Any) -> bool:
    """Whether the outputs of a model come from an encoder-decoder."""
    return getattr(outputs, "encoder_last_hidden_state", None) is not None


def sft_loss(outputs: Any, labels_BT: Tensor, num_tokens: Tensor | None) -> Tensor:
    """Return the masked cross-entropy over the real label tokens of the optimizer step."""
    log_probs_BT, mask_BT = aligned_log_probs(
        outputs.logits, labels_BT, is_encoder_decoder=is_encoder_decoder_output(outputs)
    )
    return cross_entropy(log_probs_BT, mask_BT=mask_BT, num_tokens=num_tokens)


def critic_loss_of(watch: Watch) -> Loss:
    """Return the critic's loss over a batch whose labels are ``(labels, outcomes)``."""

    def loss(outputs: Any, labels: tuple[Tensor, Tensor], _num_tokens: Tensor | None) -> Tensor:
        labels_BT, outcomes_B = labels
        mask_BT = labels_BT != IGNORED
        guesses_B = masked_max(outputs.token_logits.detach(), mask_BT=mask_BT).argmax(-1)
        watch.note(accuracy=(guesses_B == outcomes_B).float().mean())
        return critic_loss(outputs.token_logits, outcomes_B, mask_BT=mask_BT)

    return loss


def coderl_loss_of(config: CoderlConfig, watch: Watch) -> Loss:
    """Return CodeRL's loss over a batch whose labels are ``(labels, token values, returns, baselines, is_sampled)``.

    A micro-step holds references or samples, never both. The micro-steps of an optimizer step are averaged, so each
    counts twice: the average is then ``L_ce + rl_weight * L_rl``.
    """

    def loss(outputs: Any, labels: tuple[Tensor, ...], _num_tokens: Tensor | None) -> Tensor:
        labels_BT, values_BT, returns_B, baselines_B, is_sampled_B = labels
        is_encoder_decoder = is_encoder_decoder_output(outputs)
        log_probs_BT, mask_BT = aligned_log_probs(outputs.logits, labels_BT, is_encoder_decoder=is_encoder_decoder)
        zero = log_probs_BT.new_zeros(())
        if not is_sampled_B[0]:
            ce = cross_entropy(log_probs_BT, mask_BT=mask_BT)
            watch.note(ce_loss=ce)
            return 2 * coderl_loss(ce, zero, rl_weight=config.rl_weight)
        rl = coderl_rl_loss(
            log_probs_BT,
            mask_BT=mask_BT,
            token_values_BT=values_BT if is_encoder_decoder else values_BT[:, 1:],
            returns_B=returns_B,
            baselines_B=baselines_B,
            min_negative_prob=config.min_negative_prob,
        )
        watch.note(rl_loss=rl)
        return 2 * coderl_loss(zero, rl, rl_weight=config.rl_weight)

    return loss
