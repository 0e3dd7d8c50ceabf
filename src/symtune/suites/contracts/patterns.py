"""Patterns of texts: dates, times and numbers written as text keep their form.

    2026-01-02, 2020-11-13    \\d{4}-\\d{2}-\\d{2}
    7, -12, 300               -?\\d+
    (7, 8, 9), (7, 81, 19)    \\(\\d+,\\ \\d+,\\ \\d+\\)

A pattern is learnt where all examples share it; where they do not, there is none. Source: ours.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence

MIN_TEXTS = 2
"""A pattern is learnt from this many different texts on."""

_NUMBER = r"-?\d+"
_CLASSES = {"\\d": string.digits, "[a-z]": string.ascii_lowercase, "[A-Z]": string.ascii_uppercase}


def pattern_of(texts: Sequence[str]) -> str:
    """Return the regular expression of the form that these texts share, or an empty one."""
    different = set(texts)
    if len(different) < MIN_TEXTS:
        return ""
    if any("-" in text for text in different) and all(re.fullmatch(_NUMBER, text, re.ASCII) for text in different):
        return _NUMBER
    forms = {_form(text) for text in different}
    if len(forms) != 1:  # numbers may be of other lengths, if the same marks stand around them
        forms = {re.sub(r"\\d(?:\{\d+\})?", r"\\d+", form) for form in forms}
    if len(forms) != 1:
        return ""
    form = forms.pop()
    has_signs = any(not sign.isalnum() and not sign.isspace() for sign in next(iter(different)))
    return form if has_signs and r"\d" in form else ""


def marks_pattern(texts: Sequence[str]) -> str:
    """Return the regular expression of texts that hold the same marks in the same order around letters or digits, or an empty one.

    ``2->00``, ``3->`` give ``([0-9])->([0-9]*)``: what stands between the marks has the kinds of characters seen there, one where there
    always was one, and may be empty where it once was.
    """
    split = [re.split(r"([^A-Za-z0-9]+)", text) for text in dict.fromkeys(texts)]
    marks = {tuple(parts[1::2]) for parts in split}
    if len(split) < MIN_TEXTS or len(marks) != 1 or not any(marks) or any(sign.isspace() for mark in next(iter(marks)) for sign in mark):
        return ""
    fields = list(zip(*(parts[0::2] for parts in split), strict=True))
    if not any(part for field in fields for part in field):
        return ""
    pieces = [_field(field) for field in fields]
    return "".join(piece + re.escape(mark) for piece, mark in zip(pieces, (*next(iter(marks)), ""), strict=True))


def _field(parts: Sequence[str]) -> str:
    """Return the group of what stands between two marks; an empty one where nothing ever does."""
    signs = "".join(parts)
    kinds = "".join(name for name, group in (("0-9", string.digits), ("a-z", string.ascii_lowercase), ("A-Z", string.ascii_uppercase)) if set(signs) & set(group))
    if not kinds:
        return ""
    return f"([{kinds}]{'*' if '' in parts else '' if all(len(part) == 1 for part in parts) else '+'})"


def recombined(texts: Sequence[str], pattern: str, rng: random.Random) -> str:
    """Return a text of a pattern of marks: its fields taken from different texts, one of them changed at random; see `marks_pattern`."""
    found = [match for match in (re.fullmatch(pattern, text) for text in texts) if match is not None]
    fields = [rng.choice(found).group(place + 1) for place in range(re.compile(pattern).groups)]
    text = rng.choice(found).string
    if fields:
        place = rng.randrange(len(fields))
        pool = "".join(match.group(place + 1) for match in found) or "0"
        wanted = rng.choice((len(fields[place]), rng.randint(0, len(fields[place]) + 3)))
        fields[place] = "".join(rng.choice(pool) for _ in range(wanted))
        ends = [*(match := rng.choice(found)).regs[1:]]
        borders = [0, *(end for span in ends for end in span), len(match.string)]
        fixed = [match.string[one:other] for one, other in zip(borders[0::2], borders[1::2], strict=True)]
        changed = "".join(before + field for before, field in zip(fixed, (*fields, ""), strict=True))
        text = changed if re.fullmatch(pattern, changed) else text
    return text


def _form(text: str) -> str:
    parts: list[tuple[str, int]] = []
    for sign in text:
        name = next((name for name, signs in _CLASSES.items() if sign in signs), re.escape(sign))
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + 1)
        else:
            parts.append((name, 1))
    return "".join(name if count == 1 else f"{name}{{{count}}}" for name, count in parts)


def varied(text: str, rng: random.Random) -> str:
    """Return a text of the same form: digits for digits, letters for letters of their case; mostly near the one given.

    Digits stay at or below those that stand there, so that dates and times stay such.
    """
    signs = list(text)
    for place, sign in enumerate(signs):
        kind = next((signs for signs in _CLASSES.values() if sign in signs), "")
        if kind and rng.random() < 0.4:
            signs[place] = rng.choice(string.digits[: int(sign) + 1]) if kind == string.digits else rng.choice(kind)
    return "".join(signs)
