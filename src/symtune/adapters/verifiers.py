"""verifiers: an environment of several turns, in which the policy repairs its program by what the public tests say.

    env = verifiers.load_environment(problems, config=EpisodeConfig(max_turns=3))

Everything is judged while the rollout runs, not in the reward function: verifiers turns an exception in a reward function into the
reward 0. A rollout without a verdict carries an error, which verifiers can retry (``max_retries``), and the reward nan.

Source: ours; the protocol is that of verifiers 0.1's `MultiTurnEnv`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from symtune.adapters.attempts import Attempt, Attempts
from symtune.domain import Problem
from symtune.errors import MissingExtraError
from symtune.rewards.rlef import NO_CODE_PENALTY, EpisodeScheme
from symtune.rollout import EpisodeConfig

try:
    import verifiers as vf
    from datasets import Dataset
except ImportError as error:
    raise MissingExtraError("verifiers", extra="verifiers") from error


async def episode_reward(state: Any) -> float:
    """Return the reward of a rollout, worked out when it ended; nan where it has no verdict."""
    return float(state["episode_reward"])


class RepairEnv(vf.MultiTurnEnv):
    """Problems to be solved within a few turns; see `load_environment`.

    Attributes:
        attempts: where its rollouts get their problems and verdicts.
    """

    def __init__(self, attempts: Attempts, **settings: Any) -> None:
        self.attempts = attempts
        rows = [
            {"prompt": [{"role": "user", "content": attempts.first_message(problem)}], "answer": "", "info": {"problem_id": problem.id}}
            for problem in attempts.problems
        ]
        super().__init__(
            max_turns=attempts.config.max_turns, dataset=Dataset.from_list(rows), rubric=vf.Rubric(funcs=[episode_reward]), **settings
        )

    async def setup_state(self, state: Any) -> Any:
        """Begin the attempt of a rollout."""
        state["attempt"] = self.attempts.begin(state["info"]["problem_id"])
        state["feedback"], state["episode_reward"] = None, math.nan
        return await super().setup_state(state)

    async def add_trajectory_step(self, state: Any, trajectory_step: Any) -> None:
        """Judge the reply on the public tests.

        Raises:
            verifiers.SandboxError: the judge gave no verdict.
        """
        await super().add_trajectory_step(state, trajectory_step)
        content = trajectory_step["completion"][-1].get("content") or ""
        attempt: Attempt = state["attempt"]
        state["feedback"] = await asyncio.to_thread(attempt.submit, content)
        if attempt.unjudged_reason is not None:
            raise vf.SandboxError(f"no verdict: {attempt.unjudged_reason}")

    async def env_response(self, messages: Any, state: Any, **_: Any) -> Any:
        """Return the feedback on the last reply."""
        return [{"role": "user", "content": state["feedback"]}]

    @vf.stop
    async def attempt_over(self, state: Any) -> bool:
        """Whether every public test passed or no turn is left."""
        return bool(state["attempt"].is_over)

    async def render_completion(self, state: Any) -> None:
        """Put the dialogue together, and judge the last program on public and private tests."""
        await super().render_completion(state)
        attempt: Attempt = state["attempt"]
        if state["error"] is not None or not attempt.num_turns:
            return
        reward = await asyncio.to_thread(attempt.reward)
        if reward is None:
            state["error"] = vf.SandboxError(f"no verdict: {attempt.unjudged_reason}")
        else:
            state["episode_reward"] = reward

    @vf.teardown
    async def stop_guests(self) -> None:
        """Stop the guests."""
        self.attempts.close()


def load_environment(
    problems: Sequence[Problem],
    *,
    config: EpisodeConfig | None = None,
    scheme: EpisodeScheme = "binary",
    no_code_penalty: float = NO_CODE_PENALTY,
    **settings: Any,
) -> RepairEnv:
    """Return the environment.

    Args:
        problems: to be solved; see `Attempts`.
        config: how an episode goes.
        scheme: how the last program's verdict is rewarded.
        no_code_penalty: added for each reply without valid code.
        settings: handed to `verifiers.MultiTurnEnv`.

    Raises:
        BadInputError: a problem that cannot be played.
    """
    return RepairEnv(Attempts(problems, config, scheme=scheme, no_code_penalty=no_code_penalty), **settings)
