"""What verbs take: a path on the command line; in code a path or the records themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from tyro.constructors import PrimitiveConstructorSpec

from symtune.domain import Episode, Judgement, Problem, Program, Record, Unjudged, content_digest
from symtune.errors import BadInputError
from symtune.store import as_records, file_digest, load_records


def _file(metavar: str) -> PrimitiveConstructorSpec[object]:
    """Read one word of the command line as a path; defaults are shown as they are."""
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=metavar,
        instance_from_str=lambda words: Path(words[0]),
        is_instance=lambda value: isinstance(value, Path | str | list | tuple),
        str_from_instance=lambda value: [str(value)],
    )


ProblemsArg = Annotated[Path | str | Sequence[Problem], _file("PROBLEMS.jsonl")]
ProgramsArg = Annotated[Path | str | Sequence[Program], _file("PROGRAMS.jsonl")]
JudgementsArg = Annotated[Path | str | Sequence[Judgement], _file("JUDGEMENTS.jsonl")]
EpisodesArg = Annotated[Path | str | Sequence[Episode], _file("EPISODES.jsonl")]


def load_problems(problems: Path | str | Sequence[Problem]) -> list[Problem]:
    """Read problems from a file, or take them as they are.

    Raises:
        BadInputError: no problems, or two with the same id.
    """
    loaded = as_records(problems, Problem)
    if not loaded:
        raise BadInputError(f"{_name(problems)}: there is no problem in it")
    refuse_duplicates((problem.id for problem in loaded), where=_name(problems))
    return loaded


def load_programs(programs: Path | str | Sequence[Program]) -> list[Program]:
    """Read programs from a file, or take them as they are."""
    return as_records(programs, Program)


def load_verdicts(judgements: Path | str | Sequence[Judgement | Unjudged]) -> list[Judgement | Unjudged]:
    """Read judgements from a file, with the programs that `symtune judge` set aside beside it, or take them as they are."""
    if not isinstance(judgements, Path | str):
        return list(judgements)
    beside = unjudged_path(Path(judgements))
    unjudged = load_records(beside, Unjudged) if beside.is_file() else []
    return [*load_records(judgements, Judgement), *unjudged]


def unjudged_path(judgements: Path) -> Path:
    """Return where the programs without a verdict go: ``judgements.jsonl`` -> ``judgements.unjudged.jsonl``."""
    suffix = ".jsonl.gz" if judgements.name.endswith(".jsonl.gz") else judgements.suffix
    return judgements.with_name(f"{judgements.name.removesuffix(suffix)}.unjudged{suffix or '.jsonl'}")


def refuse_duplicates(ids: Iterable[str], *, where: str) -> None:
    """Raise BadInputError when an id occurs twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise BadInputError(f"{where}: the id {one!r} occurs twice; ids must be unique")
        seen.add(one)


def digest_of(given: Path | str | Iterable[Record]) -> str:
    """Return a content digest of a file or of records, for noticing that an input has changed."""
    if isinstance(given, Path | str):
        return file_digest(Path(given))
    return content_digest([record.to_json() for record in given])


def _name(given: object) -> str:
    return str(given) if isinstance(given, Path | str) else "problems"
