"""How much a program was changed: 1 - chrF between successive programs.

chrF is the F-score (recall counts beta = 2 times) of character n-grams of orders 1 to 6, white space left out, as sacrebleu computes
it. A change of indentation or blank lines alone therefore has size 0 and still counts as a change in the share of unchanged programs.

Source: Gehring et al. 2024 (RLEF), section 3.3; Popović 2015 (chrF).
Differs: the paper does not state the n-gram order, beta, or which program is the reference; here it is the earlier one (decision 0106).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symtune.domain import Episode
from symtune.domain.episode_results import EditBehaviour
from symtune.errors import MissingExtraError
from symtune.evaluation.bootstrap import estimate_ratio

NUM_BINS = 10
"""Bars of the histogram of edit sizes."""

MAX_CHARS = 20_000
"""Characters of a program that chrF reads: a reply that fills its budget with one line must not take minutes."""


def edit_size(before: str, after: str) -> float:
    """Return 1 - chrF(after, before), 0 to 1; 0 for equal programs.

    Raises:
        MissingExtraError: sacrebleu is not installed.
    """
    return _measure()(before, after)


def _measure() -> Callable[[str, str], float]:
    try:
        from sacrebleu.metrics import CHRF
    except ImportError as error:
        raise MissingExtraError("sacrebleu", extra="evaluate") from error
    metric = CHRF()

    def size(before: str, after: str) -> float:
        if before == after:
            return 0.0
        score = metric.sentence_score(after[:MAX_CHARS], [before[:MAX_CHARS]]).score / 100
        return min(1.0, max(0.0, 1.0 - score))

    return size


def edit_behaviour(
    episodes: Sequence[Episode], *, problem_ids: Sequence[str], num_resamples: int, seed: int
) -> tuple[EditBehaviour, ...]:
    """Return the edits at each turn from the second on; episodes are resampled by problem.

    Raises:
        MissingExtraError: sacrebleu is not installed.
    """
    size_of = _measure()
    last = max((len(episode.turns) for episode in episodes), default=0)
    rows = []
    for turn in range(2, last + 1):
        sizes: dict[str, list[float]] = {name: [] for name in problem_ids}
        same: dict[str, int] = dict.fromkeys(problem_ids, 0)
        num_without = 0
        for episode in episodes:
            if len(episode.turns) < turn:
                continue
            before, after = (episode.turns[index].source for index in (turn - 2, turn - 1))
            if before is None or after is None:
                num_without += 1
                continue
            sizes[episode.problem_id].append(size_of(before, after))
            same[episode.problem_id] += before == after
        rows.append(_row(turn, sizes, same, num_without, num_resamples=num_resamples, seed=seed))
    return tuple(rows)


def _row(
    turn: int, sizes: dict[str, list[float]], same: dict[str, int], num_without: int, *, num_resamples: int, seed: int
) -> EditBehaviour:
    histogram = [0] * NUM_BINS
    for one in (size for found in sizes.values() for size in found):
        histogram[min(NUM_BINS - 1, int(one * NUM_BINS))] += 1
    numbers = [len(found) for found in sizes.values()]
    return EditBehaviour(
        turn=turn,
        num_pairs=sum(numbers),
        num_without=num_without,
        size=estimate_ratio([sum(found) for found in sizes.values()], numbers, num_resamples=num_resamples, seed=seed),
        unchanged=estimate_ratio([same[name] for name in sizes], numbers, num_resamples=num_resamples, seed=seed),
        histogram=tuple(histogram),
    )
