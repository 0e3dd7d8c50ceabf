"""Never a false zero: kills of guests, servers, forks and cases at random, and every verdict is that of an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.judging import Judge

DOUBLE = Problem(id="double", statement="", entry_point="f", tests=tuple(Case.call(n, expected=2 * n) for n in range(6)))
ECHO = Problem(id="echo", statement="", tests=tuple(Case.text(f"{n}\n", expected=f"{n}\n") for n in range(3)))
SPIN = "for _ in range(3000): pass\n"
SOURCES = [
    ("double", "def f(x):\n    {spin}    return 2 * x"), ("double", "def f(x):\n    {spin}    return x"), ("echo", "{spin}print(input())"),
    ("echo", "{spin}print(input() + '.')"), ("double", "def f(x):\n    {spin}    return 2 * [x][x]"), ("double", "def f(x:"),
]  # fmt: skip


def programs(num: int) -> list[Program]:
    made = []
    for number in range(num):
        problem_id, source = SOURCES[number % len(SOURCES)]
        made.append(Program(problem_id=problem_id, source=source.format(spin=SPIN) + f"\n# {number}", id=str(number)))
    return made


def below(pid: int) -> list[int]:
    found: list[int] = []
    try:
        children = [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return []
    for child in children:
        found += [child, *below(child)]
    return found


class Killer:
    """Called after each verdict; every so many it kills any process below this one: outermost, server, zygote, fork or case."""

    def __init__(self, *, every: int) -> None:
        self.every, self.num_verdicts, self.num_kills = every, 0, 0
        self.draws = random.Random(3)

    def __call__(self) -> None:
        self.num_verdicts += 1
        pids = below(os.getpid())
        if self.num_verdicts % self.every == 0 and pids:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(self.draws.choice(pids), signal.SIGKILL)
                self.num_kills += 1


def told(results: list) -> list:
    """What must not differ between runs: everything but the time it took."""
    return [result.model_copy(update={"duration_s": 0.0}) if isinstance(result, Judgement) else result for result in results]


def test_random_kills_change_no_verdict():
    with Judge(workers=2) as pool:
        undisturbed = told(list(pool.judge([DOUBLE, ECHO], programs(150))))
        killer = Killer(every=15)
        disturbed = told(list(pool.judge([DOUBLE, ECHO], programs(150), progress=killer)))
    assert killer.num_kills >= 3
    assert disturbed == undisturbed


def test_a_fork_that_a_stranger_kills_is_judged_again():
    slow = "import time\ntill = time.process_time() + 0.3\nwhile time.process_time() < till: pass\n"
    for problem, source in ((DOUBLE, slow + "def f(x): return 2 * x"), (ECHO, slow + "print(input())")):
        with Judge(workers=1) as pool:
            list(pool.judge([DOUBLE], [Program(problem_id="double", source="def f(x): return x")]))
            guests = set(below(os.getpid()))
            results: list = []
            program = Program(problem_id=problem.id, source=source)
            waiting = threading.Thread(target=lambda: results.extend(pool.judge([problem], [program])))  # noqa: B023
            waiting.start()
            forks: list[int] = []
            while not forks:
                forks = [pid for pid in below(os.getpid()) if pid not in guests]
            time.sleep(0.1)
            forks = [pid for pid in below(os.getpid()) if pid not in guests] or forks
            os.kill(forks[-1], signal.SIGKILL)
            waiting.join(300)
            assert guests <= set(below(os.getpid()))  # the guest itself lives
        assert [result.outcome for result in results] == [Outcome.PASSED]


@pytest.mark.parametrize("num_under_way", [1, 2])
def test_a_guest_that_dies_before_it_has_read_a_program_is_not_held_against_the_program(num_under_way):
    slow = "import time\ntill = time.process_time() + 1.0\nwhile time.process_time() < till: pass\ndef f(x): return 2 * x"
    with Judge(workers=1) as pool:
        list(pool.judge([DOUBLE], programs(1)))
        outermost, server = below(os.getpid())[:2]
        os.kill(server, signal.SIGSTOP)
        results: list = []
        batch = [Program(problem_id="double", source=slow, id=str(number)) for number in range(num_under_way)]
        waiting = threading.Thread(target=lambda: results.extend(pool.judge([DOUBLE], batch)))
        waiting.start()
        time.sleep(0.3)
        os.kill(outermost, signal.SIGKILL)  # the first guest goes without having read it, the second under it, the third judges it
        is_killed, seen = False, []
        while waiting.is_alive():
            families = [family for family in map(below, below(os.getpid())) if len(family) == 3]
            if families and families == seen and not is_killed:  # the same fork as a while ago: the program is at work
                os.kill(families[0][0], signal.SIGKILL)
                is_killed = True
            seen = families
            time.sleep(0.2)
    assert is_killed
    assert [result.outcome for result in results] == [Outcome.PASSED] * num_under_way


def test_a_program_that_kills_itself_is_judged_and_not_for_ever():
    with Judge(workers=1) as pool:
        (result,) = pool.judge([ECHO], [Program(problem_id="echo", source="import os\nos.kill(os.getpid(), 9)")])
    assert (result.outcome, result.cause) == (Outcome.RUNTIME_ERROR, Cause.MEMORY)


def test_a_program_under_which_every_guest_dies_is_unjudged_and_the_others_are_judged():
    spinning = Program(problem_id="double", source="while True: pass", id="spin")
    with Judge(workers=1) as pool:
        list(pool.judge([DOUBLE], programs(1)))
        results: list = []
        batch = [spinning, *(program for program in programs(40) if program.problem_id == "double")]
        waiting = threading.Thread(target=lambda: results.extend(pool.judge([DOUBLE], batch)))
        waiting.start()
        num_killed, seen = 0, []
        while num_killed < 2:
            families = [family for family in map(below, below(os.getpid())) if len(family) == 3]
            if families and families == seen:  # a server with a zygote and a fork at work, the same as a while ago
                os.kill(families[0][0], signal.SIGKILL)
                num_killed += 1
            seen = families
            time.sleep(0.2)
        waiting.join(300)
    assert isinstance(results[0], Unjudged)
    assert results[0].fault == "judge"
    assert len(results) == len(batch)
    assert all(isinstance(result, Judgement) for result in results[1:])
