"""The whole corpus against one judge at full load, as often as asked: what must hold, and whether it held.

    python tests/guest/siege.py --rounds 3 [--isolation rlimits] [--workers 2]

Exit code 0 when every hostile program lost with its outcome and cause, every honest one passed beside it and after it, and
no process, file, descriptor or shared memory is left. Run it as root and as an ordinary user.
"""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus
import hostile

from symtune.domain import Judgement, Outcome, Program, Unjudged
from symtune.judging import Judge
from symtune.sandbox import GUEST_FOLDER, Isolation

Verdicts = dict[str, Judgement | Unjudged]


def assault(rounds: int, *, workers: int = 2, isolation: Isolation = "namespaces", is_short: bool = False) -> Verdicts:
    """Judge the corpus ``rounds`` times in a row with one judge, hostile and honest programs alternating, then the honest again."""
    programs: list[Program] = []
    honest, attackers = corpus.names("honest"), sorted(hostile.HOSTILE)
    for turn in range(rounds):
        for position, name in enumerate(attackers):
            programs.append(corpus.program("hostile", name, is_short=is_short, turn=turn))
            if position < len(honest) or not is_short:
                programs.append(corpus.program("honest", honest[position % len(honest)], turn=turn * 1000 + position))
    programs += [corpus.program("honest", name, turn=-1) for name in honest]
    with Judge(workers=workers, limits=corpus.LIMITS, isolation=isolation) as judge:
        return {item.program_id: item for item in judge.judge(corpus.ALL_PROBLEMS, programs)}


def wrong_verdict(name: str, verdict: Judgement | Unjudged, *, isolation: Isolation = "namespaces") -> str | None:
    """Return what is wrong with the verdict of a program (``hostile/NAME/TURN``), or None."""
    kind, base, _ = name.split("/")
    if isinstance(verdict, Unjudged):
        return f"{name} was not judged: {verdict.reason}"
    if kind == "honest":
        return None if verdict.outcome is Outcome.PASSED else f"{name} did not pass: {verdict}"
    if verdict.outcome is Outcome.PASSED or verdict.num_passed:
        return f"{name} won: {verdict}"
    if isolation == "namespaces" and (verdict.outcome, verdict.cause) != hostile.HOSTILE[base]:
        return f"{name} must get {hostile.HOSTILE[base]}: {verdict}"
    found = verdict.first_failure
    if isolation == "namespaces" and base in hostile.SEARCHING and (found is None or found.got != "None"):
        return f"{name} found something: {verdict}"
    return None


def traces() -> dict[str, set[str]]:
    """Return what could be left behind on this machine: descriptors, processes, files, shared memory."""
    installation = [GUEST_FOLDER, GUEST_FOLDER.parent, Path(os.__file__).parent, Path(sysconfig.get_path("purelib"))]
    folders = {Path(tempfile.gettempdir()), Path("/tmp"), Path("/dev/shm"), Path("/dev/mqueue"), Path.cwd(), *installation}
    seen = {f"files in {folder}": set(os.listdir(folder)) for folder in folders if os.access(folder, os.R_OK)}
    seen["descriptors"] = set(os.listdir("/proc/self/fd"))
    seen["processes"] = {str(pid) for pid in descendants()}
    for kind in ("shm", "sem", "msg"):
        seen[f"System V {kind}"] = set(Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:])
    return seen


OURS = f"symtune-guest-{os.getpid()}-"
THEIRS = {"left", "grandchild", "fifo", "own_device", "device", "seen", "alive", "core", "large", "sitecustomize.py", "usercustomize.py"}
"""What the judge and the programs of the corpus would leave in a folder that others write to meanwhile."""


def left_behind(before: dict[str, set[str]], after: dict[str, set[str]]) -> list[str]:
    """Return what is there after that was not before; in folders of everybody only names that could be ours."""
    left = []
    for place, names in after.items():
        new = names - before.get(place, set())
        if place.startswith("files in") and str(GUEST_FOLDER.parent) not in place:
            new = {name for name in new if name.startswith(OURS) or name in THEIRS}
        if new:
            left.append(f"{place}: {sorted(new)}")
    return left


def descendants() -> list[int]:
    """Return the pids of everything below this process."""
    found, todo = [], [os.getpid()]
    while todo:
        for file in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            try:
                below = list(map(int, file.read_text().split()))
            except (FileNotFoundError, ProcessLookupError):
                continue
            found += below
            todo += below
    return found


def faults_of(verdicts: Verdicts, *, isolation: Isolation = "namespaces", skip: tuple[str, ...] = ()) -> list[str]:
    """Return every wrong verdict in words."""
    faults = (
        wrong_verdict(name, verdict, isolation=isolation)
        for name, verdict in verdicts.items()
        if name.split("/")[1] not in skip
    )
    return [fault for fault in faults if fault is not None]


def main() -> int:
    """Besiege, and say what did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--isolation", choices=("namespaces", "rlimits"), default="namespaces")
    options = parser.parse_args()
    before, started_s = traces(), time.monotonic()
    verdicts = assault(options.rounds, workers=options.workers, isolation=options.isolation)
    faults = faults_of(verdicts, isolation=options.isolation) + left_behind(before, traces())
    print(
        f"{len(verdicts)} programs as uid {os.geteuid()} under {options.isolation}, {options.workers} workers, "
        f"{len(hostile.HOSTILE)} hostile ones {options.rounds} times, {time.monotonic() - started_s:.0f} s: {len(faults)} faults"
    )
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
