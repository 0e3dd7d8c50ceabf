"""What the programs of one moment are told, in versions from the longest to the shortest: by the tests, nothing, or of another problem.

Under ``random`` a program is told what was said of another problem's program: of the next one, in a fixed order, that failed at the
same moment; else of the last one that failed before; else what a program of another problem would be told that answers nothing.

Source: Gehring et al. 2024 (RLEF), the ablations without feedback and with random feedback; whose feedback it is, is ours (decision 0103).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from symtune.domain import Problem
from symtune.judging import ByCase
from symtune.rollout.config import EpisodeConfig
from symtune.rollout.feedback import Shown, failure_feedback, no_code_feedback, unanswered, wrong_feedback
from symtune.rollout.first_message import first_message
from symtune.rollout.perturb import perturbed_expected
from symtune.rollout.table_row import Row, Start

Versions = tuple[str, ...]


class Telling:
    """Writes the messages of one round.

    Args:
        config: how episodes are played.
        problems: those that are played.
        round: number of the round.
    """

    def __init__(self, config: EpisodeConfig, problems: Sequence[Problem], *, round: int) -> None:
        self._config, self._problems, self._round = config, list(problems), round
        self._style = config.message_style
        self._brief = dataclasses.replace(self._style, style="brief", max_value_chars=min(self._style.max_value_chars, 80))
        self._last_by_problem: dict[str, Versions] = {}

    def first(self, start: Start) -> str:
        """Return the first message of an episode."""
        shown = self._shown(start.problem, start.index, None)
        return first_message(start.problem, style=self._style, show_examples=self._config.show_examples, shown=shown)

    def of(self, rows: Sequence[Row]) -> list[Versions]:
        """Return what rows that go on are told: on their last programs, or that there was none."""
        own = [self._own(row) for row in rows]
        if self._config.feedback == "random":
            return self._exchanged(rows, own)
        return own

    def _own(self, row: Row) -> Versions:
        if row.program is None:
            return (no_code_feedback(self._style), no_code_feedback(self._brief))
        if self._config.feedback == "none":
            return (wrong_feedback(self._style), wrong_feedback(self._brief))
        assert row.public is not None
        return self._versions(row.problem, row.public, row.index)

    def _versions(self, problem: Problem, found: ByCase, index: int) -> Versions:
        shown = self._shown(problem, index, found)
        texts = [failure_feedback(problem, found, style=style, shown=shown) for style in (self._style, self._brief)]
        return (*texts, wrong_feedback(self._brief))

    def _shown(self, problem: Problem, index: int, found: ByCase | None) -> list[Shown] | None:
        if not self._config.perturb:
            return None
        key = f"{self._config.seed}\n{self._round}\n{index}"
        return perturbed_expected(problem, key, fraction=self._config.perturb_fraction, found=found)

    def _exchanged(self, rows: Sequence[Row], own: Sequence[Versions]) -> list[Versions]:
        """Return for each row the versions of another problem; a reply without code keeps its own, which says nothing of tests."""
        failed = [number for number, row in enumerate(rows) if row.program is not None]
        told = list(own)
        for number in failed:
            later = [other for other in failed if other > number] + [other for other in failed if other < number]
            partner = next((other for other in later if rows[other].problem.id != rows[number].problem.id), None)
            told[number] = own[partner] if partner is not None else self._earlier(rows[number])
        for number in failed:
            name = rows[number].problem.id
            self._last_by_problem.pop(name, None)  # so that the latest stands last
            self._last_by_problem[name] = own[number]
        return told

    def _earlier(self, row: Row) -> Versions:
        for name in reversed(self._last_by_problem):
            if name != row.problem.id:
                return self._last_by_problem[name]
        others = [problem for problem in self._problems if problem.id != row.problem.id and problem.examples]
        other = others[row.turn_seed % len(others)]
        return self._versions(other, unanswered(other), row.index)
