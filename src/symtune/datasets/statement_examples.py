"""Find the worked examples in a statement: blocks of stdin and stdout, ``Input: ... Output: ...`` lines, and doctests."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterable
from typing import Any

from symtune.datasets.literals import evaluate, parse_arguments, parse_expression, parse_literal, scan_literal
from symtune.errors import BadValueError

_SECTION = re.compile(
    r"^\s*-*\s*(?:(?:Sample|Example)s?\s*(?:Test|Testcase|Input)s?|Examples?)\s*:?\s*\d*\s*:?\s*-*\s*$", re.MULTILINE | re.IGNORECASE
)
_BLOCK = re.compile(
    r"^[ \t]*-*[ \t]*(?:Sample |Example )?Input[ \t]*\d*[ \t]*:?[ \t]*-*[ \t]*\n(?P<stdin>.*?)"
    r"^[ \t]*-*[ \t]*(?:Sample |Example )?Output[ \t]*\d*[ \t]*:?[ \t]*-*[ \t]*\n"
    r"(?P<stdout>.*?)(?=^[ \t]*-*[ \t]*(?:(?:Sample |Example )?Input|Explanation|Notes?)\b|^-----|\Z)",
    re.MULTILINE | re.DOTALL,
)
_CALL = re.compile(
    r"Input\s*:?\s*(?P<input>\S.*?)\s*\n+\s*Output\s*:?\s*(?P<output>.*?)\s*(?=\n\s*(?:Explanation|Example|Input|Note|Constraints)\b|\n\s*\n|\Z)",
    re.DOTALL,
)
_ARROW = re.compile(r"\s*(?:==>|==|=>|➞|->|=|-+>|should\s+(?:return|be)|returns?|will\s+return|is)\s*:?\s*")

_SEVERAL_ANSWERS = re.compile(
    r"\b(?:any|one|either) of (?:them|those)\b|\b(?:print|output|return|find) any\b|\bin (?:any|arbitrary) order\b|\bany order\b"
    r"|\b(?:multiple|several|many) (?:\w+ ){0,2}(?:answers|solutions|ways|options|sequences|permutations|partitions)\b"
    r"|\binteractive problem\b|\bmore than one (?:answer|solution|way)\b",
    re.IGNORECASE,
)


def allows_several_answers(statement: str) -> bool:
    """Whether a statement says that several outputs are right, so that comparing with one of them is not enough."""
    return _SEVERAL_ANSWERS.search(" ".join(statement.split())) is not None


_ANY_CASE = re.compile(
    r"\b(?:letters?|characters?|words?|answers?|output|yes|no)\b[^.]{0,60}\bin (?:any|either|arbitrary) (?:letter )?case\b|\bcase[- ]?insensitive\b"
    r"|\bupper ?case or lower ?case\b|\blower ?case or upper ?case\b|\b(?:upper|lower) or (?:lower|upper) ?case\b",
    re.IGNORECASE,
)


def accepts_any_case(statement: str, tokens: Iterable[str]) -> bool:
    """Whether words count in upper and lower case alike.

    So it is where the statement says so, and where it quotes ``YES`` and ``NO`` while the expected outputs write them in
    another case, which shows that the site's own checker does not look at it.

    Args:
        statement: what the task says.
        tokens: the words of all expected outputs.
    """
    if _ANY_CASE.search(" ".join(statement.split())):
        return True
    answers = {token for token in tokens if token.lower() in ("yes", "no")}
    quoted = set(re.findall(r"[\"'“”«»‘’`]+(yes|no)[\"'“”«»‘’`]+", statement, re.IGNORECASE))
    return bool(answers) and bool(quoted) and not answers & quoted and {word.lower() for word in answers} <= {word.lower() for word in quoted}


def stdin_examples(statement: str) -> list[tuple[str, str]]:
    """Return the ``(stdin, stdout)`` pairs that a statement shows."""
    section = list(_SECTION.finditer(statement))
    text = statement[section[0].start() :] if section else statement
    pairs = [(match["stdin"].strip(), match["stdout"].strip()) for match in _BLOCK.finditer(text)]
    return [(stdin, stdout) for stdin, stdout in pairs if stdin]


def call_examples(statement: str, *, parameters: tuple[str, ...] = ()) -> list[tuple[list[Any], dict[str, Any], str]]:
    """Return ``(args, kwargs, output text)`` for each ``Input: a = 1, b = 2 / Output: 3`` pair that a statement shows."""
    found = []
    for match in _CALL.finditer(statement):
        try:
            args, kwargs = parse_arguments(" ".join(match["input"].split("\n")), parameters=parameters)
        except BadValueError:
            continue
        found.append((args, kwargs, match["output"].strip()))
    return found


def doctest_examples(text: str, entry_point: str) -> list[tuple[list[Any], dict[str, Any], Any]]:
    """Return ``(args, kwargs, value)`` for each call of ``entry_point`` with its answer that a docstring shows.

    It reads doctests (``>>> f(1)`` and the line below) and lines such as ``f(1) == 2``, ``f(1) ➞ 2``, ``f(1) should return 2``.
    """
    found = []
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        examples = []
    for example in examples:
        try:
            found.append((*_call_of(parse_expression(example.source), entry_point), parse_literal(example.want)))
        except BadValueError:
            continue
    prose = "\n".join(line for line in text.splitlines() if not line.strip().startswith(">>>"))
    for match in re.finditer(rf"\b{re.escape(entry_point)}\(", prose):
        try:
            found.append(_call_in_prose(prose[match.start() :], entry_point))
        except BadValueError:
            continue
    return found


def _call_of(node: ast.expr, entry_point: str) -> tuple[list[Any], dict[str, Any]]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry_point):
        raise BadValueError(f"not a call of {entry_point}")
    args = [evaluate(item) for item in node.args]
    return args, {item.arg: evaluate(item.value) for item in node.keywords if item.arg is not None}


def _call_in_prose(text: str, entry_point: str) -> tuple[list[Any], dict[str, Any], Any]:
    end = _closing_parenthesis(text)
    args, kwargs = _call_of(parse_expression(text[:end]), entry_point)
    arrow = _ARROW.match(text, end)
    if not arrow:
        raise BadValueError("no answer follows the call")
    value, _ = scan_literal(text[arrow.end() :].split("\n")[0])
    return args, kwargs, value


def _closing_parenthesis(text: str) -> int:
    depth, quote = 0, ""
    for index, letter in enumerate(text[:5000]):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                return index + 1
    raise BadValueError("the call's parentheses do not close")
