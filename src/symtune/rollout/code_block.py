"""What counts as valid code in a reply: one function.

Source: Gehring et al. 2024 (RLEF), the rule to answer with one fenced code block; which block, and what of a fence that never
closes, are ours (decision 0103).
"""

from __future__ import annotations

import re
from typing import Literal

CodeFormat = Literal["fenced", "bare"]
"""``fenced``: the program stands in a fenced block. ``bare``: the reply itself is the program, as small models without a chat
format write it."""

_OPENING = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`]*)")


def program_of_reply(reply: str, *, code: CodeFormat = "fenced") -> str | None:
    """Return the program in a reply, or None when it holds no valid code.

    ``fenced``: the content of the last closed block, whatever language it names. A block opens with a line of three or more
    backticks or tildes, and closes with a line of nothing but the same mark, as often or more often; up to there every line is its
    content, less the indentation of its fence. So a reply that was cut inside its only block has no code, nor has one without a
    fence; backticks within a line are no fence. ``bare``: the whole reply, fences and all.

    A blank program is none. A program that does not parse is code: it is judged, and gets its compile_error.

    Args:
        reply: the text of a reply, without special tokens.
        code: where the program stands.
    """
    source = reply if code == "bare" else _last_block(reply)
    return source if source is not None and source.strip() else None


def _last_block(reply: str) -> str | None:
    """Read the reply line by line, once, however many fences it opens."""
    found: str | None = None
    lines: list[str] = []
    indent, mark = "", ""
    for line in reply.replace("\r\n", "\n").split("\n"):
        if not mark:
            if opening := _OPENING.fullmatch(line):
                indent, mark, lines = opening[1], opening[2], []
        elif _closes(line, mark):
            found, mark = "".join(f"{one}\n" for one in lines), ""
        else:
            lines.append(line.removeprefix(indent))
    return found


def _closes(line: str, mark: str) -> bool:
    stripped = line.strip(" \t")
    return len(stripped) >= len(mark) and set(stripped) == {mark[0]}
