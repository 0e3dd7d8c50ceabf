"""Without a file to write, sampling keeps to the same limits as with one."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from symtune.cli import sample as sample_module
from symtune.domain import Problem
from symtune.models import ModelConfig, PresetSizes, load_policy, save_policy, tokenizer_corpus

PROBLEM = Problem(id="add", statement="Add two numbers.", entry_point="add", references=("def add(a, b):\n    return a + b\n",))


def test_programs_are_as_long_as_the_models_folder_says(tmp_path, monkeypatch):
    sizes = PresetSizes(num_layers=1, hidden_size=16, num_heads=2, feed_forward_size=16, vocabulary_size=300)
    config = ModelConfig(model="tiny-t5", sizes=sizes, max_source_tokens=40, max_target_tokens=21)
    folder = save_policy(load_policy(config, corpus=tokenizer_corpus([PROBLEM]), device="cpu"), tmp_path / "model")
    asked: list[int] = []
    monkeypatch.setattr(sample_module, "sample_programs", lambda *_, max_new_tokens, **__: asked.append(max_new_tokens) or [])
    sample_module.sample([PROBLEM], model=str(folder), device="cpu")
    assert asked == [21]
