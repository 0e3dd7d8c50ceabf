"""What was measured on episodes: solve rates n@k, behaviour by turn, and episodes as the report's page shows them."""

from __future__ import annotations

from symtune.domain.record import Record
from symtune.domain.results import Estimate, Gain
from symtune.domain.verdict import Judgement

NO_CODE = "no_code"
"""Name, beside the four outcomes, of a reply without valid code."""

UNJUDGED = "unjudged"
"""Name, beside the four outcomes, of a program without a verdict."""


class SolveCounts(Record):
    """Recorded rollouts of one policy on one problem, by what decides n@k.

    Attributes:
        num_kept: rollouts whose final program passed the public tests; ``num_kept_solved`` of them passed all tests.
        num_dropped: the other judged rollouts, those without a program included; ``num_dropped_solved`` of them passed all tests,
            which happens only where public and all tests were judged apart and disagree.
        num_unjudged: rollouts without a verdict; they are in no other count.
    """

    problem_id: str
    difficulty: str | None = None
    num_kept: int = 0
    num_kept_solved: int = 0
    num_dropped: int = 0
    num_dropped_solved: int = 0
    num_unjudged: int = 0

    @property
    def num_rollouts(self) -> int:
        """Judged rollouts."""
        return self.num_kept + self.num_dropped


class SolveRate(Record):
    """n@k of one policy over a set of problems.

    Attributes:
        n: programs submitted; budget: k, the samples that may be spent, each turn one; turns: samples that one rollout spends.
        num_drawn: rollouts that the budget buys: budget // turns.
        total, by_difficulty: means over problems with at least ``num_drawn`` judged rollouts.
        counts: one entry per problem, in the order of the problems.
        origin: where the rollouts came from, in a few words.
    """

    n: int
    budget: int
    turns: int
    num_drawn: int
    total: Estimate
    by_difficulty: dict[str, Estimate] = {}
    counts: tuple[SolveCounts, ...] = ()
    num_resamples: int = 0
    seed: int = 0
    origin: str = ""

    @property
    def name(self) -> str:
        """``1@3``."""
        return f"{self.n}@{self.budget}"


class Comparison(Record):
    """The policy against other rollouts on the same problems.

    Attributes:
        other: what it is compared with, in a few words.
        rate: n@k of the other at the same n and budget.
        gains: ``"total"`` and each difficulty -> the policy's n@k minus the other's, paired by problem.
    """

    other: str
    rate: SolveRate
    gains: dict[str, Gain]


class TurnBehaviour(Record):
    """What happened at one turn, over the episodes that reached it; programs as judged on the public tests.

    Attributes:
        turn: its number, from 1.
        outcomes: replies by outcome; ``no_code`` and ``unjudged`` stand beside the four.
        causes: programs that did not pass, by cause.
        followed: of each outcome, the replies that another turn followed.
        repaired: of those, how many were followed by a program that passed the public tests.
        followed_causes, repaired_causes: the same by cause.
        repaired_share: repaired / followed, over all outcomes.
    """

    turn: int
    num_replies: int
    outcomes: dict[str, int]
    causes: dict[str, int] = {}
    followed: dict[str, int] = {}
    repaired: dict[str, int] = {}
    followed_causes: dict[str, int] = {}
    repaired_causes: dict[str, int] = {}
    repaired_share: Estimate


class EditBehaviour(Record):
    """Edits between the programs of two successive turns; pairs in which a reply has no program are only counted.

    Attributes:
        turn: number of the later turn, from 2.
        num_pairs: pairs of programs; ``num_without`` pairs of turns lack one.
        size: mean of 1 - chrF, 0 (same but for white space) to 1 (nothing in common).
        unchanged: share of pairs whose programs are equal, character by character.
        histogram: pairs by tenth of the edit size: ``histogram[0]`` holds 0 <= size < 0.1, the last one 1.0 too.
    """

    turn: int
    num_pairs: int
    num_without: int
    size: Estimate
    unchanged: Estimate
    histogram: tuple[int, ...]


class EpisodeBehaviour(Record):
    """How a policy uses its turns.

    Attributes:
        solve_rates: turn limit, as text -> share of rollouts solved when they are cut there.
        turns_used: number of turns, as text -> judged episodes of that length.
        end_reasons: why the episodes ended -> episodes.
        edits: None where edit sizes were not computed.
    """

    num_episodes: int
    num_unjudged: int
    solve_rates: dict[str, Estimate]
    turns_used: dict[str, int]
    end_reasons: dict[str, int]
    turns: tuple[TurnBehaviour, ...]
    edits: tuple[EditBehaviour, ...] | None = None
    edits_reason: str | None = None


class EpisodeResult(Record):
    """What an evaluation of episodes stores.

    Attributes:
        name: the policy's name in the tables.
        control: independent single-turn samples at the same budget.
        random_feedback: the same policy under the feedback of other problems.
        baseline: another policy's episodes, usually the one before training.
        other_behaviour: behaviour under random feedback, and of the baseline, where their episodes were given.
        paper_row: the row of the paper's Table 1 it corresponds to, if any.
        num_episodes_kept: episodes that the run keeps to look at.
        turn_check: programs of earlier turns judged on all tests: ``num_judged``, ``num_passed`` (0, unless a verdict is not repeatable) and
            ``num_unjudged``; None where that was not asked for.
    """

    name: str
    description: str = ""
    rate: SolveRate
    control: Comparison
    random_feedback: Comparison | None = None
    baseline: Comparison | None = None
    behaviour: EpisodeBehaviour
    other_behaviour: dict[str, EpisodeBehaviour] = {}
    paper_row: str | None = None
    num_episodes_kept: int = 0
    turn_check: dict[str, int] | None = None


class BrowsableTurn(Record):
    """A turn as the report's page shows it; long texts are cut, and say so.

    Attributes:
        judgement: the verdict on the public tests; None for a reply without code, or without a verdict.
        final: the verdict on all tests, where it is known.
        changes: unified difference from the last program before it, line by line; empty where there is none.
        is_unchanged: whether the program equals the last one before it.
    """

    prompt: str
    reply: str
    source: str | None = None
    judgement: Judgement | None = None
    final: Judgement | None = None
    changes: tuple[str, ...] = ()
    is_unchanged: bool = False
    num_reply_tokens: int = 0
    stop_reason: str = ""


class BrowsableEpisode(Record):
    """An episode as the report's page shows it."""

    id: str
    problem_id: str
    policy: str
    difficulty: str | None = None
    end_reason: str
    unjudged_reason: str | None = None
    is_solved: bool = False
    turns: tuple[BrowsableTurn, ...]
