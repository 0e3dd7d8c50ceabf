"""ENGINES: where workers run. A new one is one file with an `Engine` and one line in each table here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from symtune.domain import Judgement, Problem, Program, Unjudged
from symtune.errors import BadInputError
from symtune.judging.engines.engine import Engine, Lost, Shared, Worker
from symtune.judging.engines.local import LocalEngine
from symtune.judging.engines.ray_actors import RayEngine

EngineName = Literal["local", "ray"]
"""``local``: threads of this process. ``ray``: Ray actors (extra ``ray``)."""

ENGINES: dict[str, Engine] = {"local": LocalEngine(), "ray": RayEngine()}
"""Engine name -> engine."""


def find_engine(name: str) -> Engine:
    """Return an engine.

    Raises:
        BadInputError: there is none of this name; the message lists those there are.
    """
    if name not in ENGINES:
        raise BadInputError(f"unknown engine {name!r}; known: {', '.join(ENGINES)}")
    return ENGINES[name]


def judge_programs(
    problems: Sequence[Problem], programs: Iterable[Program], *, engine: EngineName = "local", workers: int = 2, **settings: Any
) -> Iterator[Judgement | Unjudged]:
    """Judge programs in order on an engine; the verdicts do not depend on which.

    Args:
        engine: where the workers run.
        workers: guests at work at the same time.
        settings: those of `symtune.judging.judge`.
    """
    return find_engine(engine).judge(problems, programs, workers=workers, **settings)


__all__ = ["ENGINES", "Engine", "EngineName", "Lost", "Shared", "Worker", "find_engine", "judge_programs"]
