"""Runs a recipe to its end while killing itself once in the middle of every stage. Called by test_kill_and_resume.

    python zygote.py RECIPE OUT KILL_AT.json EVENTS.json

The modules are imported once; every attempt runs in a fork of its own and is ended by SIGKILL at the event that KILL_AT names
for its stage (an event is a record appended, a file about to be put in place, or an optimizer step). The next attempt goes on
from what lies on the disk. EVENTS receives the number of events seen in every stage by the last attempt that ran it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import torch.optim.optimizer as torch_optimizer
import transformers  # noqa: F401  (imported before the fork, once)

from symtune.cli.recipe import plan_recipe, run_plan
from symtune.store import jsonl


class Counter:
    """Counts the events of the stage under way and kills this process at the chosen one."""

    def __init__(self, kill_at: dict[str, int], log: Path) -> None:
        self.kill_at, self.log, self.stage, self.num_events = kill_at, log, "", 0

    def announce(self, line: str) -> None:
        if line.startswith("["):
            self.stage, self.num_events = line.split("] ")[1].split(" (")[0], 0

    def event(self) -> None:
        self.num_events += 1
        with self.log.open("a") as file:
            file.write(json.dumps([self.stage, self.num_events]) + "\n")
        if self.num_events == self.kill_at.get(self.stage):
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        append, atomic_write = jsonl.AppendLog.append, jsonl.atomic_write

        def counted_append(log, form):
            append(log, form)
            self.event()

        def counted_write(path):
            self.event()
            return atomic_write(path)

        jsonl.AppendLog.append = counted_append
        jsonl.atomic_write = counted_write
        torch_optimizer.register_optimizer_step_post_hook(lambda *_: self.event())


def attempt(recipe: Path, out: Path, kill_at: dict[str, int], log: Path) -> int:
    """Run in a fork; return the wait status."""
    pid = os.fork()
    if pid == 0:
        counter = Counter(kill_at, log)
        counter.install()
        run_plan(plan_recipe(recipe, out=out, is_toy=True), announce=counter.announce)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def main() -> None:
    recipe, out, kill_path, events_path = map(Path, sys.argv[1:5])
    kill_at: dict[str, int] = json.loads(kill_path.read_text())
    log = events_path.with_suffix(".log")
    num_kills = 0
    while status := attempt(recipe, out, kill_at, log):
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(f"the recipe failed with status {status}")
        stage = json.loads(log.read_text().splitlines()[-1])[0]
        del kill_at[stage]
        num_kills += 1
    seen = dict(json.loads(line) for line in log.read_text().splitlines())
    events_path.write_text(json.dumps({"num_kills": num_kills, "events": seen}))


if __name__ == "__main__":
    main()
