"""TRL: an ``environment_factory`` in which the policy submits programs by a tool call and reads what the public tests say.

    factory = trl.environment_factory(problems)
    GRPOTrainer(model, environment_factory=factory, train_dataset=Dataset.from_list(factory.rows()), args=...)

The environment owns its reward (``get_reward``), so no ``reward_funcs`` are needed. A rollout that the judge gave no verdict on has
the reward None, and TRL leaves it out; a further reward function must give None there too, since TRL adds up what is not None. For
training in a single turn without tools give `symtune.reward` as ``reward_funcs`` instead. The model's chat template must know tools,
which `GRPOTrainer` checks.

Source: ours; the protocol is that of TRL 1.16's `GRPOTrainer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtune.adapters.attempts import Attempt, Attempts
from symtune.domain import Problem
from symtune.errors import BadInputError
from symtune.rewards.rlef import NO_CODE_PENALTY, EpisodeScheme
from symtune.rollout import EpisodeConfig
from symtune.rollout.feedback import answer_rule

TOOL_RULE = "Call the tool `submit` with the whole program."
"""Said in place of the rule where the program stands in an answer."""


class ProgramEnvironment:
    """One rollout at a time: `reset` begins it, the tool `submit` is what the policy calls, `get_reward` ends it.

    Every public method but `reset` and `get_reward` is a tool to TRL, so `submit` is the only one.

    Differs: from RLEF in that the last *submitted* program is graded, whatever the policy writes after it; one that submits nothing
        gets what a single reply without code gets.
    """

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._attempt: Attempt | None = None

    def reset(self, *, problem_id: str | None = None, **_: Any) -> str:
        """Begin a rollout; TRL gives the row's columns and appends what is returned to its last message.

        Raises:
            BadInputError: no such problem, or the data set has no column ``problem_id``.
        """
        if problem_id is None:
            raise BadInputError("the data set has no column 'problem_id'; make it from the factory's rows()")
        self._attempt = self._attempts.begin(problem_id)
        return self._worded(self._attempt.first_message)

    def submit(self, program: str) -> str:
        """Run a program on the public tests and say what happened.

        Args:
            program: The source of the whole program.

        Returns:
            What the public tests say.
        """
        attempt = self._begun()
        if attempt.is_over:
            return "No submission is left."
        feedback = attempt.submit(program)
        if feedback is not None:
            return self._worded(feedback)
        if attempt.is_passed:
            return "Your program passes all public tests."
        return "That was the last submission."

    def get_reward(self) -> float | None:
        """Return the rollout's reward; None, which TRL leaves out, where the judge gave no verdict.

        Raises:
            IsolationError: this machine does not isolate as asked.
        """
        attempt = self._begun()
        if not attempt.num_turns:
            attempt.submit("")
        return attempt.reward()

    def _begun(self) -> Attempt:
        if self._attempt is None:
            raise BadInputError("the environment was not reset; call reset(problem_id=...) first")
        return self._attempt

    def _worded(self, text: str) -> str:
        """Return a message with the tool in place of the rule on the answer, which the full style ends with."""
        rule = answer_rule(self._attempts.config.message_style)
        return text.removesuffix(rule) + TOOL_RULE if text.endswith(rule) else f"{text}\n{TOOL_RULE}"


class EnvironmentFactory:
    """Makes environments that share one judge; TRL calls it once per rollout of a batch and uses them again.

    Args:
        attempts: where the environments get their problems.
    """

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    def __call__(self) -> ProgramEnvironment:
        """Return an environment."""
        return ProgramEnvironment(self._attempts)

    def rows(self) -> list[dict[str, Any]]:
        """Return a data set's rows, one per problem; the environment fills in the prompt when it is reset."""
        return [{"prompt": [{"role": "user", "content": ""}], "problem_id": problem.id} for problem in self._attempts.problems]

    def close(self) -> None:
        """Stop the guests."""
        self._attempts.close()


def environment_factory(
    problems: Sequence[Problem],
    config: EpisodeConfig | None = None,
    *,
    scheme: EpisodeScheme = "binary",
    no_code_penalty: float = NO_CODE_PENALTY,
) -> EnvironmentFactory:
    """Return what `GRPOTrainer` takes as ``environment_factory``.

    Args:
        problems: to be solved; see `Attempts`.
        config: how an episode goes; a submission is the whole program (``code = "bare"``), whatever is set there. Give
            ``GRPOConfig(max_tool_calling_iterations=...)`` at least its ``max_turns``.
        scheme: how the last program's verdict is rewarded.
        no_code_penalty: added for an empty submission.

    Raises:
        BadInputError: a problem that cannot be played.
    """
    config = (config or EpisodeConfig()).model_copy(update={"code": "bare"})
    return EnvironmentFactory(Attempts(problems, config, scheme=scheme, no_code_penalty=no_code_penalty))
