"""The first message of an episode: the statement, the public tests, and where the program goes in the answer.

In the brief style: statement, starter code or name, a test a line (``f([3, 1]) -> [1, 3]``), and for fenced code one line of rule.

Source: Gehring et al. 2024 (RLEF), the rule of the fenced block; the layout is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symtune.domain import Problem
from symtune.rollout.feedback import PLAIN, MessageStyle, Shown, answer_rule, input_text, labelled, output_text


def first_message(
    problem: Problem, *, style: MessageStyle = PLAIN, show_examples: bool = True, shown: Sequence[Shown] | None = None
) -> str:
    """Return what a policy is asked first.

    Args:
        problem: its ``examples`` are the public tests; of ``tests`` nothing is read.
        style: how it is written; the first ``max_items`` public tests are shown.
        show_examples: whether public tests are shown; statements of some data sets hold them already.
        shown: what is shown as expected, by public test; None: the true values.
    """
    values = [(case.expected,) for case in problem.examples] if shown is None else list(shown)
    tests = [_test(problem, index, values[index], style) for index in range(min(len(values), style.max_items))] if show_examples else []
    statement = problem.statement.strip()
    if style.is_brief:
        rule = [answer_rule(style)] if style.code == "fenced" else []
        return "\n".join(part for part in [statement, _brief_start(problem), *tests, *rule] if part)
    parts = [statement, *_start(problem)]
    if tests:
        num_hidden = len(values) - len(tests)
        parts += ["Public tests:", *tests, *([f"There are {num_hidden} more public tests."] if num_hidden else [])]
    return "\n\n".join([*parts, answer_rule(style)])


def _name(problem: Problem) -> str:
    return str(problem.meta.get("adapted_entry_point") or problem.entry_point or "")


def _brief_start(problem: Problem) -> str:
    """Return the starter code, or the name where nothing else says it."""
    name = _name(problem).rpartition(".")[2]
    if problem.starter_code.strip():
        return problem.starter_code.strip("\n")
    return f"def {name}" if name and not re.search(rf"\b{re.escape(name)}\b", problem.statement) else ""


def _start(problem: Problem) -> list[str]:
    starter = problem.starter_code.strip("\n")
    parts = [f"The program begins with:\n```python\n{starter}\n```"] if starter.strip() else []
    if problem.is_stdin:
        return [*parts, "The program reads its input from stdin and writes its answer to stdout."]
    return [*parts, f"The program defines `{_name(problem)}`, which is called and returns the answer."]


def _test(problem: Problem, index: int, expected: Shown, style: MessageStyle) -> str:
    given = input_text(problem, problem.examples[index], style)
    wanted = [output_text(problem, value, style) for value in expected]
    if style.is_brief:
        return " -> ".join([given, *wanted])
    label = "expected output" if problem.is_stdin else "expected"
    return "\n".join([f"Test {index + 1}", given, *(labelled(label, text) for text in wanted)])
