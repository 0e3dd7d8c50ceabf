"""Verdicts and predictions -> figures with intervals: pass@k, critic metrics, suite growth. Only numpy is needed."""

from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio
from symtune.evaluation.critic_metrics import critic_metrics
from symtune.evaluation.episodes import episode_behaviour, episode_solve_rate
from symtune.evaluation.evaluate import compare_policies, evaluate
from symtune.evaluation.judge_turns import judge_turns
from symtune.evaluation.n_at_k import (
    compare_rates,
    counts_of_episodes,
    counts_of_judgements,
    n_at_k,
    solve_rate,
)
from symtune.evaluation.pass_at_k import pass_at_k
from symtune.evaluation.stored import (
    critic_summary,
    evaluation_summary,
    read_policy_result,
    store_critic,
    store_evaluation,
    store_suites,
    suite_summary,
    write_critic_run,
    write_evaluation_run,
    write_suite_run,
)
from symtune.evaluation.stored_episodes import episodes_summary, read_episode_result, store_episodes, write_episodes_run
from symtune.evaluation.suite_growth import suite_growth

__all__ = [
    "compare_policies", "compare_rates", "counts_of_episodes", "counts_of_judgements", "critic_metrics", "critic_summary", "episode_behaviour", "episode_solve_rate",
    "episodes_summary", "estimate_mean", "estimate_ratio", "evaluate", "evaluation_summary", "judge_turns", "n_at_k", "pass_at_k", "read_episode_result",
    "read_policy_result", "solve_rate", "store_critic", "store_episodes", "store_evaluation", "store_suites", "suite_growth", "suite_summary",
    "write_critic_run", "write_episodes_run", "write_evaluation_run", "write_suite_run",
]  # fmt: skip
