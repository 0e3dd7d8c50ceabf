"""The starter set as problems and programs."""

from __future__ import annotations

from pathlib import Path

from symtune.datasets.starter.entries import Entry, read_entries
from symtune.domain import Case, Problem, Program
from symtune.errors import BadRecordError, MissingInputError

PROBLEMS_DIR = Path(__file__).parent / "problems"
"""Folder of the data files, shipped with the package."""


def load_starter(folder: Path = PROBLEMS_DIR) -> tuple[list[Problem], list[Program]]:
    """Return the problems of the starter set, and its wrong programs.

    The ids are ``starter/<name>`` and, for the wrong programs of a problem, ``starter/<name>!wrong0`` and so on. Files and
    problems come in a fixed order.

    Raises:
        BadRecordError: a data file breaks the format of `symtune.datasets.starter.entries`, or two problems share an id.
        MissingInputError: the folder holds no data file.
    """
    entries = _load_entries(folder)
    return [entry.problem for entry in entries], [program for entry in entries for program in entry.wrong]


def load_witnesses(folder: Path = PROBLEMS_DIR) -> dict[str, Case]:
    """Return, by the id of a wrong program, a case on whose input it differs from the references.

    The ``expected`` of these cases is not set (None, or an empty text); the references say what is right. They prove that
    the wrong programs are wrong, and are in no suite.

    Raises:
        BadRecordError: as for `load_starter`.
        MissingInputError: as for `load_starter`.
    """
    return {
        program.program_id: witness
        for entry in _load_entries(folder)
        for program, witness in zip(entry.wrong, entry.witnesses, strict=True)
    }


def _load_entries(folder: Path) -> list[Entry]:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise MissingInputError(f"no *.toml file in {folder}; reinstall symtune, which ships the starter set there")
    entries: list[Entry] = []
    path_by_id: dict[str, Path] = {}
    for path in paths:
        for entry in read_entries(path):
            if entry.problem.id in path_by_id:
                earlier = path_by_id[entry.problem.id].name
                raise BadRecordError(f"the id stands in {earlier} already", path=path, field=entry.problem.id)
            path_by_id[entry.problem.id] = path
            entries.append(entry)
    return entries
