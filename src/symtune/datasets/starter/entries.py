"""One TOML file of the starter set -> entries, with every mistake in the file named.

    [[problem]]
    id = "last-even"
    difficulty = "introductory"            # introductory | interview | competition
    comparator = "exact"                   # may be left out
    starter_code = "def last_even(numbers: list[int]) -> int | None:"
    statement = '''...'''                  # says the constraints of the input
    examples = '''
    last_even([1, 4, 2, 3]) == 2           one public case a line, as a Python comparison of literals
    '''
    tests = '''...'''                      # private cases, in the same form
    references = ['''...''', '''...''']    # two or more right programs

    [[problem.wrong]]                      # two or more of these
    mistake = "looks from the front"
    witness = "last_even([4, 2])"          # a valid input on which it differs from the references
    source = '''...'''

A problem without ``starter_code`` is a program on stdin. Its ``examples`` and ``tests`` are lists of texts, each an input
and an output with a line ``=>`` between them, and a ``witness`` is the input alone.

Source: ours; docs/decisions/0050-starter-set-format.md.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symtune.domain import Case, Problem, Program
from symtune.errors import BadRecordError

SOURCE = "starter"
"""The ``source`` of every problem, and the first part of its id."""

DIFFICULTIES = ("introductory", "interview", "competition")
REQUIRED_KEYS = {"id", "difficulty", "statement", "examples", "tests", "references", "wrong"}
OPTIONAL_KEYS = {"comparator", "starter_code"}
WRONG_KEYS = {"mistake", "witness", "source"}
NUM_EXAMPLES = range(1, 4)
NUM_TESTS = range(1, 5)
MIN_REFERENCES = 2
MIN_WRONG = 2

_ENTRY_POINT = re.compile(r"(?:class\s+(?P<owner>\w+):\s+)?def\s+(?P<name>\w+)\(")


@dataclass(frozen=True)
class Entry:
    """A problem with its wrong programs.

    Attributes:
        problem: the problem, as everything else sees it.
        wrong: the wrong programs, labelled ``wrong``.
        witnesses: for each wrong program, in order, a case on whose input it differs from the references. Its
            ``expected`` is None: the references say what is right.
        mistakes: for each wrong program, in order, what is wrong with it, in a few words.
    """

    problem: Problem
    wrong: tuple[Program, ...]
    witnesses: tuple[Case, ...]
    mistakes: tuple[str, ...]


def read_entries(path: Path) -> list[Entry]:
    """Read one file of the starter set.

    Raises:
        BadRecordError: the file is no TOML, or a problem in it breaks the format; names the file, problem and field.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadRecordError(f"not valid TOML: {error}", path=path) from error
    if set(tables) != {"problem"} or not isinstance(tables["problem"], list):
        raise BadRecordError(f"expected [[problem]] tables only, got the keys {sorted(tables)}", path=path)
    return [_Reader(table, path, index).entry() for index, table in enumerate(tables["problem"])]


class _Reader:
    """Turns one ``[[problem]]`` table into an entry; knows where it stands, for the messages."""

    def __init__(self, table: dict[str, Any], path: Path, index: int) -> None:
        self.table, self.path = table, path
        self.name = str(table.get("id", f"problem.{index}"))

    def entry(self) -> Entry:
        table = self.table
        self._check_keys(table, "", required=REQUIRED_KEYS, optional=OPTIONAL_KEYS)
        if table["difficulty"] not in DIFFICULTIES:
            raise self._error("difficulty", f"{table['difficulty']!r} is none of {', '.join(DIFFICULTIES)}")
        self._check_count("references", len(table["references"]), least=MIN_REFERENCES)
        self._check_count("wrong", len(table["wrong"]), least=MIN_WRONG)
        for index, source in enumerate(table["references"]):
            self._check_compiles(f"references.{index}", source)
        examples, tests = self._cases("examples", NUM_EXAMPLES), self._cases("tests", NUM_TESTS)
        digests = [case.input_digest() for case in examples + tests]
        if len(set(digests)) < len(digests):
            raise self._error("tests", "two cases have the same input; each input may stand once in examples and tests")
        starter = table.get("starter_code", "").rstrip()
        problem = Problem(
            id=f"{SOURCE}/{self.name}",
            statement=table["statement"].strip(),
            entry_point=self._entry_point(),
            starter_code=f"{starter}\n" if starter else "",
            difficulty=table["difficulty"],
            examples=examples,
            tests=tests,
            references=tuple(table["references"]),
            source=SOURCE,
            meta={"group": self.path.stem},
        )
        return self._with_wrong(problem)

    def _with_wrong(self, problem: Problem) -> Entry:
        wrong, witnesses, mistakes = [], [], []
        for index, form in enumerate(self.table["wrong"]):
            field = f"wrong.{index}"
            self._check_keys(form, f"{field}.", required=WRONG_KEYS, optional=set())
            self._check_compiles(f"{field}.source", form["source"])
            program_id = f"{problem.id}!wrong{index}"
            wrong.append(Program(problem_id=problem.id, source=form["source"], id=program_id, label="wrong"))
            witnesses.append(self._witness(f"{field}.witness", form["witness"]))
            mistakes.append(form["mistake"])
        return Entry(problem=problem, wrong=tuple(wrong), witnesses=tuple(witnesses), mistakes=tuple(mistakes))

    def _entry_point(self) -> str | None:
        text = self.table.get("starter_code", "")
        if not text:
            return None
        found = _ENTRY_POINT.search(text)
        if found is None:
            raise self._error("starter_code", "holds no 'def name('")
        return ".".join(part for part in (found["owner"], found["name"]) if part)

    def _cases(self, field: str, counts: range) -> tuple[Case, ...]:
        body = self.table[field]
        texts = [line for line in body.splitlines() if line.strip()] if isinstance(body, str) else list(body)
        if len(texts) not in counts:
            raise self._error(field, f"expected {counts.start} to {counts.stop - 1} cases, got {len(texts)}")
        return tuple(self._case(f"{field}.{index}", text) for index, text in enumerate(texts))

    def _case(self, field: str, text: str) -> Case:
        if self._entry_point() is None:
            stdin, separator, stdout = text.partition("\n=>\n")
            if not separator:
                raise self._error(field, "expected an input and an output with a line '=>' between them")
            comparator = self.table.get("comparator", "whitespace_tokens")
            return Case.text(stdin + "\n", expected=stdout, comparator=comparator)
        node = self._expression(field, text)
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)):
            raise self._error(field, f"expected 'call == value', got {text.strip()!r}")
        args, kwargs = self._arguments(field, node.left)
        expected = self._literal(field, node.comparators[0])
        return Case.call(*args, kwargs=kwargs, expected=expected, comparator=self.table.get("comparator", "exact"))

    def _witness(self, field: str, text: str) -> Case:
        if self._entry_point() is None:
            return Case.text(text, expected="")
        args, kwargs = self._arguments(field, self._expression(field, text))
        return Case.call(*args, kwargs=kwargs, expected=None)

    def _expression(self, field: str, text: str) -> ast.expr:
        try:
            return ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise self._error(field, f"not a Python expression: {text.strip()!r}") from error

    def _arguments(self, field: str, node: ast.expr) -> tuple[list[Any], dict[str, Any]]:
        wanted = (self._entry_point() or "").rpartition(".")[2]
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == wanted):
            raise self._error(field, f"expected a call of {wanted}, got {ast.unparse(node)!r}")
        args = [self._literal(field, item) for item in node.args]
        return args, {str(item.arg): self._literal(field, item.value) for item in node.keywords}

    def _literal(self, field: str, node: ast.expr) -> Any:
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError) as error:
            raise self._error(field, f"not a literal value: {ast.unparse(node)!r}") from error

    def _check_keys(self, form: dict[str, Any], prefix: str, *, required: set[str], optional: set[str]) -> None:
        for key in sorted(required - set(form)):
            raise self._error(prefix + key, "is missing")
        for key in sorted(set(form) - required - optional):
            raise self._error(prefix + key, f"is unknown; known: {', '.join(sorted(required | optional))}")

    def _check_count(self, field: str, count: int, *, least: int) -> None:
        if count < least:
            raise self._error(field, f"expected {least} or more, got {count}")

    def _check_compiles(self, field: str, source: str) -> None:
        try:
            compile(source, field, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise self._error(field, f"does not compile: {error}") from error

    def _error(self, field: str, reason: str) -> BadRecordError:
        return BadRecordError(reason, path=self.path, field=f"{self.name}: {field}")
