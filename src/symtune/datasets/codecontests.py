"""Format ``codecontests``: rows of the hub copy of CodeContests.

Row: ``name, description, difficulty, public_tests, private_tests, generated_tests, solutions, incorrect_solutions, cf_tags, time_limit,
memory_limit_bytes``. Tests are ``{"input": [...], "output": [...]}``; programs are ``{"language": [...], "solution": [...]}`` with 3
for Python 3. Public tests become examples, private and generated ones tests (the origin says which).
Source: google-deepmind/code_contests, its public rows and README.
"""

from __future__ import annotations

import re
from typing import Any

from symtune.datasets.checkers import checker_of
from symtune.datasets.rows import ImportedRow, text_field, without_repeats
from symtune.datasets.statement_examples import accepts_any_case, allows_several_answers
from symtune.domain import Case, Problem
from symtune.errors import BadRecordError

PYTHON3 = 3
"""Language number of Python 3 programs."""

FLOAT_TOLERANCE = "1e-6"
"""Tolerance of decimal outputs, absolute or relative: the most frequent one in the statements."""

_DIFFICULTIES = ("unknown", "easy", "medium", "hard", "harder", "hardest", "external")
_DECIMAL = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?")
_NANOS_PER_SECOND = 1_000_000_000


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    name, statement = text_field(row, "name"), text_field(row, "description")
    groups = {part: _pairs(row, f"{part}_tests") for part in ("public", "private", "generated")}
    comparator = _comparator(groups, statement)
    cases = {
        part: [Case.text(given, expected=wanted, comparator=comparator, origin=part) for given, wanted in pairs]
        for part, pairs in groups.items()
    }
    examples = without_repeats(cases["public"])
    shown = {case.input_digest() for case in examples}
    tests = [
        case for case in without_repeats(cases["private"] + cases["generated"]) if case.input_digest() not in shown
    ]
    if not tests and examples:
        examples, tests = examples[:-1], examples[-1:]
    if not tests:
        raise BadRecordError("holds no tests, so nothing can be judged", field="private_tests")
    references = _programs(row, "solutions")
    meta: dict[str, Any] = {"tags": [tag for tag in row.get("cf_tags") or [] if tag], "num_incorrect": len(wrong_programs(row))}
    if allows_several_answers(statement):
        meta["several_answers"] = True
    problem = Problem(
        id=f"codecontests/{name}",
        statement=statement,
        entry_point=None,
        difficulty=_difficulty(row.get("difficulty")),
        examples=tuple(examples),
        tests=tuple(tests),
        references=references,
        time_limit_s=_time_limit_s(row.get("time_limit")),
        memory_limit_bytes=row.get("memory_limit_bytes") or None,
        source="codecontests",
        meta=meta,
        checker=checker_of(name),
    )
    return ImportedRow(index=0, problem=problem, is_doubtful=bool(references))


def _pairs(row: dict[str, Any], name: str) -> list[tuple[str, str]]:
    tests = row.get(name) or {}
    if isinstance(tests, list):
        tests = {"input": [item["input"] for item in tests], "output": [item["output"] for item in tests]}
    given, wanted = tests.get("input") or [], tests.get("output") or []
    if len(given) != len(wanted):
        raise BadRecordError(f"has {len(given)} inputs but {len(wanted)} outputs", field=name)
    if not all(isinstance(item, str) for item in [*given, *wanted]):
        raise BadRecordError("inputs and outputs must be texts", field=name)
    return list(zip(given, wanted))


def _programs(row: dict[str, Any], name: str) -> tuple[str, ...]:
    programs = row.get(name) or {}
    pairs = zip(programs.get("language") or [], programs.get("solution") or [])
    return tuple(dict.fromkeys(source for language, source in pairs if language in (PYTHON3, "PYTHON3")))


def wrong_programs(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the Python 3 programs of a row that the contest rejected."""
    return _programs(row, "incorrect_solutions")


def _comparator(groups: dict[str, list[tuple[str, str]]], statement: str) -> str:
    tokens = {token for pairs in groups.values() for _, wanted in pairs for token in wanted.split()}
    if any(map(_DECIMAL.fullmatch, tokens)):
        return f"float_close:{FLOAT_TOLERANCE}"
    return "any_case" if accepts_any_case(statement, tokens) else "whitespace_tokens"


def _difficulty(value: Any) -> str | None:
    """Return the name of a difficulty: 0..6 are names, from 7 on they are the problem letters A, B, C, ... of a round."""
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value).lower() if value else None
    if value < len(_DIFFICULTIES):
        return _DIFFICULTIES[value] if value > 0 else None
    return chr(ord("a") + value - len(_DIFFICULTIES)) if value < len(_DIFFICULTIES) + 26 else None


def _time_limit_s(value: Any) -> float | None:
    if isinstance(value, dict):
        seconds = float(value.get("seconds") or 0) + float(value.get("nanos") or 0) / _NANOS_PER_SECOND
        return seconds or None
    return float(value) if value else None
