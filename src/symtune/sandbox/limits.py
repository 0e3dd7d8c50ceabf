"""Limits: what one request to a guest may use."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MIB = 1 << 20


class Limits(BaseModel):
    """What a fork of the guest may use before it is ended. Times hold for each step (a case, when judging).

    Verdicts rest on CPU time; wall time only ends what sleeps, so it is generous: a busy machine must not turn a right
    program into a timeout.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cpu_time_s: float = Field(10.0, gt=0, description="CPU seconds of one step. Source: RLEF, section on limits.")
    wall_time_s: float | None = Field(None, gt=0, description="Wall seconds of one step; None: 3 * cpu_time_s + 3.")
    memory_bytes: int = Field(1024 * MIB, gt=0, description="Address space on top of the warm interpreter's own.")
    num_processes: int = Field(64, gt=0, description="Processes and threads at a time.")
    output_bytes: int = Field(64 * MIB, gt=0, description="Largest file: output, frames sent, any file in /tmp.")
    num_files: int = Field(256, gt=210, description="Open files of one process.")

    def to_order(self) -> dict[str, float | int]:
        """Return the JSON form for the guest, wall time filled in."""
        form = self.model_dump()
        if form["wall_time_s"] is None:
            form["wall_time_s"] = 3 * self.cpu_time_s + 3
        return form
