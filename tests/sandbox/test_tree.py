"""The processes of one program are charged together, while each stays within the limits of one."""

from __future__ import annotations

import pytest

from symtune.sandbox import MIB, Guest, Limits

FORKS = """
import mmap, os, time
children = []
for number in range(ask["children"]):
    pid = os.fork()
    if pid == 0:
        until_s = time.process_time() + ask["cpu_s"]
        while time.process_time() < until_s:
            pass
        memory = mmap.mmap(-1, ask["bytes"], flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for position in range(0, len(memory), 4096):
            memory[position] = 1
        time.sleep(ask["sleep_s"])
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
send({"done": True})
"""
LIMITS = Limits(cpu_time_s=0.4, wall_time_s=300.0, memory_bytes=96 * MIB)
"""Wall time with much room: a busy machine must not turn these into another end."""


def run(guest: Guest, limits: Limits, **ask) -> str:
    asked = {"children": 4, "cpu_s": 0.0, "bytes": 4096, "sleep_s": 0.0} | ask
    return guest.run({"code": f"ask = {asked!r}\n{FORKS}"}, limits).ended


@pytest.fixture(scope="module")
def guest():
    with Guest("probe") as guest:
        yield guest


def test_children_that_compute_use_up_the_time_of_the_program_that_sleeps(guest):
    assert run(guest, LIMITS, children=5, cpu_s=0.39) == "cpu_timeout"


def test_children_within_the_time_go_on(guest):
    assert run(guest, LIMITS, children=3, cpu_s=0.05) == "finished"


def test_children_hold_four_times_the_memory_of_one_and_no_more(guest):
    limits = LIMITS.model_copy(update={"cpu_time_s": 30.0})
    assert run(guest, limits, children=6, bytes=80 * MIB, sleep_s=200.0) == "memory"
    assert run(guest, limits, children=3, bytes=80 * MIB, sleep_s=0.3) == "finished"
