"""The constraints of a statement: found, read, each with the text it came from.

Where constraints stand:

    Constraints:            a section of lines, one constraint or more each (LeetCode): every line counts as read or not understood
    Input / Output          the part between the headers (Codeforces, APPS): comparisons and phrases in prose
    neither                 prose: phrases, and comparisons in brackets or behind "assume", "guaranteed", "constraint"

What is read: comparison chains (`suites.contracts.comparisons`), names given to items (``queries[i] = [l_i, r_i]``) and phrases
(`suites.contracts.phrases`). A sentence that makes a condition ("if t = 1, 1 <= x <= 5") promises nothing by itself and is left out.
Source: ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from symtune.suites.contracts.comparisons import Comparison, read_comparisons, read_definition
from symtune.suites.contracts.contract import Unkept
from symtune.suites.contracts.expressions import Ref, constant_of, refs_of
from symtune.suites.contracts.notation import Number, plain, spread, tokens_of
from symtune.suites.contracts.phrases import Constraint, read_phrases

MAX_STATEMENT_CHARACTERS = 100_000
"""What stands further behind is not read."""

MAX_TEXT_CHARACTERS = 300
"""A constraint is shown with at most this much of its text."""

_CONSTRAINTS = re.compile(r"^\W*constraints?\W*$", re.IGNORECASE | re.MULTILINE)
_NOTE = re.compile(r"^\W*notes?\s*:\s*$", re.IGNORECASE | re.MULTILINE)
_AFTER = re.compile(r"^\W*(?:follow-?\s?up|notes?|example|examples|sample|hint|output|input)\b[^\n]*$", re.IGNORECASE | re.MULTILINE)
_INPUT = re.compile(r"^[\W_]*input(?:\s+(?:format|description))?[\W_]*$", re.IGNORECASE | re.MULTILINE)
_OUTPUT = re.compile(r"^[\W_]*(?:output(?:\s+format)?|examples?|sample\s+\w+|interaction|note)[\W_]*\d*[\W_]*$", re.IGNORECASE | re.MULTILINE)
_CONDITION = re.compile(
    r"\b(if|when|whenever|otherwise|unless|else|until|while|such that|so that|subtasks?|either|for \d+ ?% of|in \d+ ?% of|for each i|there (?:is|are|exists?))\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(r"\b(assume|assumed|guaranteed?|constraints?|given that|ensured?|limits?)\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^\s*(?:[-*•]\s+)?(?:the (?:input is|test ?cases are|tests are) generated (?:such |so |in a way )?that|it(?:'s| is| will be) (?:always )?guaranteed that|it is ensured that"
    r"|you (?:may|can) assume that|assume that|note that)\s*:?\s*",
    re.IGNORECASE,
)
_SIZED = re.compile(
    r"\b(?:arrays?|lists?|strings?|sequences?|permutation)\s+(?P<first>[A-Za-z]\w*)(?:\s+and\s+(?P<second>[A-Za-z]\w*))?,?"
    r"\s+(?:each\s+|both\s+|consisting\s+|that has\s+|with\s+)?(?:of\s+)?(?:a\s+)?(?:lengths?|sizes?)\s+(?P<n>[a-z])(?!\s*[-+*/^])(?:\s+and\s+(?P<m>[a-z]))?(?=[\s,.;)])(?!\s*[-+*/^])"
)
_CROSSED = re.compile(
    r"\b(?P<rows>[a-z])\s*[x*]\s*(?P<columns>[a-z])\s+(?:(?:0-indexed|2D|binary|integer|character|boolean)\s+)*(?:matrix|grid|array|board)\s+(?!of\b)(?P<name>[A-Za-z]\w*)"
)
_REST = re.compile(r"\b(and|where|inclusive|both|the|constraint|integers?|integral)\b|[\s.,;:()\[\]|$*_`]", re.IGNORECASE)


@dataclass(frozen=True)
class Constraints:
    """What a statement promises of its inputs.

    Attributes:
        found: the constraints, in the order of the statement.
        definitions: names that stand for items of others, from ``queries[i] = [l_i, r_i]``.
        unkept: what stands where constraints stand and is not read, with its reason.
        num_lines: lines of the section of constraints.
        section: ``constraints``, ``input`` or ``prose``.
    """

    found: tuple[Constraint, ...] = ()
    definitions: dict[str, Ref] = field(default_factory=dict)
    unkept: tuple[Unkept, ...] = ()
    num_lines: int = 0
    section: str = "prose"

    def of(self, key: str) -> tuple[Constraint, ...]:
        """Return the constraints on one quantity, by its key: ``n``, ``a[*]``, ``len(s)``, ``len(words[*])``."""
        return tuple(one for one in self.found if key in _keys(one))

    def bounds(self, key: str) -> tuple[float | int | None, float | int | None]:
        """Return the least and greatest value of one quantity as far as plain numbers say, each the weakest reading.

        Strict bounds are taken as those of integers.
        """
        low: float | int | None = None
        high: float | int | None = None
        for one in self.of(key):
            if one.kind != "compare" or one.comparison is None:
                continue
            for sign, value in _sides(one.comparison, key):
                if sign in (">=", ">", "=="):
                    bound = value.least + (sign == ">")
                    low = bound if low is None else max(low, bound)
                if sign in ("<=", "<", "=="):
                    bound = value.greatest - (sign == "<")
                    high = bound if high is None else min(high, bound)
        return low, high

    def alphabet(self, name: str) -> str:
        """Return the characters of a text or of its items, or an empty text when nothing is said."""
        keys = (name, f"{name}[*]", f"{name}[*][*]")
        return next((one.alphabet for key in keys for one in self.of(key) if one.alphabet), "")

_SUM_OVER_TESTS = re.compile(r"\b(?:sum|total)\b(?!\().*\b(?:exceeds?|over|across|among|at most|not (?:greater|more|larger)|all)\b", re.IGNORECASE | re.DOTALL)
"""A sentence that bounds a sum over test cases, and not one number that is a sum."""


def _keys(constraint: Constraint) -> set[str]:
    refs = list(constraint.subjects)
    if constraint.comparison is not None:
        refs += refs_of(constraint.comparison.left) + refs_of(constraint.comparison.right)
    return {key for ref in refs for key in ((ref.key(), f"len({ref.name})", f"abs({ref.name})") if ref.measure == "bars" else (ref.key(),))}


def _sides(comparison: Comparison, key: str) -> list[tuple[str, Number]]:
    """Return the sign and the constant to which a quantity is compared, on whichever side it stands."""
    from symtune.suites.contracts.comparisons import FLIPPED

    found = []
    for quantity, sign, other in (
        (comparison.left, comparison.sign, comparison.right), (comparison.right, FLIPPED[comparison.sign], comparison.left),
    ):  # fmt: skip
        value = constant_of(other)
        if value is not None and isinstance(quantity, Ref) and key in _keys(Constraint("", "", (quantity,))):
            found.append((sign, value))
    return found


def read_constraints(statement: str, *, names: Collection[str] = ()) -> Constraints:
    """Return the constraints of a statement.

    Args:
        statement: the problem's words.
        names: parameters of the function, where there is one; without them, single letters and indexed names are variables.
    """
    statement = spread(statement[:MAX_STATEMENT_CHARACTERS])
    section, body = _section(statement)
    found: list[Constraint] = []
    unkept: list[Unkept] = []
    definitions = _definitions(statement)
    known = {*names, *definitions}
    lines = _lines(body) if section == "constraints" else _sentences(body)
    for line in lines:
        constraints, reason = _read(line, names=known, section=section)
        found += constraints
        if reason:
            unkept.append(Unkept(reason=reason, text=line[:MAX_TEXT_CHARACTERS]))
    if section == "constraints":
        given = [line for line in _sentences(statement[: statement.find(body)]) if re.search(r"\b(given|guaranteed|assume)\b", line)]
        found += [one for line in given for one in _prose(line, known) if one.kind in ("order", "distinct", "permutation")]
    return Constraints(
        found=tuple(found),
        definitions=definitions,
        unkept=tuple(unkept),
        num_lines=len(lines) if section == "constraints" else 0,
        section=section,
    )


def input_sentences(statement: str) -> list[str]:
    """Return the sentences of the Input section; none where there is no such section. A section of constraints is read line by line instead."""
    statement = spread(statement[:MAX_STATEMENT_CHARACTERS])
    start = _INPUT.search(statement)
    if start is None:
        return []
    body = statement[start.end() :]
    end = _OUTPUT.search(body)
    return _sentences(body[: end.start()] if end else body)


def _section(statement: str) -> tuple[str, str]:
    headers = list(_CONSTRAINTS.finditer(statement)) or list(re.finditer(r"^\W*constraints?\s*:", statement, re.IGNORECASE | re.MULTILINE))
    if not headers and not _INPUT.search(statement):
        headers = [one for one in _NOTE.finditer(statement) if re.match(r"\s*(?:[-*•]\s*)?[\w.^]+\s*(?:<|≤|\\le)", statement[one.end() :])]
    for header in reversed(headers):
        body = statement[header.end() :]
        end = _AFTER.search(body)
        body = body[: end.start()] if end else body
        if body.strip():
            return "constraints", body
    if start := _INPUT.search(statement):
        body = statement[start.end() :]
        end = _OUTPUT.search(body)
        return "input", body[: end.start()] if end else body
    return "prose", statement


def _lines(body: str) -> list[str]:
    lines = [line for line in body.split("\n") if line.strip()]
    if len(lines) > 1 and all(re.match(r"\s*-\s", line) for line in lines):  # marks of a list, and no minus signs
        return [line.strip()[1:].strip() for line in lines]
    return [line.strip(" \t\r*•-\u200b") if not re.match(r"\s*-\s*\d", line) else line.strip() for line in body.split("\n") if line.strip(" \t\r*•\u200b\xa0")]


def _sentences(body: str) -> list[str]:
    """Return the sentences of prose; lines that go on are joined, examples of code (``>>>``) are left out."""
    lines = [line for line in body.split("\n") if not line.lstrip().startswith((">>>", "assert "))]
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines))
    found: list[str] = []
    for paragraph in paragraphs:
        joined = " ".join(paragraph.split())
        found += [one.strip() for one in re.split(r"(?<=[.;!?])\s+(?=[A-Z\"'$(])|(?<=;)\s+|\s+[*-]\s+(?=[A-Z])", joined) if one.strip()]
    return found


def _definitions(statement: str) -> dict[str, Ref]:
    found: dict[str, Ref] = {}
    for line in re.split(r"\n|(?<=[.;])\s", statement):
        if "=" in line and "[" in line:
            for name, ref in read_definition(tokens_of(plain(line))).items():
                found.setdefault(name, ref)
    sentence = plain(statement)
    for match in _SIZED.finditer(sentence):
        names = [name for name in (match.group("first"), match.group("second")) if name]
        sizes = [size for size in (match.group("n"), match.group("m")) if size]
        if len(sizes) in (1, len(names)):
            for size, name in zip(sizes, names, strict=False):
                found.setdefault(size, Ref(name, (), "length"))
    for match in _CROSSED.finditer(sentence):
        found.setdefault(match.group("rows"), Ref(match.group("name"), (), "length"))
        found.setdefault(match.group("columns"), Ref(match.group("name"), (0,), "length"))
    return found


def _read(line: str, *, names: Collection[str], section: str) -> tuple[list[Constraint], str]:
    """Return the constraints of one line or sentence, and why the line is not fully read."""
    if section != "constraints":
        return (_prose(line, names) if section == "prose" else _in_input(line, names)), ""
    sentence = _OPENING.sub("", plain(line))
    shown = line[:MAX_TEXT_CHARACTERS]
    comparisons = read_comparisons(tokens_of(sentence))
    phrases = read_phrases(sentence, text=shown, names=names)
    if _CONDITION.search(re.sub(r"\bis either\b", "", sentence)) or (re.search(r"\bor\b|:\s*\S|\bfor all\b", sentence) and comparisons):
        return ([], "conditional") if comparisons else (phrases, "" if phrases else "not_understood")
    if comparisons:
        rest = sentence
        for start, end in sorted({(one.start, one.end) for one in comparisons}, reverse=True):
            rest = rest[:start] + " " + rest[end:]
        if not _REST.sub("", rest):
            return [Constraint("compare", shown, comparison=one) for one in comparisons], ""
        return (phrases, "") if phrases else ([], "not_understood")
    if phrases:
        return phrases, ""
    is_definition = bool(read_definition(tokens_of(sentence)))
    return [], "" if is_definition else "not_understood"


def _in_input(line: str, names: Collection[str]) -> list[Constraint]:
    """Return what a sentence of an Input section promises: all its comparisons, but for those behind a condition."""
    sentence = plain(line)
    shown = line[:MAX_TEXT_CHARACTERS]
    is_sum = _SUM_OVER_TESTS.search(sentence) is not None
    kept = [
        one for one in read_comparisons(tokens_of(sentence))
        if not _CONDITION.search(sentence[: one.start]) and one.sign != "==" and not _is_excluded(sentence, one)
    ]  # fmt: skip
    found = [Constraint("sum" if is_sum else "compare", shown, tuple(refs_of(one.left)) if is_sum else (), comparison=one) for one in kept]
    return found + _kept_phrases(sentence, shown, names)


def _prose(line: str, names: Collection[str]) -> list[Constraint]:
    sentence = plain(line)
    shown = line[:MAX_TEXT_CHARACTERS]
    found: list[Constraint] = []
    for one in read_comparisons(tokens_of(sentence)):
        is_bracketed = re.search(r"\(\s*$", sentence[: one.start]) and re.match(r"\s*[),]", sentence[one.end :])
        is_promised = is_bracketed or _PROMISE.search(sentence[: one.start]) or not _REST.sub("", sentence[: one.start] + sentence[one.end :])
        is_known = all(ref.name in names for ref in [*refs_of(one.left), *refs_of(one.right)])
        if is_promised and is_known and one.sign != "==" and not _CONDITION.search(sentence[: one.start]):
            found.append(Constraint("compare", shown, comparison=one))
    return found + _kept_phrases(sentence, shown, names)


def _kept_phrases(sentence: str, shown: str, names: Collection[str]) -> list[Constraint]:
    said = re.split(r"\s[—–-]+\s+(?=if\b)", sentence, maxsplit=1)[0]  # behind the dash it says what the values mean
    return [] if _CONDITION.search(re.sub(r"\b(?:is|are) either\b", "", said)) else read_phrases(said, text=shown, names=names)


def _is_excluded(sentence: str, comparison: Comparison) -> bool:
    """Whether "or" joins this chain to another, so that neither is promised alone."""
    return re.match(r"\s*(?:or)\b", sentence[comparison.end :]) is not None or re.search(r"\bor\s*$", sentence[: comparison.start]) is not None


def count_reasons(unkept: Sequence[Unkept]) -> dict[str, int]:
    """Return how often each reason stands there."""
    counts: dict[str, int] = {}
    for one in unkept:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    return counts
