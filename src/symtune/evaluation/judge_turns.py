"""Verdicts on all tests for the programs of turns that were not the last: for looking at, and for testing what n@k takes as given."""

from __future__ import annotations

from collections.abc import Sequence

from symtune.domain import Episode, Judgement, Problem, Program, Unjudged
from symtune.judging import Judge

TurnVerdicts = tuple[Judgement | Unjudged | None, ...]
"""One entry per turn of an episode; None for a reply without code."""


def judge_turns(problems: Sequence[Problem], episodes: Sequence[Episode], *, judge: Judge) -> list[TurnVerdicts]:
    """Judge every turn's program on public and private tests; last turns keep the verdict they have.

    Returns:
        Per episode, in order, one verdict per turn. A program that the judge broke under is Unjudged, with the reason.

    Raises:
        SandboxError: the judge cannot work at all.
    """
    places: list[tuple[int, int]] = []
    programs: list[Program] = []
    for at, episode in enumerate(episodes):
        for index, turn in enumerate(episode.turns):
            is_known = index == len(episode.turns) - 1 and episode.judgement is not None
            if turn.source is not None and not is_known:
                places.append((at, index))
                programs.append(Program(problem_id=episode.problem_id, source=turn.source, id=f"{episode.id}/{at}/turn-{index + 1}"))
    verdicts: list[list[Judgement | Unjudged | None]] = [[None] * len(episode.turns) for episode in episodes]
    for episode, row in zip(episodes, verdicts, strict=True):
        if episode.judgement is not None:
            row[-1] = episode.judgement
    for (at, index), verdict in zip(places, judge.judge(problems, programs, split="all"), strict=True):
        verdicts[at][index] = verdict
    return [tuple(row) for row in verdicts]
