"""What a policy is told of its last program: the public tests that failed, by cause, and to try again.

    Your program passes 1 of 3 public tests.

    Test 2 fails.
    call: f([1, 2], 3)
    expected: [1, 2, 3]
    got: [1, 2, 4]

    Test 3 fails.
    call: f([], 0)
    it raised IndexError: list index out of range
      line 2, in f: return a[0]

    Try again. Answer with the whole program in one fenced code block:
    ...

The ``brief`` style says the same in a line per test, for models with little context: ``f([1, 2], 3): want [1, 2, 3], got [1, 2, 4]``.
The same verdict always gives the same text: sets are ordered, addresses in messages left out.

Source: Gehring et al. 2024 (RLEF), appendix on prompts: an item per failing public test; the wording is ours.
Differs: of very many failing tests the first ``max_items`` are written out and the others counted; long values are shortened.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any, Literal

from symtune.domain import Case, Cause, FirstFailure, Judgement, Outcome, Problem
from symtune.judging import ByCase, CaseVerdict
from symtune.judging.difference import difference
from symtune.rollout.code_block import CodeFormat
from symtune.rollout.shorten import cut_middle, is_whole, lines_text, value_text

StyleName = Literal["full", "brief"]
"""``full``: labelled lines. ``brief``: few tokens, for models with little context."""


Shown = tuple[Any, ...]
"""What is shown as expected of one test: a value in a tuple of its own, or nothing."""


@dataclasses.dataclass(frozen=True)
class MessageStyle:
    """How messages to a policy are written.

    Attributes:
        style: ``full`` or ``brief``.
        code: where programs stand in replies, which the closing rule says.
        show_passing: list the tests that passed as well (RLEF on HumanEval+ and MBPP+).
        max_items: tests written out in one message at most; the failing ones come first in the choice.
        max_value_chars: longest input, value, output or message shown whole, characters.
    """

    style: StyleName = "full"
    code: CodeFormat = "fenced"
    show_passing: bool = False
    max_items: int = 8
    max_value_chars: int = 400

    @property
    def is_brief(self) -> bool:
        """Whether few words are to be made."""
        return self.style == "brief"


PLAIN = MessageStyle()
"""The style in which nothing is set."""

_WORDS: dict[Cause, tuple[str, str]] = {
    Cause.TIMEOUT: ("it took too long", "too slow"),
    Cause.MEMORY: ("it ran out of memory", "out of memory"),
    Cause.OUTPUT_LIMIT: ("it wrote more output than is allowed", "too much output"),
    Cause.PROCESS_LIMIT: ("it started more processes or threads than are allowed", "too many processes"),
    Cause.EARLY_EXIT: ("it ended before it gave an answer", "ended early"),
    Cause.CRASH: ("its process crashed", "crashed"),
    Cause.FORBIDDEN: ("it made a system call that is not allowed here", "forbidden call"),
    Cause.NOT_PLAIN: ("what it returned is no plain value (a number, text, list, ...)", "no plain value"),
    Cause.SYNTAX: ("it does not parse", "does not parse"),
    Cause.IMPORT: ("it imports what is not there", "import fails"),
    Cause.LOAD: ("it raised an exception while it was loaded", "fails to load"),
    Cause.ENTRY_POINT: ("it does not define what is called", "not defined"),
    Cause.EXCEPTION: ("it raised an exception", "raises"),
}
"""Cause -> what the full and the brief style call it."""

_TOLD_BY_MESSAGE = frozenset({Cause.EXCEPTION, Cause.SYNTAX, Cause.IMPORT, Cause.LOAD, Cause.ENTRY_POINT})
"""Causes whose message says what the words do not."""

_ITEM_BY_ITEM = ("exact", "sequence", "whitespace_tokens")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_LINE = re.compile(r"^line (\d+), in ", re.MULTILINE)


def failure_feedback(
    problem: Problem, found: ByCase, *, style: MessageStyle = PLAIN, shown: Sequence[Shown] | None = None
) -> str:
    """Return the feedback on a program that did not pass every public test.

    Args:
        problem: its ``examples`` are the public tests.
        found: the verdict on each of them.
        style: how it is written.
        shown: what is shown as expected, by public test, in place of the true values (see `symtune.rollout.perturb`); of tests that
            passed nothing is then shown. None: the true values.

    Raises:
        ValueError: the verdict is on other cases than the examples.
    """
    if found.judgement.num_cases != len(problem.examples):
        raise ValueError(f"verdict on {found.judgement.num_cases} cases, problem {problem.id!r} has {len(problem.examples)} examples")
    if not found.cases:
        return f"{_load_failure(found.judgement, style)}\n{_separator(style)}{try_again(style)}"
    failing = [index for index, case in enumerate(found.cases) if not case.is_passed]
    passing = [index for index, case in enumerate(found.cases) if case.is_passed] if style.show_passing else []
    chosen = sorted([*failing, *passing][: style.max_items])
    items = [
        _item(problem, index, found.cases[index], style, _wanted(problem, index, found.cases[index], shown)) for index in chosen
    ]
    num_left_out = len(failing) - len(set(chosen) & set(failing))
    if num_left_out:
        items.append(f"{num_left_out} more fail" + ("" if style.is_brief else "."))
    if not style.is_brief:
        items.insert(0, f"Your program passes {found.judgement.num_passed} of {found.judgement.num_cases} public tests.")
    return _joined([*items, try_again(style)], style)


def no_code_feedback(style: MessageStyle = PLAIN) -> str:
    """Return what is said to a reply without valid code."""
    if style.is_brief:
        return _joined(["no program found", try_again(style)], style)
    said = "Your answer holds no program." if style.code == "bare" else "Your answer holds no closed fenced code block with a program."
    return _joined([said, try_again(style)], style)


def wrong_feedback(style: MessageStyle = PLAIN) -> str:
    """Return what is said of a program that failed where execution feedback is switched off."""
    return _joined(["wrong" if style.is_brief else "Your program is wrong.", try_again(style)], style)


def try_again(style: MessageStyle = PLAIN) -> str:
    """Return the last words of every feedback: to try again, and the rule of the answer."""
    return "try again" if style.is_brief else f"Try again. {answer_rule(style)}"


def answer_rule(style: MessageStyle = PLAIN) -> str:
    """Return the rule on where the program stands in an answer."""
    if style.code == "bare":
        return "Answer with the whole program and nothing else."
    if style.is_brief:
        return "Answer with one ```python block."
    return "Answer with the whole program in one fenced code block:\n```python\n# the program\n```"


def unanswered(problem: Problem) -> ByCase:
    """Return the verdict on a program that answers nothing to any public test: None, or no output."""
    got = "" if problem.is_stdin else None
    case = CaseVerdict(Outcome.FAILED_TEST, Cause.WRONG_VALUE, got)
    failure = FirstFailure(case_index=0, cause=Cause.WRONG_VALUE, message="no answer")
    judgement = Judgement(
        problem_id=problem.id, program_id="", outcome=Outcome.FAILED_TEST, cause=Cause.WRONG_VALUE, num_passed=0,
        num_cases=len(problem.examples), first_failure=failure,
    )  # fmt: skip
    return ByCase(judgement, (case,) * len(problem.examples))


def call_text(problem: Problem, case: Case, *, max_chars: int) -> str:
    """Return a function case's input as the call it is."""
    words = [value_text(item, max_chars=max_chars) for item in case.args]
    words += [f"{name}={value_text(item, max_chars=max_chars)}" for name, item in case.kwargs.items()]
    return f"{problem.meta.get('adapted_entry_point') or problem.entry_point}({', '.join(words)})"


def labelled(label: str, text: str) -> str:
    """Return ``label: text``, the lines of a longer text indented under the label."""
    if "\n" not in text:
        return f"{label}: {text}" if text else f"{label}: (nothing)"
    return "\n".join([f"{label}:", *(f"  {line}" for line in text.split("\n"))])


def input_text(problem: Problem, case: Case, style: MessageStyle) -> str:
    """Return the input of a case, labelled in the full style."""
    if case.stdin is None:
        call = call_text(problem, case, max_chars=style.max_value_chars)
        return call if style.is_brief else f"call: {call}"
    if style.is_brief:
        return value_text(case.stdin.rstrip("\n"), max_chars=style.max_value_chars)
    return labelled("input", lines_text(case.stdin, max_chars=style.max_value_chars))


def output_text(problem: Problem, value: Any, style: MessageStyle) -> str:
    """Return a value or output as it is shown."""
    if problem.is_stdin and isinstance(value, str):
        text = value.rstrip("\n")
        full = lines_text(text, max_chars=style.max_value_chars)
        return value_text(text, max_chars=style.max_value_chars) if style.is_brief else full
    return value_text(value, max_chars=style.max_value_chars)


def _joined(parts: Sequence[str], style: MessageStyle) -> str:
    return ("\n" if style.is_brief else "\n\n").join(parts)


def _separator(style: MessageStyle) -> str:
    return "" if style.is_brief else "\n"


def _wanted(problem: Problem, index: int, case: CaseVerdict, shown: Sequence[Shown] | None) -> Shown:
    """Return what is shown as expected."""
    if shown is None:
        return (problem.examples[index].expected,)
    return () if case.is_passed else shown[index]


def _item(problem: Problem, index: int, found: CaseVerdict, style: MessageStyle, wanted: Shown) -> str:
    case = problem.examples[index]
    given = input_text(problem, case, style)
    want = [output_text(problem, value, style) for value in wanted]
    got = output_text(problem, found.got, style)
    parted = _where_they_part(problem, case, wanted, got=found.got, style=style) if found.cause is Cause.WRONG_VALUE else []
    if style.is_brief:
        if found.is_passed:
            return f"{given}: ok"
        if found.cause is not Cause.WRONG_VALUE:
            return f"{given}: {_why(found, style)}"
        return f"{given}: {parted[0]}" if parted else f"{given}: " + ", ".join([*(f"want {text}" for text in want), f"got {got}"])
    lines = [f"Test {index + 1} {'passes' if found.is_passed else 'fails'}.", given]
    words = ("expected output", "output") if problem.is_stdin else ("expected", "got")
    note = " (another answer may be right as well)" if problem.checker is not None else ""
    if found.is_passed or found.cause is Cause.WRONG_VALUE:
        lines += [labelled(words[0] + note, text) for text in want]
    if found.cause is Cause.WRONG_VALUE:
        lines += [labelled(words[1], got), *(f"they part: {text}" for text in parted)]
    elif not found.is_passed:
        lines += [_why(found, style), *_indented(found.trace)]
    return "\n".join(lines)


def _where_they_part(problem: Problem, case: Case, wanted: Shown, *, got: Any, style: MessageStyle) -> list[str]:
    """Return in a line the first difference of two values of which one is too long to be shown whole; else nothing."""
    if not wanted or problem.checker is not None or case.comparator not in _ITEM_BY_ITEM:
        return []
    if not any(_is_cut(problem, value, style) for value in (*wanted, got)):
        return []
    words = difference(got, wanted[0])
    return [cut_middle(words, style.max_value_chars)] if words else _part_of_strings(wanted[0], got)


def _part_of_strings(wanted: Any, got: Any) -> list[str]:
    """Return where two long strings part, which `difference` tells by their words only."""
    if not (isinstance(wanted, str) and isinstance(got, str)) or wanted == got:
        return []
    pairs = enumerate(zip(wanted, got))
    at = next((index for index, (one, other) in pairs if one != other), min(len(wanted), len(got)))
    return [f"at character {at}: expected {wanted[at : at + 20]!r}, got {got[at : at + 20]!r}"]


def _is_cut(problem: Problem, value: Any, style: MessageStyle) -> bool:
    if problem.is_stdin and isinstance(value, str):
        return not is_whole(value, max_chars=style.max_value_chars)
    return value_text(value, max_chars=style.max_value_chars) != value_text(value, max_chars=1 << 14)


def _why(found: CaseVerdict | FirstFailure, style: MessageStyle) -> str:
    """Return why there is no value, in words."""
    cause = found.cause or Cause.EXCEPTION
    full, brief = _WORDS[cause]
    message = cut_middle(_ADDRESS.sub("0x...", found.message), style.max_value_chars)
    if not style.is_brief:
        if cause is Cause.EXCEPTION and message:
            return f"it raised {message}"
        return f"{full}: {message}" if cause in _TOLD_BY_MESSAGE and message else full
    lines = _LINE.findall(found.trace)
    at = f" (line {lines[-1]})" if lines else ""
    return f"{message}{at}" if cause in _TOLD_BY_MESSAGE and message else f"{brief}{at}"


def _load_failure(judgement: Judgement, style: MessageStyle) -> str:
    failure = judgement.first_failure
    assert failure is not None
    why = _why(failure, style)
    if style.is_brief:
        return why
    return "\n".join([f"Your program passes none of the public tests: {why}", *_indented(failure.trace)])


def _indented(trace: str) -> list[str]:
    text = _ADDRESS.sub("0x...", trace)
    return [f"  {line}" for line in text.split("\n")] if text else []
