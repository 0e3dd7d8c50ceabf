"""Each loss agrees with hand-worked numbers and with its slow twin."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("torch")

_spec = importlib.util.spec_from_file_location("symtune_reference_checks", Path(__file__).with_name("checks.py"))
checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(checks)


@pytest.mark.parametrize("name", checks.CHECKS)
def test_loss_agrees_with_hand_worked_numbers_and_its_twin(name):
    checks.CHECKS[name](importlib.import_module(f"symtune.objectives.{name}"))
