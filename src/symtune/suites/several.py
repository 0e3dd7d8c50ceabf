"""Statements that take more than one answer to an input: which they are, and which answers are the only ones all the same.

References agree by chance where any of several answers is right, so their agreement says nothing. Where the answer is that there is none
("NO", "-1", "impossible"), nothing else is right: such inputs can be cases, and they catch programs that find an answer where there is none.
Source: ours.
"""

from __future__ import annotations

import re

_SEVERAL = re.compile(
    r"\b(?:several|multiple|many|more than one)\s+(?:\w+\s+){0,2}(?:answers?|solutions?|ways?)\b[^.]{0,80}\b(?:any|arbitrary)\b"
    r"|\b(?:if|when|where)\s+there\s+(?:are|is|exists?)\s+(?:several|multiple|many|more than one)\b[^.]{0,120}\b(?:print|output|report|return|find)\s+(?:any|an arbitrary)\b"
    r"|\b(?:print|output|report|return)\s+any\s+(?:of\s+(?:them|these|those)|(?:valid|correct|possible|suitable|such)\s+\w+)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^[\W_]*(?:notes?|explanations?)[\W_]*$", re.IGNORECASE | re.MULTILINE)
"""Header of the part that explains the examples; what it says of their answers is no rule."""

_NONE = r"-1|no|none|impossible|no solutions?|no answer"
_NO_ANSWER = re.compile(rf"\W*(?:{_NONE})\W*", re.IGNORECASE)
_SPOKEN_OF = re.compile(rf"""[\s"'“”‘’`*_$(](?:{_NONE})[\s"'“”‘’`*_$).,]""", re.IGNORECASE)


def takes_several_answers(statement: str) -> bool:
    """Whether the words of a statement take more than one answer to an input."""
    end = _NOTE.search(statement)
    return _SEVERAL.search(" ".join((statement[: end.start()] if end else statement).split())) is not None


def may_have_none(statement: str) -> bool:
    """Whether the statement could speak of an answer that says there is none."""
    return _SPOKEN_OF.search(statement) is not None


def says_there_is_none(answer: str) -> bool:
    """Whether a text says nothing but that there is no answer; a minus one is such, since it is printed for no other reason."""
    bare = answer.strip()
    return (bare.startswith("-1") or not bare.startswith("-")) and _NO_ANSWER.fullmatch(bare) is not None
