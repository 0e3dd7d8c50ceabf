"""Episodes made up by hand or from a seed: what a rollout leaves behind, without a model or a judge."""

from __future__ import annotations

import random
from collections.abc import Sequence

from symtune.domain import Case, Cause, Episode, FirstFailure, Judgement, Outcome, Problem, Turn

CAUSES = {Outcome.FAILED_TEST: Cause.WRONG_VALUE, Outcome.RUNTIME_ERROR: Cause.EXCEPTION, Outcome.COMPILE_ERROR: Cause.SYNTAX}
OF_LETTER = {"P": Outcome.PASSED, "W": Outcome.FAILED_TEST, "R": Outcome.RUNTIME_ERROR, "C": Outcome.COMPILE_ERROR}

WRONG = "def keep(items, limit):\n    kept = []\n    for item in items:\n        if item {sign} limit:\n            kept.append(item)\n    return kept\n"
RIGHT = "def keep(items, limit):\n    return [item for item in items if item <= limit]\n"
SOURCES = {
    "P": RIGHT,
    "W": WRONG.format(sign="<"),
    "R": "def keep(items, limit):\n    return items[limit + len(items)]\n",
    "C": "def keep(items, limit:\n    return items\n",
}


def problem(name: str, difficulty: str | None = None) -> Problem:
    return Problem(
        id=name, statement="Keep the items up to the limit.", entry_point="keep", difficulty=difficulty,
        examples=(Case.call([1, 2, 3], 2, expected=[1, 2]),), tests=(Case.call([5, 6], 5, expected=[5]),),
    )  # fmt: skip


def verdict(problem_id: str, letter: str, *, num_cases: int = 1) -> Judgement:
    outcome = OF_LETTER[letter]
    cause = CAUSES.get(outcome)
    failure = None
    if cause is not None:
        failure = FirstFailure(case_index=0, cause=cause, message="expected [1, 2], got [1]", trace="line 3, in keep" if letter == "R" else "")
    return Judgement(
        problem_id=problem_id, program_id=f"{problem_id}/{letter}", outcome=outcome, cause=cause, first_failure=failure,
        num_passed=num_cases if cause is None else 0, num_cases=num_cases,
    )  # fmt: skip


def episode(problem_id: str, letters: str, *, index: int = 0, sources: Sequence[str] | None = None, group: str | None = None) -> Episode:
    """Return the episode that some letters spell, one per turn on the public tests: P W R C; N: no code; U: no verdict.

    A last P passes the public tests and all tests; a last F passes the public tests and fails a private one.
    """
    turns = []
    for number, letter in enumerate(letters):
        shown = "P" if letter == "F" else letter
        source = None if letter == "N" else (sources[number] if sources else SOURCES.get(shown, RIGHT))
        turns.append(
            Turn(
                prompt="Keep the items up to the limit." if number == 0 else "Test 1 failed: expected [1, 2], got [1]. Try again.",
                reply="I cannot." if source is None else f"Here it is:\n```python\n{source}```",
                source=source,
                judgement=verdict(problem_id, shown) if shown in OF_LETTER else None,
                reply_token_ids=(1, 2, 3),
            )
        )
    last = letters[-1]
    final = None if last in "NU" else verdict(problem_id, "W" if last == "F" else last, num_cases=2)
    end = "public_passed" if last in "PF" else "unjudged" if last == "U" else "turn_limit"
    return Episode(
        problem_id=problem_id, turns=tuple(turns), id=f"{problem_id}#{index}", group=group, end_reason=end,
        judgement=final, unjudged_reason="the judge was away" if last == "U" else None,
    )  # fmt: skip


def random_episodes(
    problems: Sequence[Problem], *, num_episodes: int, right: float, repair: float, max_turns: int = 3, seed: int = 0
) -> list[Episode]:
    """Return episodes of a policy that is right at once with chance ``right`` and repairs with chance ``repair``."""
    rng = random.Random(seed)
    found = []
    for one in problems:
        ease = rng.betavariate(2, 2) * 2
        for index in range(num_episodes):
            letters, sources = "", []
            for turn in range(max_turns):
                if rng.random() < (right if turn == 0 else repair) * ease:
                    letters += "P" if rng.random() < 0.85 else "F"
                else:
                    letters += rng.choices("WRCNU", (50, 18, 12, 8, 0.4))[0]
                letter = letters[-1]
                if letter == "W":
                    sources.append(WRONG.format(sign=rng.choice(["<", "<", ">", ">=", "!="])))
                else:
                    sources.append(SOURCES.get("P" if letter == "F" else letter, RIGHT))
                if letter in "PFU":
                    break
            found.append(episode(one.id, letters, index=index, sources=sources, group=one.id))
    return found
