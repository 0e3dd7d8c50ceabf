"""What the Input section of a statement declares: numbers and texts by name, lists with their sizes, lines that repeat.

Read are phrases such as "two integers n and k", "n integers a_1, ..., a_n", "a string s of length n", "each of the next m
lines", "then t test cases follow", and templates (``N M`` on a line, then ``A_1 A_2 ... A_N``). Source: ours.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_TEX = (
    (r"\\(?:l|c|v)?dots|\\ldots|…|⋯", "..."), (r"\\(?:leq?|leqslant)\b", "≤"), (r"\\(?:geq?|geqslant)\b", "≥"), (r"\\(?:cdot|times)\b", "*"),
    (r"\\[,;! ]|~|\\(?=\s)", " "), (r"\\(?:text|mathrm|mathit|textit|textbf)\b", ""), (r"[${}`]", ""), (r"\*\*|\\", ""), (r"-{3,}", " "),
)  # fmt: skip
_HEADING = r"^[\W_]*(?:the\s+)?{}(?:\s+(?:format|specification|description|data|file))?[\W_]*$"
_INPUT = re.compile(_HEADING.format("input"), re.IGNORECASE | re.MULTILINE)
_AFTER = re.compile(
    _HEADING.format("output") + r"|^[\W_]*(?:constraints?|(?:sample|example)s?\b.{0,12}|note|explanation|scoring|subtasks?)[\W_]*$",
    re.IGNORECASE | re.MULTILINE,
)

_NUMBERS = {"a": 1, "an": 1, "one": 1, "single": 1, "only": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_VARIABLE = r"(?:(?!(?:a|A|I)\s+(?!−|-|\+|≤|<))[A-Za-z](?:_?\d|_[a-z])?|tc)(?![\w'’])"
_SIZE = rf"(?:(?:\d+\s*\*?\s*)?{_VARIABLE}(?:\s*[-−–+]\s*\d+)?)"
_NOUNS = {
    "integer": "int", "number": "number", "value": "number", "element": "number", "coordinate": "number", "real": "float", "float": "float",
    "double": "float", "string": "word", "word": "word", "name": "word", "character": "char", "letter": "char", "digit": "char",
    "symbol": "char", "bit": "char",
}  # fmt: skip
_NOUN = r"(?P<noun>integers?|numbers?|values?|elements?|coordinates?|reals?|floats?|doubles?|strings?|words?|names?|characters?|letters?|digits?|symbols?|bits?)\b"
_FILLER = r"(?:(?!integer|number|string|line|row|(?:and|or|the|of|is|an?|one|two|three|four|five|six|single|only|are|in|for|to|such|denot\w+)\b)[A-Za-z][A-Za-z'’/-]+,?\s+){0,4}?"
_THING = re.compile(
    rf"(?<![\w.])(?:(?P<size>{_SIZE})|(?P<number>a|an|one|two|three|four|five|six|[1-9]|single|only|pairs? of|triples? of|the|contains|is|are|by)(?:\s+(?:single|only|pair of))?)"
    rf"\s+{_FILLER}(?:(?:integer|real|decimal|floating point|natural|binary|digit|letter)\s+)?{_NOUN}",
    re.IGNORECASE,
)
_REPEAT = re.compile(
    rf"(?<![\w.^])(?P<size>{_SIZE})\s+(?:more\s+|text\s+|input\s+|other\s+|next\s+|following\s+|such\s+)?"
    r"(?:lines|rows|test ?-?cases?|tests|testcases|datasets|data sets|quer(?:y|ies)|descriptions|blocks|pairs of lines)\b",
    re.IGNORECASE,
)
_NO_REPEAT = re.compile(r"(?:number of|sum of|over|up to|among)\s+(?:all\s+)?$", re.IGNORECASE)
_LENGTH = re.compile(rf"(?:of|has|with)\s+(?:the\s+)?(?:length|size)\s+(?:exactly\s+)?(?P<size>{_SIZE})", re.IGNORECASE)
_NAME = r"(?<!\w)[A-Za-z]{1,2}(?:_?\d+|_[a-z]\d?|_[a-z],\s?\d|[ij])?(?![\w])"
_NAMES = re.compile(rf"\s*(?:separated by (?:a |single |one )*(?:white)?spaces?)?\s*(?:denoting|called|named)?\s*[—–:,(-]*\s*(?P<names>{_NAME}(?:\s*(?:,|and|&|,\s*and)\s*{_NAME}|\s*,?\s*\.\.\.\s*,?\s*{_NAME})*)")
_BARE = re.compile(
    rf"\bcontains?\s+(?:(?:the|a)\s+)?(?:(?:number|count|length|size)\s+of\s+[a-z -]{{1,40}}?\s)?(?P<name>{_VARIABLE})(?=\s*(?:[.,;(—–]|$))",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"(?<![\w^\\])([A-Za-z](?:_?\d|_[a-z])?)(?![\w'’-])")
_TEMPLATE = re.compile(r"\s*(?:[A-Z](?:_?[\w,-]{1,5})?|\.\.\.|:)(?:\s+(?:[A-Za-z](?:_?[\w,-]{1,5})?|\.\.\.|:))*\s*")
_STOP = {"of", "in", "is", "on", "to", "it", "be", "or", "as", "at", "by", "an", "we", "if", "no", "so", "th", "do", "he", "up", "us", "my", "i", "j"}
_ARTICLES = {"a", "A", "I"}
_TESTS = re.compile(r"\b(?:test ?-?cases?|testcases?|data ?sets?|multiple tests|several tests|independent tests)\b", re.IGNORECASE)
_QUERIES = re.compile(r"\b(?:quer(?:y|ies)|tests)\b", re.IGNORECASE)

_ASIDE = re.compile(r"\W*(?:it is|it's)?\s*(?:also\s+)?guarantee?d|\W*the (?:total )?sum\b|\W*note that|\W*the total", re.IGNORECASE)


class Declared(NamedTuple):
    """One thing a statement declares.

    Attributes:
        role: ``scalar``, ``list`` or ``repeat``.
        name: its name without subscript, or "".
        size: the words for how many (lists, repeats, lengths of texts), or "".
        kind: ``int``, ``number``, ``float``, ``word``, ``char``, or "".
    """

    role: Literal["scalar", "list", "repeat"]
    name: str = ""
    size: str = ""
    kind: str = ""


def input_section(statement: str) -> str:
    """Return the text between the heading Input and the next heading, plain; the whole statement where there is no such heading."""
    start = _INPUT.search(statement)
    text = statement[start.end() :] if start else statement
    end = _AFTER.search(text)
    return plain_text(text[: end.start()] if end else text[:4000])


def plain_text(text: str) -> str:
    """Return the text without marks of TeX and Markdown."""
    for pattern, plain in _TEX:
        text = re.sub(pattern, plain, text)
    return text


def speaks_of_tests(statement: str) -> bool:
    """Whether the Input section speaks of several test cases."""
    return _TESTS.search(input_section(statement)) is not None


def speaks_of_queries(statement: str) -> bool:
    """Whether the Input section speaks of queries."""
    return _QUERIES.search(input_section(statement)) is not None


def declarations(statement: str) -> list[Declared]:
    """Return what the Input section declares, in order."""
    found: list[Declared] = []
    template: list[list[str]] = []
    for line in [*input_section(statement).split("\n"), "end"]:
        if line.strip() and _TEMPLATE.fullmatch(line):
            template.append(line.split())
            continue
        if line.strip():
            found += _template(template)
            template = []
        for sentence in re.split(r"(?<=[a-z)\]0-9 ][.;:])\s+(?=[A-Z])", line):
            if not _ASIDE.match(sentence):
                found += _sentence(sentence)
    return [one for place, one in enumerate(found) if place == 0 or one.role != "repeat" or one != found[place - 1]]  # "Each of these m lines"


def _template(lines: list[list[str]]) -> list[Declared]:
    """Return what the lines of a template declare; ``A_1 B_1``, ``:``, ``A_N B_N`` is a block of size ``N``."""
    found: list[Declared] = []
    start = 0
    for index, words in enumerate(lines):
        bases = [base_name(word) for word in words]
        if words in ([":"], ["..."]):
            if 0 < index < len(lines) - 1:
                bases = [base_name(word) for word in lines[index - 1]]
                while found and found[-1].name in bases:
                    found.pop()
                found.append(Declared("repeat", "", _subscript(lines[index + 1][-1])))
                found += [Declared("scalar", base) for base in bases]
            start = index + 2
        elif index < start:
            continue
        elif "..." in words and words.index("...") > 0:
            found.append(Declared("list", bases[0], _subscript(words[-1])))
        else:
            found += [Declared("scalar", base) for base in bases]
    return found


def _subscript(word: str) -> str:
    size = word.partition("_")[2] or word[1:]
    return size if re.fullmatch(_SIZE, size) else ""


def _sentence(sentence: str) -> list[Declared]:
    """Return the declarations of one sentence by their places in it."""
    found: list[tuple[int, list[Declared]]] = [
        (match.start(), [Declared("repeat", "", match["size"])])
        for match in _REPEAT.finditer(sentence)
        if not _NO_REPEAT.search(sentence[: match.start()])
    ]
    taken = 0
    for match in _THING.finditer(sentence):
        before = sentence[: match.start()]
        if match.start() < taken or (match["size"] is None and match["number"] is None and _NOUNS[_singular(match["noun"])] != "word"):
            continue
        if match["size"] is None and _NOUNS[_singular(match["noun"])] == "char":
            continue
        if re.search(r"(?:number of|sum of|count of|amount of|between|most|least)\s*$", before, re.IGNORECASE):
            continue
        things, taken = _things(match, sentence)
        if _NOUNS[_singular(match["noun"])] == "word" and re.search(r"[—–]", before):  # what a number means, not what follows it
            things = [one for one in things if one.name]
        if things:
            found.append((match.start(), things))
    if not any(one.role == "scalar" for _, group in found for one in group):
        found += [(match.start(), [Declared("scalar", base_name(match["name"]), "", "int")]) for match in _BARE.finditer(sentence)]
    return _merged([one for _, group in sorted(found, key=lambda pair: pair[0]) for one in group])


def _things(match: re.Match[str], sentence: str) -> tuple[list[Declared], int]:
    """Return what a noun phrase declares, and where it ends."""
    kind = "float" if re.search(r"\b(?:real|decimal|floating)", match.group()) else _NOUNS[_singular(match["noun"])]
    names = _NAMES.match(sentence, match.end())
    words = list(re.finditer(_NAME, names["names"])) if names else []
    stop = next((one.start() for one in words if one.group().lower() in _STOP), None)
    listed = names["names"][:stop] if names else ""
    end = names.start("names") + len(listed) if names else match.end()
    length = _LENGTH.search(sentence, match.end(), min(len(sentence), match.end() + 60)) if kind == "word" else None
    found = [base_name(one) for one in re.findall(_NAME, listed)]
    if re.search(r"\b(?:pair|triple)s? of\b", match.group(), re.IGNORECASE):
        found = [*found, "", "", ""][: 2 if "pair" in match.group().lower() else 3]
        return [Declared("scalar", name, "", kind) for name in found], end
    if match["size"]:
        return [Declared("list", found[0] if found else "", _plain_size(match["size"]), kind)], end
    word = (match["number"] or "").lower().split(" ")[0]
    number = _NUMBERS.get(word) or (int(word) if word.isdigit() else 0)
    if "..." in listed:
        return [Declared("list", found[0] if found else "", "", kind)], end
    if number and len(found) != number:
        loose = [base_name(one) for one in _LOOSE.findall(sentence[match.end() :]) if one not in _ARTICLES and one.lower() not in _STOP]
        found = list(dict.fromkeys([*found, *loose]))[:number]
        found += [""] * (number - len(found))
    size = _plain_size(length["size"]) if length else ""
    return [Declared("scalar", name, size, kind) for name in found], end


def _merged(found: list[Declared]) -> list[Declared]:
    """Put "a string s" and "n letters" together: the second says how long the first is."""
    merged: list[Declared] = []
    for one in found:
        if one.kind == "char" and one.role == "list" and merged and merged[-1].kind == "word" and merged[-1].role == "scalar":
            merged[-1] = merged[-1]._replace(size=merged[-1].size or one.size)
        elif not (one.kind == "char" and one.role == "scalar" and merged and merged[-1].kind == "word"):
            merged.append(one)
    return merged


def base_name(name: str) -> str:
    """Return a name without its subscript: ``a`` for ``a_1``, ``a1`` and ``ai``, ``x`` for ``x_i``."""
    plain = re.split(r"_", name)[0]
    plain = re.sub(r"\d+$", "", plain) or plain
    return plain[0] if len(plain) == 2 and plain[1] in "ijn" else plain


def _plain_size(text: str) -> str:
    return re.sub(r"[−–]", "-", re.sub(r"\s+", "", text))


def _singular(noun: str) -> str:
    noun = noun.lower()
    return noun if noun in _NOUNS else noun.removesuffix("s")
