"""One loss, handed to `transformers.Trainer`: what every offline stage has in common.

The Trainer brings gradient accumulation, clipping, mixed precision, the schedule, several processes (``accelerate launch``),
checkpoints and trackers. The data order is ours (see `batches`), the files are those of the run directory.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import transformers
from accelerate import PartialState
from torch import Tensor, nn
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from symtune.domain import Json
from symtune.errors import TrainingError
from symtune.models import resolve_device
from symtune.store import AppendLog, Progress, RunDirectory, read_run, write_jsonl
from symtune.training.batches import Example, ExampleStream
from symtune.training.callbacks import AfterStep, RunCallback, Watch
from symtune.training.settings import LoopConfig, RunConfig

LONGEST_WAIT = datetime.timedelta(hours=2)
"""How long a process waits for another that still plays, writes or loads; torch gives up after ten minutes on GPUs."""

Loss = Callable[[Any, Any, Tensor | None], Tensor]
"""``loss(outputs of the model, labels of the batch, real label tokens of the optimizer step or None)``."""


@dataclass(frozen=True)
class Fit:
    """How a training went: optimizer steps done in all, and wall seconds of this session."""

    num_steps: int
    train_s: float


class PlainModule(nn.Module):
    """A module that is no `PreTrainedModel`, made fit for the Trainer.

    The Trainer's checkpoints may name each weight once, so further names of a shared weight (tied embeddings) are left out
    of the state dict; loading one name fills all. The Trainer also writes into ``model.config``, which is ours here.
    """

    _keys_to_ignore_on_save = None

    def __init__(self, inner: nn.Module, *, body: Any) -> None:
        super().__init__()
        self.inner, self._body = inner, [body]
        first: dict[int, str] = {}
        self._aliases = {
            name
            for name, weight in self.named_parameters(remove_duplicate=False)
            if first.setdefault(id(weight), name) != name
        }
        self.register_state_dict_post_hook(_leave_out_aliases)

    def forward(self, **inputs: Tensor) -> Any:
        """Return what the inner module returns."""
        return self.inner(**inputs)

    def activation_checkpointing_enable(self, **settings: Any) -> None:
        """Recompute the body's activations."""
        self._body[0].activation_checkpointing_enable(**settings)


def _leave_out_aliases(module: PlainModule, state: dict[str, Any], prefix: str, _metadata: Any) -> None:
    for name in module._aliases:
        state.pop(prefix + name, None)


@contextlib.contextmanager
def open_run(
    out: Path | str, *, stage: str, config: RunConfig, inputs: Mapping[str, Path | str]
) -> Iterator[RunDirectory]:
    """Open the run directory of a stage: the first process holds its lock and writes, the others only know where it is.

    Raises:
        RunLockedError: another run writes to it.
        RunMismatchError: it was made with other settings or inputs.
    """
    form = config.model_dump(mode="json")
    processes = process_state(config)
    with contextlib.ExitStack() as stack:
        if processes.is_main_process:
            run = RunDirectory.open(out, stage=stage, config=form, inputs=inputs, seed=config.seed, device=config.device)
            stack.enter_context(run)
        processes.wait_for_everyone()
        if not processes.is_main_process:
            run = RunDirectory(Path(out), run=read_run(out), config=form)
        yield run


def fit(
    model: Any,
    *,
    examples: Sequence[Example],
    order: Sequence[int],
    collate: Callable[[Sequence[Example]], dict[str, Any]],
    loss: Loss,
    config: LoopConfig,
    run: RunDirectory,
    watch: Watch,
    num_per_epoch: int,
    is_token_mean: bool = False,
    accumulation_factor: int = 1,
    stops: Collection[int] = (),
    after_step: AfterStep | None = None,
    callbacks: Sequence[TrainerCallback] = (),
) -> Fit:
    """Train the model in place on the examples in this order; resume from the newest whole checkpoint of the run.

    Args:
        model: trained in place.
        examples, order: what is trained on and when; see `training_order`.
        collate: examples to a batch whose ``labels`` go to the loss and whose other keys go to the model.
        loss: of one micro-step.
        config: how.
        run: where metrics and checkpoints go.
        watch: checks the loss and collects what it notes.
        num_per_epoch: examples of one pass, for the ``epoch`` of the metrics.
        is_token_mean: the loss divides by the tokens of the whole optimizer step (its third argument); otherwise it is
            the mean of a micro-step, and micro-steps are averaged.
        accumulation_factor: micro-steps per configured micro-step (CodeRL's are pairs).
        stops: steps after which ``after_step`` is called.
        after_step: see `AfterStep`.
        callbacks: further ones.

    Raises:
        TrainingError: a loss or gradient that is not finite; the message names the step.
    """
    arguments = training_arguments(config, run, accumulation_factor=accumulation_factor)

    def checked_loss(outputs: Any, labels: Any, num_items_in_batch: Tensor | None = None) -> Tensor:
        return watch.check(loss(outputs, labels, num_items_in_batch))

    with recording(
        run, watch, config=config, arguments=arguments, num_examples=len(order), num_per_epoch=num_per_epoch,
        stops=stops, after_step=after_step,
    ) as (recorder, checkpoint):  # fmt: skip
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=ExampleStream(examples, order),
            data_collator=collate,
            compute_loss_func=checked_loss,
            callbacks=[recorder, *callbacks],
        )
        trainer.loss_is_scaled_for_ga = is_token_mean
        return train(trainer, checkpoint)


@contextlib.contextmanager
def recording(
    run: RunDirectory,
    watch: Watch,
    *,
    config: LoopConfig,
    arguments: TrainingArguments,
    num_examples: int,
    num_per_epoch: int,
    stops: Collection[int] = (),
    after_step: AfterStep | None = None,
) -> Iterator[tuple[RunCallback, Path | None]]:
    """Give the callback that writes a Trainer's run, and the checkpoint to go on from; show progress, quieten the Trainer.

    Raises:
        TrainingError: one process sees several GPUs, which the Trainer would use in a way that changes the batches.
    """
    if arguments.n_gpu > 1:
        raise TrainingError(
            "several GPUs are visible to one process; start one process per GPU (accelerate launch), or set CUDA_VISIBLE_DEVICES to one"
        )
    checkpoint = prepare_resume(run)
    per_step = arguments.train_batch_size * arguments.gradient_accumulation_steps * arguments.world_size
    with quiet_transformers(), Progress(-(-num_examples // per_step), f"training ({run.run.stage})") as progress:
        progress.advance(step_of(checkpoint))
        recorder = RunCallback(
            run, watch, save_every_steps=config.save_every_steps, keep_checkpoints=config.keep_checkpoints,
            steps_per_epoch=num_per_epoch / per_step, progress=progress, stops=stops, after_step=after_step,
        )  # fmt: skip
        yield recorder, checkpoint


def train(trainer: Trainer, checkpoint: Path | None) -> Fit:
    """Run a Trainer from a checkpoint (or from the start) and leave its model ready for use."""
    trainer.remove_callback(PrinterCallback)
    started_s = time.monotonic()
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    trainer.model.eval()
    return Fit(num_steps=trainer.state.global_step, train_s=round(time.monotonic() - started_s, 3))


def argument_values(config: LoopConfig, run: RunDirectory) -> dict[str, Any]:
    """Return the `TrainingArguments` that a config stands for."""
    is_cpu = resolve_device(config.device).type == "cpu"
    return {
        "output_dir": str(run.path / "checkpoints"),
        "per_device_train_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.gradient_accumulation_steps,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.schedule,
        "warmup_steps": config.warmup_steps,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        "num_train_epochs": 1,
        "train_sampling_strategy": "sequential",
        "bf16": config.mixed_precision == "bf16",
        "fp16": config.mixed_precision == "fp16",
        "use_cpu": is_cpu,
        "seed": config.seed,
        "report_to": list(config.report_to),
        "logging_steps": config.log_every_steps,
        "logging_nan_inf_filter": False,
        "save_strategy": "no",
        "eval_strategy": "no",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "ddp_find_unused_parameters": False,
        "dataloader_pin_memory": not is_cpu,
    } | ({"activation_checkpointing": True} if config.gradient_checkpointing else {})


def training_arguments(config: LoopConfig, run: RunDirectory, *, accumulation_factor: int = 1) -> TrainingArguments:
    """Return the Trainer's arguments: the whole run is one pass over an `ExampleStream`, read in order."""
    values = argument_values(config, run)
    values["gradient_accumulation_steps"] *= accumulation_factor
    return TrainingArguments(**values)


def process_state(config: RunConfig) -> PartialState:
    """Return which process of how many this is, and its device; the first call joins the others.

    Raises:
        BadModelError: cuda is asked for and not there.
    """
    return PartialState(cpu=resolve_device(config.device).type == "cpu", timeout=LONGEST_WAIT)


def device_of(config: RunConfig) -> str:
    """Return the device of this process, such as ``cpu`` or ``cuda:1``."""
    return str(process_state(config).device)


def num_processes(config: RunConfig) -> int:
    """Return how many processes train together."""
    return process_state(config).num_processes


def prepare_resume(run: RunDirectory) -> Path | None:
    """Return the checkpoint to go on from, after the first process removed all that was written past it.

    What a killed run reported after its last checkpoint is reported again, so it is cut from the metrics; half-written
    checkpoints are deleted.
    """
    processes = PartialState()
    if processes.is_main_process:
        for torn in (run.path / "checkpoints").glob("checkpoint-*"):
            shutil.rmtree(torn)
        checkpoint = run.latest_checkpoint()
        cut_after(run.path / "metrics.jsonl", step=step_of(checkpoint))
    processes.wait_for_everyone()
    checkpoint = run.latest_checkpoint()
    processes.wait_for_everyone()
    return checkpoint


def cut_after(path: Path, *, step: int) -> None:
    """Drop the lines of a JSON Lines file whose ``step`` is greater."""
    if path.is_file():
        write_jsonl(path, [form for form in AppendLog(path).read() if form.get("step", 0) <= step])


def step_of(checkpoint: Path | None) -> int:
    """Return the step of a checkpoint folder ``step_N``; 0 for none."""
    return int(checkpoint.name.removeprefix("step_")) if checkpoint else 0


def write_folder(folder: Path, save: Callable[[Path], object]) -> None:
    """Let ``save`` write a folder that takes the place of ``folder`` once it is whole; done by the first process only."""
    processes = PartialState()
    if processes.is_main_process:
        partial = folder.with_name(f".{folder.name}.partial")
        if partial.exists():
            shutil.rmtree(partial)
        save(partial)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(partial, folder)
    processes.wait_for_everyone()


def finish(run: RunDirectory, summary: Mapping[str, Json]) -> dict[str, Json]:
    """Mark the run as done, drop its checkpoints (the model is saved apart), and return the summary."""
    if PartialState().is_main_process:
        run.finish(summary)
        shutil.rmtree(run.path / "checkpoints", ignore_errors=True)
    PartialState().wait_for_everyone()
    return dict(summary)


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep the Trainer's own warnings and bars off the terminal; errors are raised as ever."""
    logging = transformers.utils.logging
    verbosity, has_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logging.set_verbosity(verbosity)
        if has_bars:
            logging.enable_progress_bar()
