"""The run directory: what a stage did, kept so that a killed run goes on where it stopped.

    manifest.json   stage, config digest, input digests, versions, device, seed, status, summary
    config.json     the resolved config
    metrics.jsonl   one line per report of a training step
    records/        append-only JSON Lines
    checkpoints/    step_*/ with a DONE file written last
    report/

Two writers are refused by a lock. A changed config or input is an error that names the keys that differ.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from symtune.domain import Json, Run, RunStatus, content_digest
from symtune.errors import RunError, RunLockedError, RunMismatchError
from symtune.store.jsonl import AppendLog, atomic_write

VERSIONED_PACKAGES = ("symtune", "torch", "transformers", "trl", "peft", "accelerate", "crosshair-tool", "numpy")
"""Packages whose versions go into a manifest, where installed."""

DONE_FILE = "DONE"
"""Written last into a checkpoint; a checkpoint without it is torn and never used."""


def file_digest(path: Path) -> str:
    """Return the SHA-256 (hex) of a file, or of every file of a folder with their relative names.

    A run directory is known by its manifest, which holds the digests of what it was made from.
    """
    if (path / "manifest.json").is_file():
        path = path / "manifest.json"
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(child for child in path.rglob("*") if child.is_file())
    for file in files:
        if path.is_dir():
            digest.update(str(file.relative_to(path)).encode() + b"\0")
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


class RunDirectory:
    """One run on disk; open it with `RunDirectory.open` and use it in a ``with`` block.

    On leaving the block the status becomes ``done`` when `finish` was called, ``interrupted`` on Ctrl-C or when the block
    just ended, and ``failed`` on any other exception.
    """

    def __init__(self, path: Path, *, run: Run, config: dict[str, Json]) -> None:
        self.path, self.run, self.config = path, run, config
        self._lock: IO[bytes] | None = None

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        stage: str,
        config: Mapping[str, Json],
        inputs: Mapping[str, Path | str] | None = None,
        seed: int = 0,
        device: str = "cpu",
    ) -> Self:
        """Make the directory, or take up the one that is there.

        Args:
            path: the folder.
            stage: the verb this run belongs to.
            config: the resolved config, as JSON.
            inputs: files or folders (their content is hashed) or ready digests, by name.
            seed: seed of the run.
            device: where it runs.

        Raises:
            RunLockedError: another process writes to it.
            RunMismatchError: it was made by another stage, config or inputs; the message names the keys that differ.
        """
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        digests = {
            name: file_digest(given) if isinstance(given, Path) else given for name, given in (inputs or {}).items()
        }
        wanted = Run(
            stage=stage,
            config_digest=content_digest(dict(config)),
            input_digests=digests,
            versions=installed_versions(),
            device=device,
            seed=seed,
        )
        directory = cls(path, run=wanted, config=dict(config))
        directory._take_lock()
        try:
            directory._compare_or_create()
        except BaseException:
            directory._release_lock()
            raise
        return directory

    def _take_lock(self) -> None:
        lock = (self.path / ".lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise RunLockedError(
                f"{self.path}: another process writes to this run; wait for it, or choose another --out"
            ) from error
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _compare_or_create(self) -> None:
        if (self.path / "manifest.json").is_file():
            before = read_run(self.path)
            old_config = json.loads((self.path / "config.json").read_text())
            differing = [
                *(["stage"] if before.stage != self.run.stage else []),
                *(f"config.{key}" for key in differing_keys(old_config, self.config)),
                *(f"inputs.{key}" for key in differing_keys(before.input_digests, self.run.input_digests)),
            ]
            if differing:
                raise RunMismatchError(
                    f"{self.path}: this run was made with other settings; they differ in: {', '.join(differing)}. "
                    "Choose another --out, or delete the folder to start again."
                )
            self.run = before.model_copy(update={"status": before.status if before.status == "done" else "running"})
        else:
            self._write_json("config.json", self.config)
        self._write_manifest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.run.status != "done":
            is_failure = kind is not None and not issubclass(kind, KeyboardInterrupt)
            self._set_status("failed" if is_failure else "interrupted")
        self._release_lock()

    @property
    def is_done(self) -> bool:
        """Whether the run has finished."""
        return self.run.status == "done"

    @property
    def summary(self) -> dict[str, Any]:
        """The result in a few figures; empty until the run is done."""
        return self.run.summary

    def finish(self, summary: Mapping[str, Json] | None = None) -> None:
        """Mark the run as done and keep its summary."""
        self.run = self.run.model_copy(update={"status": "done", "summary": dict(summary or {})})
        self._write_manifest()

    def log_metrics(self, metrics: Mapping[str, Json]) -> None:
        """Append one line to ``metrics.jsonl``."""
        with AppendLog(self.path / "metrics.jsonl") as log:
            log.append(dict(metrics))

    def records(self, name: str) -> AppendLog:
        """Return the append-only log ``records/NAME.jsonl``."""
        return AppendLog(self.path / "records" / f"{name}.jsonl")

    def checkpoint_dir(self, step: int) -> Path:
        """Return the folder of the checkpoint after ``step`` steps; call `mark_checkpoint` once it is written."""
        return self.path / "checkpoints" / f"step_{step:08d}"

    def mark_checkpoint(self, step: int) -> None:
        """Write the DONE file that makes a checkpoint count."""
        (self.checkpoint_dir(step) / DONE_FILE).write_text("done\n")

    def latest_checkpoint(self) -> Path | None:
        """Return the newest whole checkpoint; torn ones are deleted."""
        newest = None
        for folder in sorted((self.path / "checkpoints").glob("step_*")):
            if (folder / DONE_FILE).is_file():
                newest = folder
            else:
                shutil.rmtree(folder)
        return newest

    def _set_status(self, status: RunStatus) -> None:
        self.run = self.run.model_copy(update={"status": status})
        self._write_manifest()

    def _write_manifest(self) -> None:
        self._write_json("manifest.json", self.run.to_json())

    def _write_json(self, name: str, form: Mapping[str, Json]) -> None:
        with atomic_write(self.path / name) as file:
            file.write(json.dumps(form, indent=2).encode() + b"\n")


def read_run(path: Path | str) -> Run:
    """Read the manifest of a run directory without locking it.

    Raises:
        RunError: there is no manifest, or it cannot be read.
    """
    manifest = Path(path) / "manifest.json"
    try:
        return Run.from_json(json.loads(manifest.read_text()))
    except FileNotFoundError as error:
        raise RunError(f"{path}: not a run directory: it has no manifest.json") from error
    except ValueError as error:
        raise RunError(f"{manifest}: cannot be read: {error}") from error


def differing_keys(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted keys, sorted, whose values differ between two nested mappings."""
    keys: list[str] = []
    for key in sorted(set(old) | set(new)):
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            keys += differing_keys(before, after, f"{prefix}{key}.")
        elif before != after or (key in old) != (key in new):
            keys.append(f"{prefix}{key}")
    return keys


def installed_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter, where installed."""
    versions = {"python": platform.python_version(), "platform": platform.machine() + "-" + os.name}
    for package in VERSIONED_PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
