"""Checkpoints of an RLEF run: networks, optimisers, schedules, random states, the place in the data, and how far the records go.

`accelerate` writes the state of networks, optimisers and random generators of every process; of sharded networks and their optimisers each process
writes its own shards, into ``shards``. The folder counts once it holds DONE.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symtune.errors import RunMismatchError
from symtune.store import RunDirectory
from symtune.training.loop import cut_after, prepare_resume, step_of
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_networks import Networks
from symtune.training.rlef_sharding import read_shards, write_shards

SHARDS = "shards"
"""Folder of a checkpoint that holds sharded networks."""


@dataclass
class Place:
    """Where a run stands; saved with every checkpoint.

    Attributes:
        iteration: iterations done; the problems drawn next follow from it.
        num_updates: optimizer steps done.
        episodes_bytes: length of records/episodes.jsonl.
    """

    iteration: int = 0
    num_updates: int = 0
    episodes_bytes: int = 0

    @property
    def name(self) -> str:
        """The iteration under way, for messages."""
        return f"iteration {self.iteration + 1}"

    def advance(self, *, num_updates: int) -> None:
        """Count one more iteration with its updates."""
        self.iteration += 1
        self.num_updates += num_updates

    def state_dict(self) -> dict[str, Any]:
        """Return the values, as `accelerate` asks for them."""
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the values back."""
        vars(self).update(state)


def resume(run: RunDirectory, networks: Networks) -> Place:
    """Load the newest whole checkpoint, cut off whatever was recorded after it, and return where the run stands.

    Raises:
        RunMismatchError: its networks were sharded and those of this run are not, or the other way round.
    """
    place, accelerator = Place(), networks.accelerator
    accelerator.register_for_checkpointing(place)
    checkpoint = prepare_resume(run)
    if checkpoint is not None:
        check_sharding(checkpoint, is_sharded=networks.whole is not None)
        accelerator.load_state(str(checkpoint))
        if networks.whole is not None:
            read_shards(checkpoint / SHARDS, networks.trained)
    if accelerator.is_main_process:
        cut_after(run.records("validation").path, step=step_of(checkpoint))
        cut_bytes(run.records("episodes").path, length_bytes=place.episodes_bytes)
    accelerator.wait_for_everyone()
    return place


def check_sharding(checkpoint: Path, *, is_sharded: bool) -> None:
    """Refuse a checkpoint of the other kind.

    Raises:
        RunMismatchError: it is of the other kind.
    """
    if (was_sharded := (checkpoint / SHARDS).is_dir()) != is_sharded:
        raise RunMismatchError(
            f"{checkpoint} holds {'sharded' if was_sharded else 'whole'} networks and this run would hold them {'sharded' if is_sharded else 'whole'}; "
            "go on with the launcher's settings that the run began with"
        )


def cut_bytes(path: Path, *, length_bytes: int) -> None:
    """Shorten a file to a length it once had."""
    if path.is_file() and path.stat().st_size > length_bytes:
        os.truncate(path, length_bytes)


@contextlib.contextmanager
def quiet_accelerate() -> Iterator[None]:
    """Keep `accelerate` from telling at every checkpoint that tied weights are written once."""
    logger = logging.getLogger("accelerate.utils.other")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def save_when_due(run: RunDirectory, networks: Networks, place: Place, *, config: RlefConfig, is_forced: bool = False) -> None:
    """Write a checkpoint every ``save_every_iterations`` and after a validation; every process takes part, older ones are dropped."""
    if not is_forced and place.iteration % config.save_every_iterations:
        return
    folder, accelerator = run.checkpoint_dir(place.iteration), networks.accelerator
    if accelerator.is_main_process and folder.exists():
        shutil.rmtree(folder)
    accelerator.wait_for_everyone()
    with quiet_accelerate():
        accelerator.save_state(str(folder))
        if networks.whole is not None:
            write_shards(folder / SHARDS, networks.trained)
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        run.mark_checkpoint(place.iteration)
        for old in sorted(folder.parent.glob("step_*"))[: -config.keep_checkpoints]:
            shutil.rmtree(old)
    accelerator.wait_for_everyone()
