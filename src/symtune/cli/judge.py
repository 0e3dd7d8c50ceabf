"""`symtune judge`: programs x problems -> judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import tyro

from symtune.cli.arguments import (
    ProblemsArg,
    ProgramsArg,
    digest_of,
    load_problems,
    load_programs,
    refuse_duplicates,
    unjudged_path,
)
from symtune.domain import Judgement, Program, Split, Unjudged
from symtune.errors import TooManyUnjudgedError
from symtune.judging.engines import EngineName, judge_programs
from symtune.store import Progress, ResumableFile, save_records

MIN_JUDGED_FOR_STOP = 20
"""The unjudged share is looked at from this many programs on."""


def judge(
    problems: tyro.conf.Positional[ProblemsArg],
    programs: tyro.conf.Positional[ProgramsArg],
    *,
    out: Path | None = None,
    split: Split = "tests",
    workers: int = 2,
    stop: Literal["never", "first_failure"] = "never",
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    engine: EngineName = "local",
    max_unjudged_fraction: float = 0.02,
) -> list[Judgement]:
    """Judge programs on their problems' cases, in a sandbox, in the order given.

    Args:
        problems: problems.jsonl.
        programs: programs.jsonl.
        out: judgements.jsonl; what was finished before a kill is kept and taken up. Programs without a verdict go to
            OUT's .unjudged.jsonl. Without it the result is only returned and summarised.
        split: cases to judge on: the private tests, the public examples, or all.
        workers: guests at work at the same time.
        stop: go on after a failing case (the pass fraction is kept), or stop at the first one.
        isolation: namespaces (user, pid, net, ipc, mount; seccomp), or by name the weaker rlimits.
        engine: local (guests of this process), or ray (Ray actors: this machine's, or those of the cluster at RAY_ADDRESS).
        max_unjudged_fraction: stop when more than this share could not be judged.

    Raises:
        TooManyUnjudgedError: the judge itself failed on more programs than allowed.
    """
    known, wanted = load_problems(problems), load_programs(programs)
    refuse_duplicates((program.program_id for program in wanted), where="programs")
    stream = _Judging(known, workers=workers, split=split, stop=stop, isolation=isolation, engine=engine, limit=max_unjudged_fraction)
    if out is None:
        judged = list(stream.judge(wanted))
        stream.refuse_too_many_unjudged(is_end=True)
        return judged
    settings = {
        "problems": digest_of(problems), "programs": digest_of(programs),
        "split": split, "stop": stop, "isolation": isolation,
    }  # fmt: skip
    with ResumableFile(out, settings=settings) as file:
        finished = {form["program_id"] for form in file.done}
        owed = [program for program in wanted if program.program_id not in finished]
        for judgement in stream.judge(owed):
            file.append(judgement)
        stream.refuse_too_many_unjudged(is_end=True)
        by_id = {form["program_id"]: form for form in file.done}
        ordered = [by_id[program.program_id] for program in wanted if program.program_id in by_id]
        file.finish(ordered)
    if stream.unjudged:
        save_records(unjudged_path(out), stream.unjudged)
    else:
        unjudged_path(out).unlink(missing_ok=True)
    return [Judgement.from_json(form) for form in ordered]


class _Judging:
    """Judges a stream of programs; keeps count of what could not be judged."""

    def __init__(self, problems: list, *, limit: float, **settings: object) -> None:
        self._problems, self._limit, self._settings = problems, limit, settings
        self.unjudged: list[Unjudged] = []
        self._num_seen = 0

    def judge(self, programs: list[Program]) -> Iterator[Judgement]:
        with Progress(len(programs), "judging") as progress:
            for verdict in judge_programs(self._problems, programs, **self._settings):  # type: ignore[arg-type]
                self._num_seen += 1
                progress.advance()
                if isinstance(verdict, Unjudged):
                    self.unjudged.append(verdict)
                    self.refuse_too_many_unjudged(is_end=False)
                else:
                    yield verdict

    def refuse_too_many_unjudged(self, *, is_end: bool) -> None:
        share = len(self.unjudged) / max(self._num_seen, 1)
        if share > self._limit and (is_end or self._num_seen >= MIN_JUDGED_FOR_STOP):
            raise TooManyUnjudgedError(
                f"{len(self.unjudged)} of {self._num_seen} programs could not be judged (allowed: {self._limit:.0%}); "
                f"the last one, {self.unjudged[-1].program_id}: {self.unjudged[-1].reason}"
            )


def summarise_judgements(judgements: list[Judgement]) -> list[str]:
    """Return the lines the command line prints."""
    outcomes = Counter(judgement.outcome.value for judgement in judgements)
    causes = Counter(judgement.cause.value for judgement in judgements if judgement.cause)
    lines = [f"judged {len(judgements)} programs"]
    lines += [f"  {name}: {count}" for name, count in outcomes.most_common()]
    if causes:
        lines.append("  causes: " + ", ".join(f"{name} {count}" for name, count in causes.most_common()))
    return lines
