"""Format ``quixbugs``: classic algorithms with a right program, a program with one wrong line, and cases.

Row: ``name, correct, buggy, cases`` with ``cases`` a list of ``[args, expected]``. Two of the algorithms are generators; an adapter
lists what they yield. The right program is the reference; the wrong one comes with `wrong_programs`.
Source: jkoppel/QuixBugs.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from symtune.datasets.adapters import adapter_name, build_adapter
from symtune.datasets.rows import ImportedRow, list_field, split_public, text_field
from symtune.datasets.signatures import find_function, header_of
from symtune.domain import Case, Problem, Program
from symtune.errors import BadRecordError

SKIPPED_CASES: dict[str, Any] = {"knapsack": 6404180, "levenshtein": "amanaplanacanalpanama"}
"""Algorithm -> first argument of a case that the right program does not finish within minutes; QuixBugs' own testers skip both.

Source: jkoppel/QuixBugs, python_testcases (knapsack: 4 minutes; levenshtein: not within half an hour).
"""

_DOC = re.compile(r'"""(.*?)"""', re.DOTALL)


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    name, correct, buggy = text_field(row, "name"), text_field(row, "correct"), text_field(row, "buggy")
    function = find_function(correct, name)
    if function is None:
        raise BadRecordError(f"does not define {name}", field="correct")
    cases = []
    for pair in list_field(row, "cases"):
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], list)):
            raise BadRecordError("each case must be [arguments, expected]", field="cases")
        if not (name in SKIPPED_CASES and pair[0][:1] == [SKIPPED_CASES[name]]):
            cases.append(Case.call(*pair[0], expected=pair[1], comparator=_comparator(name, *pair)))
    if not cases:
        raise BadRecordError("holds no cases, so nothing can be judged", field="cases")
    examples, tests = split_public(cases, lambda case: False)
    num_skipped = len(list_field(row, "cases")) - len(cases)
    meta: dict[str, Any] = {"dropped_cases": num_skipped} if num_skipped else {}
    entry_point = name
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function)):
        parameters = [item.arg for item in function.args.args]
        meta |= {
            "prelude": build_adapter(name, parameters=parameters, result="list({})"),
            "adapted_entry_point": name,
        }
        entry_point = adapter_name(name)
    problem = Problem(
        id=f"quixbugs/{name}",
        statement=_statement(name, correct, buggy),
        entry_point=entry_point,
        starter_code=header_of(correct, name),
        examples=examples,
        tests=tests,
        references=(correct,),
        source="quixbugs",
        meta=meta,
    )
    return ImportedRow(index=0, problem=problem)


def _comparator(name: str, args: list[Any], expected: Any) -> str:
    """Return how a case is compared; ``sqrt(x, epsilon)`` promises its answer within ``epsilon``."""
    if name == "sqrt":
        return f"float_close:{float(args[-1]):g}"
    return "float_close:1e-9" if isinstance(expected, float) else "sequence"


def _statement(name: str, correct: str, buggy: str) -> str:
    """Return the text in triple quotes that describes the algorithm; it stands behind the wrong program."""
    texts = [text.strip() for text in _DOC.findall(buggy) + _DOC.findall(correct)]
    prose = [text for text in texts if "def " not in text]
    return prose[0] if prose else f"Write a function {name}."


def wrong_programs(row: dict[str, Any]) -> list[Program]:
    """Return the wrong program of a row, labelled so."""
    name = text_field(row, "name")
    return [Program(problem_id=f"quixbugs/{name}", source=text_field(row, "buggy"), id=f"quixbugs/{name}#buggy", label="wrong")]
