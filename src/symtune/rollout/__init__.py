"""Policy x Problem -> Programs and Episodes: drawing, with seeds that make a resumed run equal an unbroken one."""

from symtune.rollout.code_block import CodeFormat, program_of_reply
from symtune.rollout.config import EpisodeConfig, SampleConfig
from symtune.rollout.episodes_to_file import PlayedToFile, episodes_to_file
from symtune.rollout.feedback import MessageStyle, failure_feedback, no_code_feedback, wrong_feedback
from symtune.rollout.first_message import first_message
from symtune.rollout.multi_turn import Rollout, RolloutStats, play, play_starts
from symtune.rollout.public_cases import ReadyProblems, ready_problems
from symtune.rollout.reward import RewardFunction, reward
from symtune.rollout.single_turn import GREEDY, Draw, draw_seed, plan_draws, sample
from symtune.rollout.table_row import Start, turn_seed
from symtune.rollout.to_file import sample_to_file
from symtune.rollout.warm_up import WarmUpConfig, warm_up_dialogues

__all__ = [
    "GREEDY", "CodeFormat", "Draw", "EpisodeConfig", "MessageStyle", "PlayedToFile", "ReadyProblems", "RewardFunction", "Rollout", "RolloutStats",
    "SampleConfig", "Start", "WarmUpConfig", "draw_seed", "episodes_to_file", "failure_feedback", "first_message", "no_code_feedback", "plan_draws", "play",
    "play_starts", "program_of_reply", "ready_problems", "reward", "sample", "sample_to_file", "turn_seed", "warm_up_dialogues",
    "wrong_feedback",
]  # fmt: skip
