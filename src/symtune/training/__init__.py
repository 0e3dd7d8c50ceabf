"""The training stages: each a config and one story. Importing them loads no torch; running them does."""

from symtune.training.critic import CriticConfig, CriticPredictions, evaluate_critic, train_critic
from symtune.training.settings import LoopConfig
from symtune.training.sft import SftConfig, train_sft

__all__ = [
    "CriticConfig", "CriticPredictions", "LoopConfig", "SftConfig", "evaluate_critic", "train_critic", "train_sft",
]  # fmt: skip
