"""Policy x Problem -> Programs and Episodes: drawing, with seeds that make a resumed run equal an unbroken one."""

from symtune.rollout.code_block import CodeFormat, program_of_reply
from symtune.rollout.config import EpisodeConfig, SampleConfig
from symtune.rollout.feedback import MessageStyle, failure_feedback, no_code_feedback, wrong_feedback
from symtune.rollout.first_message import first_message
from symtune.rollout.multi_turn import Rollout, RolloutStats, play
from symtune.rollout.public_cases import ReadyProblems, ready_problems
from symtune.rollout.reward import RewardFunction, reward
from symtune.rollout.single_turn import GREEDY, Draw, draw_seed, plan_draws, sample
from symtune.rollout.table_row import turn_seed
from symtune.rollout.to_file import sample_to_file

__all__ = [
    "GREEDY", "CodeFormat", "Draw", "EpisodeConfig", "MessageStyle", "ReadyProblems", "RewardFunction", "Rollout", "RolloutStats", "SampleConfig",
    "draw_seed", "failure_feedback", "first_message", "no_code_feedback", "plan_draws", "play", "program_of_reply", "ready_problems", "reward",
    "sample", "sample_to_file", "turn_seed", "wrong_feedback",
]  # fmt: skip
