"""A game that takes the place of `play`: whose reply begins with a token of even number has solved the problem. No sandbox, no code.

It keeps to what `symtune.rollout.multi_turn.play` promises: the same arguments give the same episodes, turn t + 1 reads what turn t
read and wrote, and the log-probabilities are those of the draws.
"""

from __future__ import annotations

from types import SimpleNamespace

from symtune.domain import Case, Cause, Episode, FirstFailure, Judgement, Outcome, Problem, Turn
from symtune.models import ChatRequest, Message, ModelConfig, PresetSizes
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.table_row import turn_seed
from symtune.training.rlef_config import RlefConfig

SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=320, dropout=0.1)
MODEL = ModelConfig(model="tiny-llama", sizes=SIZES, context_tokens=256)


def make_problems(count: int = 8) -> list[Problem]:
    return [
        Problem(
            id=f"p{number}",
            statement=f"Problem {number}.",
            entry_point="f",
            references=("def f(x):\n    return x\n",),
            examples=(Case.call(1, expected=1),),
            tests=(Case.call(2, expected=2),),
        )
        for number in range(count)
    ]


def make_config(**changes) -> RlefConfig:
    """A config of a size that learns in seconds; ``episodes`` may be a table of changes."""
    episodes = {"max_turns": 2, "num_episodes": 4, "max_new_tokens": 3} | changes.pop("episodes", {})
    values = {
        "model": MODEL, "device": "cpu", "num_iterations": 4, "episodes_per_iteration": 16, "updates_per_iteration": 2,
        "learning_rate": 3e-3, "warmup_steps": 0, "save_every_iterations": 1, "max_tokens_per_micro_batch": 256,
    }  # fmt: skip
    return RlefConfig(episodes=EpisodeConfig(**episodes), **(values | changes))


def verdict(problem: Problem, is_right: bool) -> Judgement:
    cause = None if is_right else Cause.WRONG_VALUE
    failure = None if is_right else FirstFailure(case_index=0, cause=Cause.WRONG_VALUE, message="planted")
    outcome = Outcome.PASSED if is_right else Outcome.FAILED_TEST
    return Judgement(
        problem_id=problem.id, program_id=problem.id, outcome=outcome, cause=cause, num_passed=int(is_right), num_cases=1, first_failure=failure
    )


def play_game(problems, policy, *, config, judge, indices=None, round=0, progress=None, is_right=lambda reply: reply.token_ids[0] % 2 == 0):
    """One reply per turn; ``is_right`` decides on it."""
    seats = [(problem, index) for problem in problems for index in indices or range(config.num_episodes)]
    messages = {
        number: [Message("user", problem.statement)] for number, (problem, _) in enumerate(seats)
    }
    turns: dict[int, list[Turn]] = {number: [] for number in messages}
    going = list(messages)
    for turn in range(config.max_turns):
        requests = [
            ChatRequest(
                tuple(messages[number]),
                turn_seed(config.seed, round=round, problem_id=seats[number][0].id, index=seats[number][1], turn=turn),
            )
            for number in going
        ]
        replies = policy.chat(requests, config.sampling) if going else []
        for number, reply in zip(list(going), replies, strict=True):
            problem = seats[number][0]
            judgement = verdict(problem, is_right(reply))
            turns[number].append(
                Turn(
                    prompt=messages[number][-1].content, reply=reply.text, source="pass", prompt_token_ids=reply.prompt_token_ids,
                    reply_token_ids=reply.token_ids, reply_log_probs=reply.log_probs, stop_reason=reply.stop_reason, judgement=judgement,
                )
            )
            messages[number] += [Message("assistant", reply.text, reply.token_ids), Message("user", "Wrong.")]
            if judgement.outcome is Outcome.PASSED:
                going.remove(number)
    episodes = [
        Episode(
            problem_id=problem.id, id=f"{problem.id}#{index}", group=f"{problem.id}@{round}", turns=tuple(turns[number]),
            end_reason="turn_limit" if number in going else "public_passed", judgement=turns[number][-1].judgement,
        )
        for number, (problem, index) in enumerate(seats)
    ]
    stats = SimpleNamespace(seconds_generation=0.0, seconds_judging_waited=0.0, seconds_feedback=0.0)
    return SimpleNamespace(episodes=episodes, stats=stats)
