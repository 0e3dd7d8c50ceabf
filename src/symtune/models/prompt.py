"""The prompt a model sees and the program taken out of its reply. One builder, for training and for sampling.

    QUESTION:
    <statement>
    <starter code>
    Use Call-Based format        (or: Use Standard Input format)
    ANSWER:

Source: Le et al. 2022 (CodeRL), the layout of APPS's own baselines.
Differs: no blank line before QUESTION; a problem that has an entry point but neither starter code nor its name in the
statement gets one line that names it, since nothing else in the layout would.
"""

from __future__ import annotations

import re

from symtune.domain import Problem

CALL_BASED = "Use Call-Based format"
STANDARD_INPUT = "Use Standard Input format"

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[^\n`]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)


def build_prompt(problem: Problem) -> str:
    """Return the prompt of a problem; it ends right where the program starts.

    The tests, the references and the examples are not read: what the model may see stands in the statement.
    """
    lines = ["QUESTION:", problem.statement.strip()]
    starter = problem.starter_code.strip("\n")
    name = (problem.entry_point or "").rpartition(".")[2]
    if starter.strip():
        lines.append(starter)
    elif name and not re.search(rf"\b{re.escape(name)}\b", problem.statement):
        lines.append(f"def {name}")
    lines.append(STANDARD_INPUT if problem.is_stdin else CALL_BASED)
    lines.append("ANSWER:\n")
    return "\n".join(lines)


def extract_source(reply: str) -> str | None:
    """Return the program in a reply, or None when the reply is blank.

    A reply with closed Markdown fences gives the last fenced block. One whose fence opens on its first line that is not
    blank but never closes (the model ran out of tokens) gives what follows that line. Any other reply is itself the
    program, as base models write it; three backticks within a line of code are no fence.
    """
    blocks = [match.group(2) for match in _FENCE.finditer(reply)]
    if blocks:
        return blocks[-1] if blocks[-1].strip() else None
    first, newline, rest = reply.lstrip().partition("\n")
    source = rest if newline and re.fullmatch(r"(```+|~~~+)[\w+-]*[ \t]*", first) else reply
    return source if source.strip() else None
