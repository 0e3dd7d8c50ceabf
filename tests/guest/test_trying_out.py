"""A guest tries its confinement on a fork of its own before it serves; a stranger's kill of that fork is no missing isolation."""

from __future__ import annotations

import os
import signal

import pytest

from symtune.guest import confine
from symtune.guest.confine import Confinement, SetupError


def forks_that_end_with(monkeypatch, ends: list[int]) -> list[int]:
    """Have each fork end with the next exit code, or for -1 by a kill; return the list of those made."""
    made: list[int] = []

    def fork() -> int:
        end = ends[min(len(made), len(ends) - 1)]
        made.append(end)
        pid = os.fork()
        if pid == 0:
            if end < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(end)
        return pid

    monkeypatch.setattr(confine, "fork", fork)
    return made


def test_a_fork_that_a_stranger_kills_is_tried_again(monkeypatch):
    made = forks_that_end_with(monkeypatch, [-1, -1, 0])
    Confinement.__new__(Confinement)._try_out()
    assert made == [-1, -1, 0]


def test_a_fork_that_finds_itself_unconfined_is_believed_at_once(monkeypatch):
    made = forks_that_end_with(monkeypatch, [1, 0])
    with pytest.raises(SetupError, match="not confined"):
        Confinement.__new__(Confinement)._try_out()
    assert made == [1]


def test_forks_that_are_always_killed_are_not_tried_for_ever(monkeypatch):
    made = forks_that_end_with(monkeypatch, [-1])
    with pytest.raises(SetupError, match="not confined"):
        Confinement.__new__(Confinement)._try_out()
    assert 2 <= len(made) <= 100
