"""Statements write mathematics in many ways; this makes one notation of them, and tokens of that.

    1 ≤ n ≤ 2·10^5      $1 \\le n \\le 2 \\cdot 10^{5}$      1 <= n <= 2 * 10<sup>5</sup>      1 <= n <= 200,000

all become ``1 <= n <= 2*10^5`` or a number of the same value. Powers whose raised digits were lost on the way (``105`` for ten to the fifth)
cannot be told from plain numbers; they get both readings, see `Number`. Source: ours.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = {
    "≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "≠": "!=", "×": "*", "⋅": "*", "·": "*", "∙": "*", "•": "*",
    "−": "-", "–": "-", "…": "...", "∑": "sum ", "∣": "|", "“": '"', "”": '"', "‘": "'", "’": "'", "\xa0": " ", "\u202f": " ", "\u2009": " ",
    "\u200b": "", "\u200c": "", "\ufeff": "", "=<": "<=",
}  # fmt: skip
_COMMANDS = (
    (r"\\(?:leqslant|leq|le)(?![A-Za-z])", "<="), (r"\\(?:geqslant|geq|ge)(?![A-Za-z])", ">="), (r"\\(?:neq|ne)(?![A-Za-z])", "!="),
    (r"\\lt(?![A-Za-z])", "<"), (r"\\gt(?![A-Za-z])", ">"), (r"\\(?:cdot|times)(?![A-Za-z])", "*"),
    (r"\\(?:dots|ldots|cdots)(?![A-Za-z])", "..."), (r"\\(?:vert|lvert|rvert|mid)(?![A-Za-z])", "|"), (r"\\sum(?![A-Za-z])", "sum "),
    (r"\\(?:left|right|displaystyle|,|;|!|:|quad|qquad)(?![A-Za-z])", " "), (r"\\(?:text|mathrm|mathit|mathtt|textit|texttt|operatorname)\{([^{}]*)\}", r"\1"),
    (r"\\(max|min|lfloor|rfloor)(?![A-Za-z])", r"\1"), (r"\\([{}_%&#])", r"\1"), (r"\{,\}", ","),
)  # fmt: skip
_TAGS = re.compile(r"</?(?:code|b|i|em|strong|p|ul|ol|li|br|pre|var|span|div|font|tt)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE]\d+(?![A-Za-z_]))?)|(?P<name>[A-Za-z][A-Za-z0-9]*(?:_\{[^{}]*\}|_[A-Za-z0-9]+)*)"
    r"|(?P<text>'[^']{0,20}'|\"[^\"]{0,20}\")|(?P<sign><=|>=|==|!=|\.\.\.|[-<>=+*/%^()\[\]{},.:;|]))"
)

_SUM = re.compile(r"\b([A-Za-z]\w*?)_\{?1\}?\s*\+\s*(?:\1_\{?2\}?\s*\+\s*)?\.\.\.\s*\+\s*\1_(?:\{\w\}|\w\b)")
"""``a_1 + a_2 + ... + a_n``."""

_OPENED = re.compile(r"(?P<opening>\bit(?:'s|\s+is)\s+guaranteed,?\s+that)\s*:(?P<items>(?:\s*\n\s*[-*•]\s+[^\n]+)+)", re.IGNORECASE)

MAX_EXPONENT = 1_000
"""Powers with a larger exponent are not computed."""


@dataclass(frozen=True)
class Token:
    """One token of a sentence.

    Attributes:
        kind: ``number``, ``name``, ``text`` (quoted) or ``sign``.
        text: as it stands after `plain`.
        start, end: where, in the plain sentence.
    """

    kind: str
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return a sentence in one notation."""
    text = re.sub(r"(?<=[\w)])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda match: "^" + match.group(1).translate(_SUPERSCRIPTS), text)
    for sign, stands_for in _SIGNS.items():
        text = text.replace(sign, stands_for)
    text = re.sub(r"<sup>\s*([^<>]*?)\s*</sup>", r"^{\1}", text, flags=re.IGNORECASE)
    text = re.sub(r"<sub>\s*([^<>]*?)\s*</sub>", r"_{\1}", text, flags=re.IGNORECASE)
    text = html.unescape(_TAGS.sub("", text)).replace("≤", "<=").replace("≥", ">=").replace("\xa0", " ").replace("`", " ")
    for pattern, stands_for in _COMMANDS:
        text = re.sub(pattern, stands_for, text)
    text = re.sub(r"(?<=\d)~(?=\d)", " ", text)
    text = text.replace("$", " ").replace("**", "^")
    text = re.sub(r"\{\s*(\d+)\s*\}\s*\^", r"\1^", text)
    text = re.sub(r"\^\s*\{([^{}]*)\}", r"^(\1)", text)
    text = _SUM.sub(r"sum(\1)", text)
    text = re.sub(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,])", lambda match: match.group(1) + match.group(2).replace(",", ""), text)
    return re.sub(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d])", lambda match: match.group(1) + match.group(2).replace(" ", ""), text)


def spread(text: str) -> str:
    """Return a statement in which the items of a list that a promise opens ("It is guaranteed that:") are promises of their own."""

    def sentences(match: re.Match[str]) -> str:
        items = re.split(r"\s*\n\s*[-*•]\s+", match.group("items"))
        return "\n\n".join(f"{match.group('opening')} {item.strip().rstrip('.;,')}." for item in items if item.strip()) + "\n\n"

    return _OPENED.sub(sentences, text)


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a plain sentence; what is no token is passed over."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            place += 1
            continue
        kind = str(match.lastgroup)
        found.append(Token(kind=kind, text=match.group(kind), start=match.start(kind), end=match.end()))
        place = match.end()
    return found


@dataclass(frozen=True)
class Number:
    """A number as a statement writes it, with the least and the greatest value it may stand for."""

    least: float | int
    greatest: float | int


def number_of(text: str) -> Number:
    """Return the value of a number token; ``105`` may be 105 or 10^5, ``231`` may be 231 or 2^31."""
    if re.search(r"[.eE]", text):
        value = float(text)
        whole = int(value) if value == int(value) and "." not in text else value
        return Number(whole, whole)
    if len(text) > MAX_EXPONENT:
        raise ValueError("a number too long")
    value = int(text)
    if match := re.fullmatch(r"10([2-9]|1[0-8])", text):
        return Number(value, 10 ** int(match.group(1)))
    if match := re.fullmatch(r"2(30|31|32|62|63|64)", text):
        return Number(value, 2 ** int(match.group(1)))
    return Number(value, value)
