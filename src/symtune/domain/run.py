"""Run: what a stage did, from what, with which settings."""

from __future__ import annotations

from typing import Any, Literal

from symtune.domain.record import Record

RunStatus = Literal["running", "interrupted", "failed", "done"]


class Run(Record):
    """The manifest of a run directory.

    Attributes:
        stage: the verb that made it (``sft``, ``critic``, ...).
        config_digest: digest of the resolved config.
        input_digests: content digest of each input, by name.
        versions: versions of symtune, Python and the libraries that matter.
        device: ``cpu``, or the accelerator's name.
        summary: the stage's result in a few figures, once it is done.
    """

    stage: str
    config_digest: str
    input_digests: dict[str, str] = {}
    versions: dict[str, str] = {}
    device: str = "cpu"
    seed: int = 0
    status: RunStatus = "running"
    summary: dict[str, Any] = {}
