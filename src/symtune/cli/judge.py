"""`symtune judge`: programs x problems -> judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import tyro

from symtune.cli.arguments import ProblemsArg, ProgramsArg, digest_of, unjudged_path
from symtune.cli.limits import run_limits
from symtune.cli.set_aside import judgeable
from symtune.domain import Judgement, Problem, Program, Split, Unjudged
from symtune.errors import TooManyUnjudgedError
from symtune.judging.engines import EngineName, judge_programs
from symtune.store import Progress, ResumableFile, save_records

MIN_JUDGED_FOR_STOP = 20
"""The unjudged share is looked at from this many programs on."""

NUM_REASONS_SHOWN = 5
"""Reasons of unjudged programs that the command line prints."""


class Judgements(list[Judgement]):
    """Judgements in the order of their programs.

    Attributes:
        unjudged: programs without a verdict, each with its reason.
        refused: why problems were set aside.
    """

    def __init__(
        self, judgements: Iterable[Judgement] = (), *, unjudged: Iterable[Unjudged] = (), refused: Iterable[str] = ()
    ) -> None:
        super().__init__(judgements)
        self.unjudged, self.refused = list(unjudged), list(refused)

    @property
    def exit_code(self) -> int:
        """1 where input was set aside, though everything else was judged; else 0."""
        return int(bool(self.refused) or any(item.fault == "input" for item in self.unjudged))


def judge(
    problems: tyro.conf.Positional[ProblemsArg],
    programs: tyro.conf.Positional[ProgramsArg],
    *,
    out: Path | None = None,
    split: Split = "tests",
    workers: int = 2,
    stop: Literal["never", "first_failure"] = "never",
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    time_limit: str | None = None,
    wall_time_limit: float | None = None,
    memory_limit: str | None = None,
    process_limit: int | None = None,
    output_limit: str | None = None,
    file_limit: int | None = None,
    cache: Path | None = None,
    engine: EngineName = "local",
    max_unjudged_fraction: float = 0.02,
) -> Judgements:
    """Judge programs on their problems' cases, in a sandbox, in the order given.

    A limit that is stated holds for every problem; else each problem's own does, else the default.

    Args:
        problems: problems.jsonl.
        programs: programs.jsonl.
        out: judgements.jsonl; what was finished before a kill is kept and taken up. Programs without a verdict go to
            OUT's .unjudged.jsonl. Without it the result is only returned and summarised.
        split: cases to judge on: the private tests, the public examples, or all.
        workers: guests at work at the same time.
        stop: go on after a failing case (the pass fraction is kept), or stop at the first one.
        isolation: namespaces (user, pid, net, ipc, mount; seccomp), or by name the weaker rlimits.
        time_limit: CPU seconds of one case (2.5), or a multiple of the slowest reference's own time, measured here
            (reference*5+0.5). Default: 10.
        wall_time_limit: wall seconds of one case; ends what sleeps. Default: 3 times the CPU seconds + 3.
        memory_limit: address space of a program (512MiB). Default: 1GiB.
        process_limit: processes and threads at a time. Default: 64.
        output_limit: output of a program, and any file it writes. Default: 64MiB.
        file_limit: open files of one process, more than 210. Default: 256.
        cache: file of verdicts kept from run to run (SQLite); the same program, suite and limits are not run again.
        engine: local (guests of this process), or ray (Ray actors: this machine's, or those of the cluster at RAY_ADDRESS).
        max_unjudged_fraction: stop when the judge itself failed on more than this share.

    Raises:
        TooManyUnjudgedError: the judge itself failed on more programs than allowed.
    """
    given = judgeable(problems, programs)
    flags = {
        "time_limit": time_limit, "wall_time_limit": wall_time_limit, "memory_limit": memory_limit,
        "process_limit": process_limit, "output_limit": output_limit, "file_limit": file_limit,
    }  # fmt: skip
    limits, measured = run_limits(**flags)  # type: ignore[arg-type]
    judging: dict[str, Any] = {"workers": workers, "split": split, "stop": stop, "isolation": isolation, "engine": engine}
    judging |= {
        name: value for name, value in {"limits": limits, "time_limit": measured, "cache": cache}.items() if value is not None
    }
    stream = _Judging(given.problems, limit=max_unjudged_fraction, unjudged=given.unjudged, **judging)
    if out is None:
        judged = list(stream.judge(given.programs))
        stream.refuse_too_many_unjudged(is_end=True)
        return Judgements(judged, unjudged=stream.unjudged, refused=given.refused)
    settings = {
        "problems": digest_of(problems), "programs": digest_of(programs),
        "split": split, "stop": stop, "isolation": isolation,
    } | {name: flag for name, flag in flags.items() if flag is not None}  # fmt: skip
    with ResumableFile(out, settings=settings) as file:
        finished = {form["program_id"] for form in file.done}
        owed = [program for program in given.programs if program.program_id not in finished]
        for judgement in stream.judge(owed):
            file.append(judgement)
        stream.refuse_too_many_unjudged(is_end=True)
        by_id = {form["program_id"]: form for form in file.done}
        ordered = [by_id[program.program_id] for program in given.programs if program.program_id in by_id]
        file.finish(ordered)
    if stream.unjudged:
        save_records(unjudged_path(out), stream.unjudged)
    else:
        unjudged_path(out).unlink(missing_ok=True)
    return Judgements((Judgement.from_json(form) for form in ordered), unjudged=stream.unjudged, refused=given.refused)


class _Judging:
    """Judges a stream of programs; keeps count of what could not be judged."""

    def __init__(
        self, problems: list[Problem], *, limit: float, unjudged: Iterable[Unjudged], **settings: object
    ) -> None:
        self._problems, self._limit, self._settings = problems, limit, settings
        self.unjudged = list(unjudged)
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
        broken = [item for item in self.unjudged if item.fault == "judge"]
        share = len(broken) / max(self._num_seen, 1)
        if share > self._limit and (is_end or self._num_seen >= MIN_JUDGED_FOR_STOP):
            raise TooManyUnjudgedError(
                f"{len(broken)} of {self._num_seen} programs could not be judged (allowed: {self._limit:.0%}); "
                f"the last one, {broken[-1].program_id}: {broken[-1].reason}"
            )


def summarise_judgements(judgements: list[Judgement]) -> list[str]:
    """Return the lines the command line prints."""
    outcomes = Counter(judgement.outcome.value for judgement in judgements)
    causes = Counter(judgement.cause.value for judgement in judgements if judgement.cause)
    lines = [f"judged {len(judgements)} programs"]
    lines += [f"  {name}: {count}" for name, count in outcomes.most_common()]
    if causes:
        lines.append("  causes: " + ", ".join(f"{name} {count}" for name, count in causes.most_common()))
    unjudged = judgements.unjudged if isinstance(judgements, Judgements) else []
    refused = judgements.refused if isinstance(judgements, Judgements) else []
    lines += [f"  problem set aside: {reason}" for reason in refused[:NUM_REASONS_SHOWN]]
    if unjudged:
        lines.append(f"  unjudged: {len(unjudged)}")
        lines += [f"    {item.program_id}: {item.reason}" for item in unjudged[:NUM_REASONS_SHOWN]]
        if len(unjudged) > NUM_REASONS_SHOWN:
            lines.append(f"    ... and {len(unjudged) - NUM_REASONS_SHOWN} more")
    return lines
