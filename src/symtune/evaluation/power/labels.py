"""What the labels of programs say, and what a suite says of the programs: wrong ones it accepts, right ones it rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from symtune.domain import Judgement, Outcome, Problem, Program, Unjudged
from symtune.domain.power import LabelCounts, Truth
from symtune.errors import BadInputError
from symtune.judging import Judge

RIGHT_LABELS = frozenset({"right", "pass_all", "passes_original"})
"""Labels of programs that are right, in the data sets that `symtune import-programs` reads."""

WRONG_LABELS = frozenset({
    "wrong", "pass_base_fail_plus", "fail_base", "load_error", "timeout/killed", "fails_original",
})  # fmt: skip
"""Labels of programs that are wrong."""

NO_LABEL = "none"
"""Name under which programs without a label are counted."""


def truths(*, right: Sequence[str] = (), wrong: Sequence[str] = ()) -> dict[str, Truth]:
    """Return what each label says: the known ones, and those given beside them.

    Raises:
        BadInputError: a label is said to be both.
    """
    both = sorted((RIGHT_LABELS | set(right)) & set(wrong) | (WRONG_LABELS - set(wrong)) & set(right))
    if both:
        raise BadInputError(f"the label {both[0]!r} cannot stand for right and for wrong programs")
    known: dict[str, Truth] = {}
    known |= dict.fromkeys((*sorted(RIGHT_LABELS), *right), "right")
    known |= dict.fromkeys((*sorted(WRONG_LABELS), *wrong), "wrong")
    return known


def judge_labelled(
    problem: Problem, programs: Sequence[Program], *, num_before: int, known: Mapping[str, Truth], judge: Judge
) -> tuple[dict[str, LabelCounts], tuple[Judgement, ...], Counter[str]]:
    """Judge the labelled programs of a problem on its tests.

    Args:
        problem: its tests are in the order: those it had before (``num_before`` of them), then the new ones. One run up to the
            first failure then tells both verdicts.
        known: what labels say, of `truths`.

    Returns:
        Counts by label; the verdicts on right programs that are rejected and on wrong ones that are accepted; reasons why
        programs could not be judged.
    """
    counts: dict[str, Counter[str]] = {}
    misjudged: list[Judgement] = []
    notes: Counter[str] = Counter()
    verdicts = judge.judge([problem], programs, split="tests", stop="first_failure")
    for program, verdict in zip(programs, verdicts, strict=True):
        label = program.label or NO_LABEL
        row = counts.setdefault(label, Counter())
        if isinstance(verdict, Unjudged):
            row["num_unjudged"] += 1
            notes[f"unjudged_by_{verdict.fault}"] += 1
            continue
        is_accepted = verdict.outcome is Outcome.PASSED
        row["num_programs"] += 1
        row["num_accepted"] += is_accepted
        row["num_accepted_before"] += is_accepted or _passed_before(verdict, num_before)
        truth = known.get(label, "unknown")
        if (truth == "right" and not is_accepted) or (truth == "wrong" and is_accepted):
            misjudged.append(verdict)
    labels = {label: LabelCounts(truth=known.get(label, "unknown"), **counts[label]) for label in sorted(counts)}
    return labels, tuple(misjudged), notes


def _passed_before(verdict: Judgement, num_before: int) -> bool:
    failure = verdict.first_failure
    if num_before == 0:
        return True
    return failure is not None and failure.case_index is not None and failure.case_index >= num_before
