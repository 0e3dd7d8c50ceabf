"""Run directories -> everything a report shows. Read only; nothing is computed."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symtune import store
from symtune.domain import Record, Run
from symtune.domain.episode_results import BrowsableEpisode, EpisodeResult
from symtune.domain.power import PowerResult, ProblemPower
from symtune.domain.results import BrowsableProblem, BrowsableProgram, CriticResult, PolicyResult, SuiteResult
from symtune.errors import BadRecordError, MissingInputError, RunError


@dataclasses.dataclass(frozen=True)
class StoredRun:
    """One run directory as it was found.

    Attributes:
        label: its path below the folder that was given, for people.
        metrics: the lines of ``metrics.jsonl``, in order.
    """

    label: str
    path: Path
    run: Run
    config: dict[str, Any]
    metrics: tuple[dict[str, Any], ...] = ()


@dataclasses.dataclass(frozen=True)
class MeasuredSuites:
    """The power of one set of suites, in all and by problem."""

    result: PowerResult
    rows: tuple[ProblemPower, ...]


@dataclasses.dataclass(frozen=True)
class ReportData:
    """What was found in the runs, in the order of the runs.

    Attributes:
        problems: by id; where several runs hold one problem, the one with the most tests.
        programs: by problem id.
        num_problems_found: problems in all runs, before ``max_problems`` was applied.
        episodes: what was measured on episodes.
        dialogues: episodes to look at, run by run in turn, at most `MAX_DIALOGUES`.
    """

    runs: tuple[StoredRun, ...]
    suites: tuple[SuiteResult, ...]
    power: tuple[MeasuredSuites, ...]
    critics: tuple[CriticResult, ...]
    policies: tuple[PolicyResult, ...]
    problems: dict[str, BrowsableProblem]
    programs: dict[str, tuple[BrowsableProgram, ...]]
    num_problems_found: int
    episodes: tuple[EpisodeResult, ...] = ()
    dialogues: tuple[BrowsableEpisode, ...] = ()


MAX_DIALOGUES = 300
"""Episodes on the page, from all runs; each run keeps at most 200 of its own."""


def read_runs(folders: Sequence[Path], *, max_problems: int) -> ReportData:
    """Read every run directory in or below the folders, those of one folder sorted by path; earlier reports are skipped.

    Args:
        max_problems: problems kept for the page; those with programs come first.

    Raises:
        MissingInputError: a folder that is not there.
        RunError: a folder without any run directory, or a manifest that cannot be read.
        BadRecordError: a record that cannot be read, with file and line.
    """
    runs = tuple(_unique([run for folder in folders for run in _find_runs(Path(folder))]))
    problems: dict[str, BrowsableProblem] = {}
    programs: dict[str, list[BrowsableProgram]] = {}
    for problem in _records(runs, "problems", BrowsableProblem):
        problems[problem.id] = _richer(problems.get(problem.id), problem)
    for program in _records(runs, "programs", BrowsableProgram):
        programs.setdefault(program.problem_id, []).append(program)
    found = [_records([stored], "dialogues", BrowsableEpisode) for stored in runs]
    dialogues = [one for layer in itertools.zip_longest(*found) for one in layer if one is not None]
    ids = sorted(problems, key=lambda name: name not in programs)[:max_problems]
    kept = [name for name in problems if name in set(ids)] if len(problems) > max_problems else list(problems)
    return ReportData(
        runs=runs,
        suites=tuple(_records(runs, "suite", SuiteResult)),
        power=tuple(_measured_suites(runs)),
        critics=tuple(_records(runs, "critic", CriticResult)),
        policies=tuple(_records(runs, "evaluation", PolicyResult)),
        problems={name: problems[name] for name in kept},
        programs={name: tuple(programs.get(name, ())) for name in kept},
        num_problems_found=len(problems),
        episodes=tuple(_records(runs, "episode_result", EpisodeResult)),
        dialogues=tuple(dialogues[:MAX_DIALOGUES]),
    )


RECORDS_OF_STAGE = {
    "tests": ("suite", "problems"),
    "power": ("power", "power_problems", "problems", "programs"),
    "evaluate-critic": ("critic",),
    "evaluate": ("evaluation", "problems", "programs"),
    "evaluate-episodes": ("episode_result", "dialogues", "problems"),
}
"""The records files a report reads, by stage; other stages may use the same file names for other records."""


def _records(runs: Sequence[StoredRun], name: str, record_type: type[Any]) -> list[Any]:
    found: list[Record] = []
    for stored in runs:
        path = stored.path / "records" / f"{name}.jsonl"
        if name in RECORDS_OF_STAGE.get(stored.run.stage, ()) and path.is_file():
            found += store.load_records(path, record_type)
    return found


def _measured_suites(runs: Sequence[StoredRun]) -> list[MeasuredSuites]:
    """Return the power of each run's suites; a run that has not come to its result has none."""
    return [
        MeasuredSuites(result, tuple(_records([stored], "power_problems", ProblemPower)))
        for stored in runs
        for result in _records([stored], "power", PowerResult)
    ]


def _find_runs(folder: Path) -> list[StoredRun]:
    if not folder.is_dir():
        raise MissingInputError(f"{folder}: no such folder; give run directories, or a folder that holds some")
    manifests = sorted(folder.rglob("manifest.json"), key=lambda path: path.parent.parts)
    found = [_read_run(path.parent, folder) for path in manifests if (path.parent / "config.json").is_file()]
    runs = [stored for stored in found if stored.run.stage != "report"]
    if not runs:
        raise RunError(f"{folder}: holds no run directory (a folder with manifest.json and config.json)")
    return runs


def _read_run(path: Path, root: Path) -> StoredRun:
    below = path.resolve().relative_to(root.resolve())
    label = "/".join((root.resolve().name, *below.parts))
    try:
        config = json.loads((path / "config.json").read_text())
    except ValueError as error:
        raise RunError(f"{path / 'config.json'}: cannot be read: {error}") from error
    metrics_path = path / "metrics.jsonl"
    metrics = _read_metrics(metrics_path) if metrics_path.is_file() else ()
    return StoredRun(label=label, path=path, run=store.read_run(path), config=config, metrics=metrics)


def _read_metrics(path: Path) -> tuple[dict[str, Any], ...]:
    """Return the whole lines; a torn last line of a run that was killed, or still goes on, is left out."""
    forms = []
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            forms.append(json.loads(line or b"null"))
        except ValueError as error:
            raise BadRecordError(f"not valid JSON: {error}", path=path, line=number) from error
    return tuple(form for form in forms if isinstance(form, dict))


def _unique(runs: Sequence[StoredRun]) -> list[StoredRun]:
    return list({stored.path.resolve(): stored for stored in runs}.values())


def _richer(one: BrowsableProblem | None, other: BrowsableProblem) -> BrowsableProblem:
    """Return the version with more tests; a number of tests before strengthening is never lost."""
    if one is None:
        return other
    best, rest = (one, other) if one.num_tests >= other.num_tests else (other, one)
    if best.num_tests_before is None and rest.num_tests_before is not None:
        return best.model_copy(update={"num_tests_before": rest.num_tests_before})
    return best
