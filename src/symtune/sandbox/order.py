"""Order: one request on its way through a guest, in two files in memory; and Execution, what came of it.

Source: ours.
"""

from __future__ import annotations

import json
import marshal
import os
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from symtune.sandbox.limits import Limits

Ended = Literal[
    "finished", "exited", "cpu_timeout", "wall_timeout", "memory", "output_limit", "forbidden", "killed"
]
"""How a fork ended: exit code 0; another exit code; a limit; a forbidden kernel call; another signal."""

MAX_FRAMES, MAX_CONTAINERS = 200_000, 2_000_000
"""Most frames of one fork, and most brackets in them; beyond, the fork has passed its limit of output."""


class Execution(BaseModel):
    """What came of one request.

    Attributes:
        frames: what the worker sent, in order; kept when the fork was killed.
        ended: how the fork ended.
        num_steps: steps that had begun.
        num_bytes: size of the frames.
    """

    model_config = ConfigDict(frozen=True)

    frames: list[Any]
    ended: Ended
    exit_code: int | None
    signal: int | None
    cpu_s: float
    wall_s: float
    num_steps: int
    num_bytes: int = 0


class Order:
    """A request for one fork of a guest, and the file that its answers come in.

    Args:
        request: JSON for the worker's ``handle``; seen by this fork alone.
        limits: what the fork may use; times hold per step, the sum over steps is capped at ``num_steps`` times.
        shared: JSON for the worker's ``admit``, called in the warm process; later forks see what it keeps.
    """

    def __init__(
        self, request: dict[str, Any], limits: Limits, *, num_steps: int = 1, shared: dict[str, Any] | None = None
    ) -> None:
        form = limits.to_order()
        self._output_bytes = int(form["output_bytes"])
        self.head = _marshalled({"shared": None if shared is None else _marshalled(shared), "limits": form, "num_steps": num_steps})
        self._files: tuple[int, ...] = ()
        rest = memoryview(_marshalled(request))
        self._files = (os.memfd_create("request"),)
        try:
            self._files += (os.memfd_create("answers"),)
            while rest:
                rest = rest[os.write(self._files[0], rest) :]
            os.lseek(self._files[0], 0, os.SEEK_SET)
        except BaseException:
            self.close()
            raise

    @property
    def files(self) -> tuple[int, ...]:
        """Descriptors of the request and of the answers."""
        return self._files

    @property
    def is_taken(self) -> bool:
        """Whether a guest has taken the request up: it then asks for the file's size, which moves the offset that both share."""
        return os.lseek(self._files[0], 0, os.SEEK_CUR) > 0

    @property
    def answer_bytes(self) -> int:
        """How much the fork has written."""
        return min(os.fstat(self._files[1]).st_size, self._output_bytes)

    def withdraw(self) -> None:
        """Tell the guest not to begin; one that has begun already goes on, and its report means nothing."""
        os.ftruncate(self._files[0], 0)

    def execution(self, report: dict[str, Any]) -> Execution:
        """Return what came of the request, by the guest's report on how the fork ended."""
        raw = _read_all(self._files[1], self.answer_bytes)
        if _is_swollen(raw):
            return Execution.model_construct(frames=[], num_bytes=len(raw), **report | {"ended": "output_limit"})
        return Execution.model_construct(frames=_frames(raw), num_bytes=len(raw), **report)

    def close(self) -> None:
        """Let go of both files."""
        files, self._files = self._files, ()
        for descriptor in files:
            os.close(descriptor)


def _marshalled(form: dict[str, Any]) -> bytes:
    """Return a form for the guest, which runs the same Python: marshal is read with fewer touched pages than JSON."""
    try:
        return marshal.dumps(form)
    except ValueError:  # a subclass of a plain type, such as the member of an enumeration
        return marshal.dumps(json.loads(json.dumps(form)))


def _read_all(descriptor: int, num_bytes: int) -> bytes:
    parts, position = [], 0
    while position < num_bytes and (part := os.pread(descriptor, num_bytes - position, position)):
        parts.append(part)
        position += len(part)
    return b"".join(parts)


def _is_swollen(raw: bytes) -> bool:
    """Whether the answers, small as text, would fill the host's memory as values: an empty list takes 64 bytes and not 3."""
    return raw.count(b"\n") > MAX_FRAMES or raw.count(b"[") + raw.count(b"{") > MAX_CONTAINERS


def _frames(raw: bytes) -> list[Any]:
    """Decode frames up to the first that is torn or forged: programs can write here, so nothing is taken for granted."""
    lines = raw.split(b"\n")[:-1]
    try:
        return list(json.loads(b"[" + b",".join(lines) + b"]"))
    except (ValueError, RecursionError):
        return _one_by_one(lines)


def _one_by_one(lines: list[bytes]) -> list[Any]:
    frames = []
    for line in lines:
        try:
            frames.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    return frames
