"""Which of several input formats is the problem's: the references decide, by running on inputs that differ between them.

An input that a wrong format makes, with a list grown but not the count that goes with it, breaks most programs that read
it. So formats are tried in the order of their likelihood, and the first whose grown, shrunk and recombined inputs run at least
about as often as any other's is taken. Source: ours.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from symtune.domain import Case, Problem
from symtune.errors import BadValueError
from symtune.judging import Judge
from symtune.suites.stdin.format import Args, InputFormat
from symtune.suites.stdin.infer import infer_formats
from symtune.suites.stdin.parts import own_counts
from symtune.suites.stdin.resizing import counts_of, resized

MAX_TRIED = 4
"""Formats put to the references."""

NUM_PROBES = 6
"""Inputs per format."""

LEAD = 0.25
"""A likelier format is kept unless another one's share of inputs that run is larger by more than this."""

MAX_PROBE_CHARACTERS = 4000
CPU_TIME_S = 1.0


def choose_format(
    problem: Problem, judge: Judge, *, references: Sequence[str], given: Sequence[Case], rng: random.Random
) -> InputFormat | None:
    """Return the input format of a stdin problem, or None when none fits its examples.

    Args:
        references: sound ones; the first is asked.
        given: the cases the problem came with.
        rng: decides the inputs that are tried.
    """
    formats = infer_formats(problem.statement, [case.stdin for case in given if case.stdin is not None])
    if len(formats) < 2 or not references:
        return formats[0] if formats else None
    shares = [survival(problem, judge, format, source=references[0], given=given, rng=rng) for format in formats[:MAX_TRIED]]
    best = max(shares)
    return next(format for format, share in zip(formats, shares, strict=False) if share >= best - LEAD)


def survival(
    problem: Problem, judge: Judge, format: InputFormat, *, source: str, given: Sequence[Case], rng: random.Random
) -> float:
    """Return the share of changed inputs on which a program ends without an exception; 0 when none can be made."""
    texts = list(itertools.islice(probes(format, [case.stdin or "" for case in given], rng), NUM_PROBES))
    if not texts:
        return 0.0
    problem = problem.model_copy(update={"time_limit_s": CPU_TIME_S})
    results = judge.run_inputs(problem, source, [Case.text(text, expected="") for text in texts])
    return sum(one.cause is None for one in results) / len(texts)


def _nudged(args: Args) -> Args:
    """Return the arguments with every number among them one larger."""
    return tuple(value + 1 if type(value) is int else value for value in args)


def probes(format: InputFormat, texts: Sequence[str], rng: random.Random) -> list[str]:
    """Return inputs with other counts than the examples', each count changed on its own, then all of them."""
    seeds: list[Args] = []
    for text in sorted(texts, key=len):
        seeds += (format.parse_all(text) or ()) if len(text) <= MAX_PROBE_CHARACTERS else ()
    found: dict[str, None] = {}
    names = own_counts(format.parts)
    changes = [*([name] for name in names), names]
    for seed in rng.sample(seeds[:40], min(len(seeds[:40]), 2 * NUM_PROBES)):
        for changed in changes:
            for step in (1, -1, 3):
                try:
                    counts = counts_of(format, seed)
                    grown = resized(format, seed, counts | {name: max(1, counts[name] + step) for name in changed})
                    text = format.render(grown)
                except BadValueError:
                    continue
                if text not in texts and len(text) <= MAX_PROBE_CHARACTERS:
                    found[text] = None
        found[format.render(seed if format.tests is not None else _nudged(seed))] = None
    return [text for text in found if text not in texts]
