"""Patterns of texts: dates, times and numbers written as text keep their form.

    2026-01-02, 2020-11-13    \\d{4}-\\d{2}-\\d{2}
    7, -12, 300               -?\\d+

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
    if len(forms) != 1:
        return ""
    form = forms.pop()
    has_signs = any(not sign.isalnum() and not sign.isspace() for sign in next(iter(different)))
    return form if has_signs and r"\d" in form else ""


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
