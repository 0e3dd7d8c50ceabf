"""Names of columns that the format of a text could not give: "road i is given as a pair of cities u_i, v_i (1 <= u_i, v_i <= n)".

A number that a list of names calls by a word ("n, k and len") is found likewise. Where the rows of one argument have columns without a name of their own, and a sentence of the Input section lists as many names that mean
nothing else, these are the columns, in that order. Without them "at most n" is read of nothing, and rows name vertices that are not there.
Source: ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from symtune.suites.contracts.constraints import input_sentences
from symtune.suites.contracts.expressions import Expression, Ref
from symtune.suites.contracts.notation import plain
from symtune.suites.contracts.resolve import EVERY

_OWN = re.compile(r"x\d+")
"""What the format calls things that the statement gives no name."""

_NAME = r"[A-Za-z](?:_\{?[ij]\}?|[ij])?"
_LISTED = re.compile(rf"(?<![\w|])({_NAME}(?:\s*,\s*(?:and\s+)?{_NAME}|\s+and\s+{_NAME})+)(?![\w|])")
_INTEGERS = re.compile(r"\bintegers\s+([A-Za-z]+(?:\s*,\s*(?:and\s+)?[A-Za-z]+)*\s*,?\s+and\s+[A-Za-z]+)(?=\s*[(.])")
_QUOTED = re.compile(rf"\"({_NAME}(?:\s+{_NAME})+)\"")
_WORDS = frozenset({"a", "A", "I"})


def named_columns(
    statement: str, *, names: Collection[str], numbers: Collection[str], meanings: Mapping[str, Expression]
) -> dict[str, Expression]:
    """Return the columns that the statement names elsewhere, by letter; none where two arguments could be meant.

    Args:
        names: of the arguments.
        numbers: those that are a number each.
        meanings: what counts and columns stand for so far.
    """
    blocks: dict[str, list[tuple[str, Ref]]] = {}
    for name, meaning in meanings.items():
        if isinstance(meaning, Ref) and meaning.path[:1] == (EVERY,):
            blocks.setdefault(meaning.name, []).append((name, meaning))
    unnamed = [columns for columns in blocks.values() if len(columns) > 1 and all(_OWN.fullmatch(name) for name, _ in columns)]
    taken = {*names, *meanings}
    found: dict[str, Expression] = _word(statement, numbers, taken)
    if len(unnamed) != 1:
        return found
    for sentence in input_sentences(statement):
        for listed in (*_LISTED.findall(plain(sentence)), *_QUOTED.findall(plain(sentence))):
            letters = [one[0] for one in re.findall(rf"(?<!\w){_NAME}(?!\w)", listed)]
            if len(letters) == len(set(letters)) == len(unnamed[0]) and not taken & set(letters) and not _is_prose(listed):
                return found | {letter: ref for letter, (_, ref) in zip(letters, unnamed[0], strict=True)}
    return found


def _word(statement: str, numbers: Collection[str], taken: Collection[str]) -> dict[str, Expression]:
    """Return the one argument without a name that a list of names calls by a word: "three integers n, k and len"."""
    own = [name for name in numbers if _OWN.fullmatch(name)]
    for sentence in input_sentences(statement) if len(own) == 1 else ():
        for listed in _INTEGERS.findall(plain(sentence)):
            new = [word for word in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", listed) if word not in taken]
            if len(new) == 1 and len(new[0]) > 2:
                return {new[0]: Ref(own[0])}
    return {}


def _is_prose(listed: str) -> bool:
    """Whether a letter of the list is rather a word of the sentence: "a and b" names two, "and a" does not."""
    return listed.split()[0] in _WORDS and "," not in listed and " and " not in listed
