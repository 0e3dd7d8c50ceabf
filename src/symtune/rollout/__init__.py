"""Policy x Problem -> Programs: drawing, with seeds that make a resumed run equal an unbroken one."""

from symtune.rollout.config import SampleConfig
from symtune.rollout.reward import RewardFunction, reward
from symtune.rollout.single_turn import GREEDY, Draw, draw_seed, plan_draws, sample
from symtune.rollout.to_file import sample_to_file

__all__ = ["GREEDY", "Draw", "RewardFunction", "SampleConfig", "draw_seed", "plan_draws", "reward", "sample", "sample_to_file"]
