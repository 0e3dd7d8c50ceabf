"""`Judge.submit`: awaited many at a time beside `judge`; sleeping programs hold no core; closing and Ctrl-C end everything at once."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.errors import IsolationError, SandboxError
from symtune.judging import Judge, TimeLimit
from symtune.sandbox import Guest, Limits

DOUBLE = Problem(
    id="double", statement="", entry_point="f", tests=tuple(Case.call(n, expected=2 * n) for n in range(6)),
    references=("def f(x): return x + x",),
)  # fmt: skip
RIGHT = "def f(x): return 2 * x"


def program(source: str, *, id: str | None = None) -> Program:
    return Program(problem_id="double", source=source, id=id)


def processes_below(pid: int) -> set[int]:
    found: set[int] = set()
    todo = [pid]
    while todo:
        folder = Path(f"/proc/{todo.pop()}/task")
        try:
            below = {int(word) for file in folder.glob("*/children") for word in file.read_text().split()}
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        found |= below
        todo += below
    return found


def wait_until(is_so, *, timeout_s: float = 30.0) -> bool:
    """Whether it becomes so and is still so a moment later: what lasts, not what passes while something starts."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        if is_so():
            time.sleep(0.1)
            if is_so():
                return True
        time.sleep(0.01)
    return False


@pytest.fixture(scope="module")
def pool():
    with Judge(workers=2) as pool:
        yield pool


def test_many_are_awaited_at_a_time_and_each_gets_its_own_verdict(pool):
    async def all_of_them() -> list:
        sources = [f"def f(x): return x * {2 + number % 3}" for number in range(300)]
        return await asyncio.gather(*(pool.submit(DOUBLE, program(source, id=str(i))) for i, source in enumerate(sources)))

    results = asyncio.run(all_of_them())
    assert [result.program_id for result in results] == [str(i) for i in range(300)]
    assert [result.outcome is Outcome.PASSED for result in results] == [i % 3 == 0 for i in range(300)]


def test_submit_and_judge_share_the_guests_and_the_loop_is_not_held_up(pool):
    ticks = []

    async def tick() -> None:
        while True:
            ticks.append(time.monotonic())
            await asyncio.sleep(0.01)

    async def both() -> list:
        ticker = asyncio.create_task(tick())
        plain = asyncio.to_thread(lambda: list(pool.judge([DOUBLE], [program(RIGHT, id=str(i)) for i in range(50)])))
        results = await asyncio.gather(plain, *(pool.submit(DOUBLE, program(RIGHT + f" # {i}")) for i in range(50)))
        ticker.cancel()
        return [*results[0], *results[1:]]

    assert all(result.outcome is Outcome.PASSED for result in asyncio.run(both()))
    assert max(b - a for a, b in itertools.pairwise(ticks)) < 1.0


def test_what_cannot_be_judged_is_unjudged_here_too(pool):
    empty = DOUBLE.model_copy(update={"id": "empty", "tests": ()})
    for problem, part in ((empty, "not 'empty'"), (empty.model_copy(update={"id": "double"}), "no cases")):
        result = asyncio.run(pool.submit(problem, program(RIGHT)))
        assert isinstance(result, Unjudged)
        assert part in result.reason
        assert result.fault == "input"


def test_programs_that_sleep_hold_no_core():
    """Sixteen programs that sleep a second each: one after the other on two cores they would take eight."""
    sleepers = [program(f"import time\ntime.sleep(1)\ndef f(x): return {2 + i % 2} * x", id=str(i)) for i in range(16)]
    with Judge(workers=2) as pool:
        list(pool.judge([DOUBLE], [program(RIGHT)]))
        started_s = time.monotonic()
        results = list(pool.judge([DOUBLE], sleepers))
        assert time.monotonic() - started_s < 7.0
    assert [result.outcome is Outcome.PASSED for result in results] == [i % 2 == 0 for i in range(16)]


def test_a_quick_program_does_not_wait_behind_sleepers():
    spin = "import time\ntill = time.process_time() + 0.1\nwhile time.process_time() < till: pass\n"

    async def race(pool: Judge) -> None:
        slow = [asyncio.create_task(pool.submit(DOUBLE, program(f"import time\ntime.sleep(99) # {i}"))) for i in range(4)]
        quick = await asyncio.gather(*(pool.submit(DOUBLE, program(f"{spin}{RIGHT} # {i}")) for i in range(4)))
        assert all(result.outcome is Outcome.PASSED for result in quick)
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()

    with Judge(workers=1, limits=Limits(wall_time_s=300)) as pool:
        asyncio.run(race(pool))


def test_programs_that_work_are_not_taken_for_sleepers(pool):
    """More programs than workers, all of them busy, some in children or threads of theirs: no further guest starts."""
    busy = (
        "import os, threading, time\n"
        "def spin():\n    till = time.thread_time() + 0.3\n    while time.thread_time() < till: pass\n"
        "def f(x):\n    if x == 0:\n        {}\n    return 2 * x\n"
    )
    in_thread = "worker = threading.Thread(target=spin); worker.start(); worker.join()"
    in_child = "pid = os.fork()\n        if not pid: spin(); os._exit(0)\n        os.waitpid(pid, 0)"
    ways = ("spin()", in_thread, in_child)
    most = 0
    for result in pool.judge([DOUBLE], [program(busy.format(ways[i % 3]), id=str(i)) for i in range(9)]):
        assert result.outcome is Outcome.PASSED
        most = max(most, len(pool._scheduler._stations))
    assert most <= 2


def test_a_sleeper_is_ended_by_wall_time_alone_and_its_verdict_is_not_cached(tmp_path):
    sleeper = program("import time\ndef f(x):\n    time.sleep(60)")
    with Judge(workers=1, limits=Limits(cpu_time_s=5, wall_time_s=0.4), cache=tmp_path / "verdicts.sqlite") as pool:
        (result,) = pool.judge([DOUBLE], [sleeper])
        assert (result.outcome, result.cause) == (Outcome.RUNTIME_ERROR, Cause.TIMEOUT)
        assert len(pool._cache) == 0
        list(pool.judge([DOUBLE], [program(RIGHT)]))
        assert len(pool._cache) == 1


def test_a_cached_verdict_starts_no_guest(tmp_path):
    wrong = program("def f(x): return x", id="w")
    with Judge(workers=1, cache=tmp_path / "verdicts.sqlite") as pool:
        first = asyncio.run(pool.submit(DOUBLE, wrong))
    with Judge(workers=1, cache=tmp_path / "verdicts.sqlite") as pool:
        before = processes_below(os.getpid())
        again = asyncio.run(pool.submit(DOUBLE, wrong.model_copy(update={"id": "other"})))
        assert processes_below(os.getpid()) == before
    assert again == first.model_copy(update={"program_id": "other"})


def test_a_time_limit_by_the_reference_ends_a_slow_program_early():
    slow = program("def f(x):\n    for _ in range(10**9): pass\n    return 2 * x")
    with Judge(workers=1, time_limit=TimeLimit(factor=2, extra_s=0.1)) as pool:
        result, right = pool.judge([DOUBLE], [slow, program(RIGHT)])
    assert result.cause is Cause.TIMEOUT
    assert result.duration_s < 25.0  # three cases of 0.1 s CPU each, on a machine that may be busy; not three of 10 s
    assert right.outcome is Outcome.PASSED


def test_a_cancelled_wait_leaves_the_judge_whole():
    async def cancel() -> None:
        tasks = [asyncio.create_task(pool.submit(DOUBLE, program(f"while True: pass # {i}"))) for i in range(6)]
        await asyncio.sleep(0.4)
        for task in tasks:
            task.cancel()
        assert all(isinstance(error, asyncio.CancelledError) for error in await asyncio.gather(*tasks, return_exceptions=True))

    with Judge(workers=1, limits=Limits(cpu_time_s=0.5)) as pool:
        asyncio.run(cancel())
        assert asyncio.run(pool.submit(DOUBLE, program(RIGHT))).outcome is Outcome.PASSED


@pytest.mark.parametrize("work", ["import time\ntime.sleep(60)", "while True: pass"])
def test_closing_ends_everything_within_a_second_and_tells_who_waits(work):
    before = processes_below(os.getpid())
    num_descriptors = len(os.listdir("/proc/self/fd"))
    pool = Judge(workers=2)
    results: list = []
    waiting = threading.Thread(
        target=lambda: results.extend(pool.judge([DOUBLE], [program(f"{work} # {i}", id=str(i)) for i in range(6)]))
    )
    waiting.start()
    assert wait_until(lambda: len(processes_below(os.getpid()) - before) >= 8)  # each guest is three processes, and its fork
    started_s = time.monotonic()
    pool.close()
    passed_s = time.monotonic() - started_s
    waiting.join(5)
    assert not waiting.is_alive()
    assert passed_s < 1.5  # a second, and room for a busy machine
    assert [type(result) for result in results] == [Unjudged] * 6
    assert wait_until(lambda: processes_below(os.getpid()) <= before, timeout_s=2.0)
    assert len(os.listdir("/proc/self/fd")) == num_descriptors
    with pytest.raises(SandboxError, match="closed"):
        pool.run_inputs(DOUBLE, RIGHT, DOUBLE.tests)


HOST = """
import sys, time
from symtune.domain import Case, Problem, Program
from symtune.judging import Judge
problem = Problem(id="double", statement="", entry_point="f", tests=(Case.call(1, expected=2),))
with Judge(workers=2, isolation=sys.argv[1]) as pool:
    list(pool.judge([problem], [Program(problem_id="double", source="def f(x): return 2 * x")]))
    print("warm", flush=True)
    try:
        list(pool.judge([problem], [Program(problem_id="double", source=f"import time\\ntime.sleep(99) # {i}", id=str(i)) for i in range(6)]))
    finally:
        started_s = time.monotonic()
print("closed", time.monotonic() - started_s, flush=True)
"""


@pytest.mark.parametrize("isolation", ["namespaces", "rlimits"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_host_that_is_interrupted_or_killed_leaves_nothing_behind(isolation, number):
    try:
        Guest("probe", isolation=isolation).close()
    except IsolationError as error:
        pytest.skip(str(error))
    folders = set(Path(tempfile.gettempdir()).glob("symtune-guest-*"))
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}  # jobs in the background are born deaf to it
    host = subprocess.Popen([sys.executable, "-c", HOST, isolation], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **hears)
    try:
        assert host.stdout.readline() == "warm\n"
        wait_until(lambda: len(processes_below(host.pid)) >= 8)
        guests = processes_below(host.pid)
        assert guests
        host.send_signal(number)
        assert host.wait(10) != 0
    finally:
        host.kill()
        host.stdout.close()
    assert wait_until(lambda: not any(is_alive(pid) for pid in guests), timeout_s=5.0)
    Guest("probe", isolation=isolation).close()  # which sweeps the folder of a host that had no time to
    assert set(Path(tempfile.gettempdir()).glob("symtune-guest-*")) <= folders


def test_an_interrupt_that_another_thread_took_ends_a_waiting_host():
    try:
        Guest("probe", isolation="namespaces").close()
    except IsolationError as error:
        pytest.skip(str(error))
    lines = HOST.splitlines()
    taking = "threading.Timer(0.3, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGINT)).start()"
    at = next(index for index, line in enumerate(lines) if '"warm"' in line)
    source = "\n".join(["import signal, threading", *lines[:at], f"    {taking}", *lines[at + 1 :]])
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    host = subprocess.run([sys.executable, "-c", source, "namespaces"], capture_output=True, text=True, timeout=20, **hears)
    assert host.returncode != 0
    assert "KeyboardInterrupt" in host.stderr


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_verdicts_are_records_like_any_other(pool):
    assert isinstance(asyncio.run(pool.submit(DOUBLE, program(RIGHT), stop="first_failure")), Judgement)
