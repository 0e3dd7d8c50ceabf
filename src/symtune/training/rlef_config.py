"""RlefConfig: the settings of RLEF and of its ablations. Imports no torch."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from symtune.rollout.config import EpisodeConfig
from symtune.training.settings import RunConfig

ValueKind = Literal["turn", "token", "group"]
"""What a return is held against; see `RlefConfig.value`."""


class RlefConfig(RunConfig):
    """Settings of `train_rlef`; the defaults are those of the paper's 8B model (RLEF: Gehring et al. 2024)."""

    episodes: EpisodeConfig = Field(
        default_factory=EpisodeConfig,
        description="How episodes are played (RLEF: 3 turns, temperature 1.0) and how many per problem drawn (not stated); max_turns = 1, feedback = 'none' or 'random' are ablations.",
    )
    reward: Literal["binary", "pass_fraction"] = Field(
        "binary", description="Reward of the last program: +1 or -1 (RLEF), or 2 * passed share - 1 (ablation, ours)."
    )
    no_code_penalty: float = Field(
        -0.2, le=0, description="Reward of a reply without valid code (RLEF: -0.2; left out, 0, in its single-turn training)."
    )
    beta: float = Field(0.05, ge=0, description="Weight of the KL term in the reward, per token of a reply (RLEF: 0.05); 0: an ablation.")
    gamma: float = Field(1.0, ge=0, le=1, description="Discount from turn to turn (RLEF: 1).")
    value: ValueKind = Field(
        "turn",
        description="Baseline of a return: V at the last prompt token of each turn (RLEF), V at every token (ablation), or the mean of the problem's other episodes at that turn, without a value network (GRPO-style, ours).",
    )
    advantage_scope: Literal["iteration", "update", "none"] = Field(
        "iteration",
        description="Over what advantages are normalised to mean 0 and deviation 1 (RLEF: not stated; ours: all of an iteration); for 'group' not used.",
    )
    scale_by_group: bool = Field(True, description="With value = 'group', divide by the group's standard deviation (GRPO).")
    clip: float = Field(0.2, gt=0, lt=1, description="Epsilon of the clipped surrogate (RLEF: 0.2).")
    value_clip: float = Field(0.2, gt=0, description="Furthest that a value may count as moved in the value loss (RLEF: 0.2).")
    importance_weights: bool = Field(
        True, description="Weigh tokens by min(pi / pi_behaviour, 1), pi_behaviour as recorded at sampling (RLEF); off: an ablation (ours)."
    )

    num_iterations: int = Field(3000, ge=1, description="Rounds of play and learning (RLEF: 12,000 updates of the 8B model, 4 a round).")
    episodes_per_iteration: int = Field(1024, ge=1, description="Episodes played in each iteration, all processes together (RLEF: 1,024).")
    updates_per_iteration: int = Field(4, ge=1, description="Optimizer steps on an iteration's episodes, each on an equal part (RLEF: 4 of 256).")
    passes_per_iteration: int = Field(1, ge=1, description="Times each part is learnt from (RLEF: 1).")

    learning_rate: float = Field(2e-7, gt=0, description="Peak learning rate of AdamW (RLEF: 2e-7).")
    value_learning_rate: float | None = Field(None, gt=0, description="That of the value network; None: the same (RLEF states one).")
    weight_decay: float = Field(0.1, ge=0, description="AdamW weight decay; none on biases and norms (RLEF: 0.1).")
    warmup_steps: int = Field(50, ge=0, description="Updates of linear warm-up, then constant (RLEF: 50 steps; the rest not stated).")
    max_grad_norm: float = Field(1.0, gt=0, description="Gradients of each network are clipped to this L2 norm (ours).")
    max_tokens_per_micro_batch: int = Field(
        16384, ge=1, description="Tokens, padding included, of one forward pass; a longer dialogue goes alone (ours)."
    )
    mixed_precision: Literal["no", "bf16"] = Field("no", description="Number format of the forward passes; trained weights stay float32.")
    gradient_checkpointing: bool = Field(False, description="Recompute activations to save memory.")
    sharding: Literal["none", "full"] = Field(
        "none",
        description="What each of several processes holds of weights, gradients and optimiser states: all ('none'), or its shard ('full': FSDP, also by accelerate launch --use_fsdp --fsdp_version 2); one process holds all.",
    )

    validate_every_iterations: int = Field(
        200, ge=1, description="Iterations between two validations, which choose the policy that is kept (RLEF: every 800 updates)."
    )
    validation_episodes: EpisodeConfig | None = Field(
        None, description="How validation episodes are played; None: as in training, but at temperature 0.2 and top-p 0.95 (RLEF's 1@3) with feedback."
    )
    max_unjudged_fraction: float = Field(
        0.1, ge=0, le=1, description="Share of an iteration's episodes that may end without a verdict before the run stops (ours)."
    )
    save_every_iterations: int = Field(10, ge=1, description="Iterations between two checkpoints (ours).")
    keep_checkpoints: int = Field(1, ge=1, description="Newest checkpoints kept while the run is under way.")
    record_tokens: bool = Field(
        False, description="Keep token ids and log-probabilities in records/episodes.jsonl; they are many times the text."
    )

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.episodes_per_iteration % self.episodes.num_episodes:
            raise ValueError(
                f"episodes_per_iteration ({self.episodes_per_iteration}) must be a multiple of episodes.num_episodes ({self.episodes.num_episodes})"
            )
        if self.episodes_per_iteration < self.updates_per_iteration:
            raise ValueError(
                f"updates_per_iteration ({self.updates_per_iteration}) is more than episodes_per_iteration ({self.episodes_per_iteration})"
            )
        if self.episodes.temperature == 0:
            raise ValueError("episodes.temperature is 0: likeliest replies are no samples of a policy, so nothing can be learnt from them")
        if self.value == "group" and self.episodes.num_episodes < 2:
            raise ValueError("value = 'group' compares the episodes of one problem: set episodes.num_episodes to 2 or more")
        return self

    @property
    def problems_per_iteration(self) -> int:
        """Problems drawn for one iteration."""
        return self.episodes_per_iteration // self.episodes.num_episodes

    @property
    def played_for_validation(self) -> EpisodeConfig:
        """How validation episodes are played."""
        if self.validation_episodes is not None:
            return self.validation_episodes
        return self.episodes.model_copy(update={"temperature": 0.2, "top_p": 0.95, "feedback": "tests", "num_episodes": 1})
