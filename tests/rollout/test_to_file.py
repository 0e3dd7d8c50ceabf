from __future__ import annotations

import pytest

from symtune.domain import Program
from symtune.errors import RunMismatchError
from symtune.models import save_policy
from symtune.rollout import SampleConfig, sample, sample_to_file
from symtune.store import load_records, save_records

SAMPLING = SampleConfig(num_samples=3, greedy=True, temperature=0.9, batch_size=5, seed=3)


class Killed(Exception):
    pass


class KilledPolicy:
    """Works until its n-th batch."""

    def __init__(self, policy, num_batches):
        self.policy, self.num_left = policy, num_batches

    def generate(self, requests, settings):
        if self.num_left == 0:
            raise Killed
        self.num_left -= 1
        return self.policy.generate(requests, settings)


@pytest.fixture
def unbroken(problems, config, policy, tmp_path):
    out = tmp_path / "unbroken.jsonl"
    assert sample_to_file(problems, model=config, sampling=SAMPLING, out=out, policy=policy) == 24
    return out.read_bytes()


def test_the_file_holds_what_sample_gives(problems, policy, unbroken, tmp_path):
    options = SAMPLING.model_dump() | {"max_new_tokens": 20}
    assert load_records(tmp_path / "unbroken.jsonl", Program) == list(sample(problems, policy, **options))


@pytest.mark.parametrize("num_batches", [0, 1, 3])
def test_a_killed_run_that_is_resumed_writes_the_same_bytes(problems, config, policy, unbroken, tmp_path, num_batches):
    out = tmp_path / "programs.jsonl"
    with pytest.raises(Killed):
        sample_to_file(problems, model=config, sampling=SAMPLING, out=out, policy=KilledPolicy(policy, num_batches))
    assert not out.exists()
    sample_to_file(problems, model=config, sampling=SAMPLING, out=out, policy=policy)
    assert out.read_bytes() == unbroken


@pytest.mark.parametrize("num_bytes_cut", [1, 40, 700])
def test_a_torn_line_is_owed_again(problems, config, policy, unbroken, tmp_path, num_bytes_cut):
    out = tmp_path / "programs.jsonl"
    with pytest.raises(Killed):
        sample_to_file(problems, model=config, sampling=SAMPLING, out=out, policy=KilledPolicy(policy, 3))
    partial = tmp_path / "programs.jsonl.partial"
    partial.write_bytes(partial.read_bytes()[:-num_bytes_cut])
    sample_to_file(problems, model=config, sampling=SAMPLING, out=out, policy=policy)
    assert out.read_bytes() == unbroken


def test_other_settings_problems_or_weights_are_refused(problems, config, policy, tmp_path):
    out, folder = tmp_path / "programs.jsonl", tmp_path / "model"
    save_policy(policy, folder)
    config = config.model_copy(update={"model": str(folder)})

    def run(**changes):
        options = {"problems": problems, "model": config, "sampling": SAMPLING, "out": out, "policy": KilledPolicy(policy, 1)}
        options |= changes
        sample_to_file(options.pop("problems"), **options)

    with pytest.raises(Killed):
        run()
    with pytest.raises(RunMismatchError, match=r"sampling\.seed"):
        run(sampling=SAMPLING.model_copy(update={"seed": 4}))
    with pytest.raises(RunMismatchError, match="prompts"):
        run(problems=problems[:-1])
    with pytest.raises(Killed):
        run()
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes() + b"\0")
    with pytest.raises(RunMismatchError, match="model_files"):
        run()


def test_problems_may_be_a_file_and_the_policy_is_loaded(problems, config, policy, unbroken, tmp_path):
    save_records(tmp_path / "problems.jsonl", problems)
    out = tmp_path / "programs.jsonl"
    sample_to_file(tmp_path / "problems.jsonl", model=config, sampling=SAMPLING, out=out, device="cpu")
    assert out.read_bytes() == unbroken
