"""Sampling into a file that a killed run takes up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from symtune.domain import Json, Problem, content_digest
from symtune.models import ModelConfig, Policy, build_prompt, tokenizer_corpus, with_saved_limits
from symtune.rollout.config import SampleConfig
from symtune.rollout.single_turn import sample
from symtune.store import ResumableFile, file_digest, load_records


def sample_to_file(
    problems: Sequence[Problem] | Path | str,
    *,
    model: ModelConfig,
    out: Path | str,
    sampling: SampleConfig | None = None,
    policy: Policy | None = None,
    device: str = "auto",
) -> int:
    """Draw programs into a JSON Lines file and return how many there are.

    Programs that an unfinished run left in ``out.partial`` are kept, those that are missing are drawn, and the file is the
    one an unbroken run writes.

    Args:
        problems: records, or the file that holds them.
        model: the policy; a preset is built anew and knows nothing (its tokenizer is trained on these problems).
        out: the file to write.
        sampling: how many and how; None: the defaults.
        policy: an already loaded policy for ``model``; None: it is loaded.
        device: ``auto``, ``cpu``, ``cuda``, ...

    Raises:
        MissingInputError, BadRecordError: the problems cannot be read.
        BadModelError: the model does not load.
        RunMismatchError: ``out.partial`` was made with another model, other problems or other settings.
    """
    sampling = sampling or SampleConfig()
    model = with_saved_limits(model)
    records = load_records(problems, Problem) if isinstance(problems, Path | str) else list(problems)
    with ResumableFile(out, settings=_settings(records, model, sampling)) as file:
        if policy is None:
            from symtune.models import load_policy

            policy = load_policy(model, corpus=tokenizer_corpus(records), device=device)
        options = sampling.model_dump(exclude={"max_new_tokens"})
        max_new_tokens = sampling.max_new_tokens or model.max_target_tokens
        done = {form["id"] for form in file.done}
        for program in sample(records, policy, **options, max_new_tokens=max_new_tokens, skip=done):
            file.append(program)
        return file.finish()


def _settings(problems: Sequence[Problem], model: ModelConfig, sampling: SampleConfig) -> dict[str, Json]:
    return {
        "sampling": sampling.model_dump(mode="json"),
        "model": model.model_dump(mode="json"),
        "model_files": folder_digest(model.model),
        "prompts": content_digest([[problem.id, build_prompt(problem)] for problem in problems]),
    }


def folder_digest(name: str) -> str | None:
    """Return the digest of a model folder's files; None for a hub id or preset."""
    folder = Path(name).expanduser()
    return file_digest(folder) if folder.is_dir() else None
