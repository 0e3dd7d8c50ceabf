"""Valid code is the last closed fenced block of a reply, in linear time whatever the reply holds."""

from __future__ import annotations

import time

import pytest

from symtune.rollout import program_of_reply

REPLIES = {
    "one block": ("Sure:\n```python\nx = 1\n```\nDone.", "x = 1\n"),
    "no language": ("```\nx = 1\n```", "x = 1\n"),
    "the last of two": ("```python\nx = 1\n```\nor\n```python\nx = 2\n```", "x = 2\n"),
    "the last closed one": ("```python\nx = 1\n```\nbetter:\n```python\nx = 2\n", "x = 1\n"),
    "tildes": ("~~~py\nx = '```'\n~~~", "x = '```'\n"),
    "a longer fence holds a shorter one": ("````\nx = '''\n```\n'''\n````", "x = '''\n```\n'''\n"),
    "a longer mark closes": ("```\nx = 1\n`````", "x = 1\n"),
    "indented": ("1. so:\n   ```python\n   if x:\n       y = 1\n   ```", "if x:\n    y = 1\n"),
    "windows lines": ("```python\r\nx = 1\r\n```\r\n", "x = 1\n"),
    "what does not parse is code": ("```\ndef f(\n```", "def f(\n"),
    "cut in the middle": ("```python\nx = 1\n", None),
    "no fence": ("x = 1\n", None),
    "within a line": ("use ```x = 1``` here", None),
    "an empty block": ("```python\n```", None),
    "a blank block": ("```python\n  \n\n```", None),
    "a blank block after a program": ("```\nx = 1\n```\n```\n```", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize("name", REPLIES)
def test_the_program_of_a_reply(name):
    reply, expected = REPLIES[name]
    assert program_of_reply(reply) == expected


@pytest.mark.parametrize("reply", ["x = 1\n", "```\nx = 1\n```", "  x"])
def test_bare_code_is_the_whole_reply(reply):
    assert program_of_reply(reply, code="bare") == reply


@pytest.mark.parametrize("reply", ["", " \n\t\n"])
def test_a_blank_reply_is_no_bare_program(reply):
    assert program_of_reply(reply, code="bare") is None


def test_a_reply_made_of_fences_is_read_in_linear_time():
    hostile = "\n".join("`" * (3 + number) + " x" for number in range(1500))
    began_s = time.monotonic()
    assert program_of_reply(hostile * 3) is None
    assert program_of_reply("`" * 1_000_000 + "\n" + "~" * 1_000_000) is None
    assert time.monotonic() - began_s < 2
