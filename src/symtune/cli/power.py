"""`symtune power`: how well suites tell right programs from wrong ones, as figures in all and by problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import tyro

from symtune.cli.arguments import ProblemsArg, ProgramsArg
from symtune.cli.limits import run_limits
from symtune.cli.set_aside import judgeable
from symtune.domain import Problem, Split, Unjudged
from symtune.domain.power import PowerResult, ProblemPower
from symtune.evaluation.power import measure_suites
from symtune.judging.engines import EngineName
from symtune.report.power import power_tables, problem_table
from symtune.report.text import one_line, table_text

NUM_WEAKEST_SHOWN = 10
"""Problems that the command line prints: those whose suites are weakest. The run directory holds them all."""

NUM_MISJUDGED_SHOWN = 10
"""Misjudged programs that the command line prints."""


class Power(list[ProblemPower]):
    """The power of each problem's suite, in the order of the problems.

    Attributes:
        result: the figures in all.
        refused: why problems were set aside.
    """

    def __init__(self, rows: Sequence[ProblemPower], *, result: PowerResult, refused: Sequence[str] = ()) -> None:
        super().__init__(rows)
        self.result, self.refused = result, list(refused)

    @property
    def exit_code(self) -> int:
        """1 where problems were set aside, though everything else was measured; else 0."""
        return int(bool(self.refused))


def power(
    problems: tyro.conf.Positional[ProblemsArg],
    *,
    programs: ProgramsArg = (),
    out: Path | None = None,
    name: str = "suites",
    split: Split = "tests",
    max_references: int = 3,
    max_mutants: int = 30,
    equal_budget_s: float = 1.0,
    right: tuple[str, ...] = (),
    wrong: tuple[str, ...] = (),
    time_limit: str | None = None,
    workers: int = 2,
    seed: int = 0,
    num_resamples: int = 1000,
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    engine: EngineName = "local",
) -> Power:
    """Measure suites: coverage of the references, mutation score, labelled programs accepted and rejected, invalid cases.

    Every figure stands for the tests that a problem had before (by its suite record) and for all it has now.

    Args:
        problems: strong.jsonl.
        programs: labelled programs. Right are pass_all, passes_original, right; wrong are pass_base_fail_plus, fail_base,
            load_error, timeout/killed, fails_original, wrong.
        out: run directory for the report; problems finished before a kill are kept.
        name: what the suites are called in tables.
        split: the cases that make up a suite: the private tests, or all.
        max_references: references per problem that are followed and mutated.
        max_mutants: mutants per reference; 0: none.
        equal_budget_s: CPU seconds per surviving mutant, to find a difference or prove that there is none; 0: no search.
        right: further labels of right programs.
        wrong: further labels of wrong programs.
        time_limit: CPU seconds of one case of a labelled program (2.5), or a multiple of the slowest reference's own time
            (reference*5+0.5). Default: the problem's own, else 1 s and 12 times its references' slowest case, at most 10.
        workers: problems at the same time.
        seed: of the mutants and of the resampling; the same seed gives the same mutants whatever the suite.
        num_resamples: bootstrap resamples of the problems.
        isolation: namespaces, or by name the weaker rlimits.
        engine: local (threads of this process), or ray.
    """
    given = judgeable(problems, programs)
    limits, measured = run_limits(time_limit=time_limit)
    result, rows = measure_suites(
        given.problems, given.programs, out=out, name=name, split=split, max_references=max_references,
        max_mutants=max_mutants, equal_budget_s=equal_budget_s, right=right, wrong=wrong, limits=limits, time_limit=measured,
        notes=_reasons(given.problems, given.unjudged, given.refused), workers=workers, seed=seed, num_resamples=num_resamples,
        isolation=isolation, engine=engine,
    )  # fmt: skip
    return Power(rows, result=result, refused=given.refused)


def _reasons(problems: Sequence[Problem], unjudged: Sequence[Unjudged], refused: Sequence[str]) -> Counter[str]:
    """Return how many problems and programs were set aside before measuring, by reason."""
    ids = {problem.id for problem in problems}
    counts: Counter[str] = Counter()
    for item in unjudged:
        counts["program_unreadable_or_twice" if item.problem_id in ids else "program_of_unknown_problem"] += 1
    if refused:
        counts["problem_set_aside"] += len(refused)
    return counts


def summarise_power(power: Power) -> list[str]:
    """Return the lines the command line prints: the tables in all, the weakest problems, and what was judged wrongly."""
    result = power.result
    tables = [*power_tables([result]), problem_table(power, limit=NUM_WEAKEST_SHOWN)]
    lines = "\n".join(map(table_text, tables)).splitlines()
    misjudged = [judgement for row in power for judgement in row.misjudged]
    for judgement in misjudged[:NUM_MISJUDGED_SHOWN]:
        failure = judgement.first_failure
        said = "accepted" if failure is None else f"rejected by case {failure.case_index}: {one_line(failure.message)}"
        lines.append(f"  judged wrongly: {judgement.program_id} {said}")
    if len(misjudged) > NUM_MISJUDGED_SHOWN:
        lines.append(f"  ... and {len(misjudged) - NUM_MISJUDGED_SHOWN} more")
    return lines + [f"  problem set aside: {reason}" for reason in power.refused]
