"""Which characters a description means: ``lowercase English letters and digits``, ``'(' and ')'``, ``digits 1 to 9``. Source: ours."""

from __future__ import annotations

import re
import string

_LETTERS = {
    "lower": string.ascii_lowercase, "lowercase": string.ascii_lowercase, "small": string.ascii_lowercase, "upper": string.ascii_uppercase,
    "uppercase": string.ascii_uppercase, "capital": string.ascii_uppercase,
}  # fmt: skip
_WORDS = {
    "digits": string.digits, "digit": string.digits, "decimal digits": string.digits, "numbers": string.digits, "spaces": " ", "space": " ", "zeros": "0",
    "zeroes": "0", "ones": "1", "commas": ",", "dots": ".", "periods": ".", "hyphens": "-", "underscores": "_",
    "alphanumeric characters": string.ascii_letters + string.digits, "binary digits": "01", "parentheses": "()", "asterisks": "*",
}  # fmt: skip
_FILLERS = re.compile(r"\b(only|the|of|english|latin|roman|characters?|symbols?|alphabet|both|either|letters?|case|solely|a|an|signs?)\b", re.IGNORECASE)


def read_alphabet(words: str) -> str | None:
    """Return the characters that a description means (``lowercase English letters and digits``), or None when it is not understood."""
    if match := re.fullmatch(r"\s*(?:the\s+)?digits?\s+(?:from\s+|in the range\s+)?[\[(]?'?(\d)'?\s*(?:to|,|-|through)\s*'?(\d)'?[\])]?\s*(?:only)?\s*", words):
        return string.digits[int(match.group(1)) : int(match.group(2)) + 1]
    signs: set[str] = set()
    quoted = re.compile(r"['\"](.)['\"]")
    signs |= set(quoted.findall(words))
    rest = quoted.sub(" , ", words)
    for part in re.split(r",|;|/|&|\band\b|\bor\b", rest):
        bare = " ".join(part.split()).lower()
        if not bare:
            continue
        if bare in _WORDS:
            signs |= set(_WORDS[bare])
            continue
        has_letters = re.search(r"\b(letters?|characters?|alphabet|lower\s?-?case|upper\s?-?case)\b", bare) is not None
        core = re.sub(r"(lower|upper)[\s-]+case", r"\1case", bare)
        core = " ".join(_FILLERS.sub(" ", core).split())
        if core in _WORDS:
            signs |= set(_WORDS[core])
        elif core in _LETTERS:
            signs |= set(_LETTERS[core])
        elif re.fullmatch(r"[01]", core):
            signs |= set(core)
        elif not core and re.search(r"\bletters?\b", bare):
            signs |= set() if signs & set(string.ascii_letters) else set(string.ascii_letters)
        elif core or (not core and not has_letters and not signs):
            return None
    return "".join(sorted(signs)) or None
