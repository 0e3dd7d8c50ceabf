"""The training stages: each a config and one story. Importing them loads no torch; running them does."""

from symtune.training.coderl import CoderlConfig, train_coderl
from symtune.training.critic import CriticConfig, CriticPredictions, evaluate_critic, train_critic
from symtune.training.dpo import DpoConfig, train_dpo
from symtune.training.rlef import train_rlef
from symtune.training.rlef_config import RlefConfig
from symtune.training.settings import LoopConfig
from symtune.training.sft import SftConfig, train_sft

__all__ = [
    "CoderlConfig", "CriticConfig", "CriticPredictions", "DpoConfig", "LoopConfig", "RlefConfig", "SftConfig", "evaluate_critic",
    "train_coderl", "train_critic", "train_dpo", "train_rlef", "train_sft",
]  # fmt: skip
