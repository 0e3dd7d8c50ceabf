"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-data", action="store_true", help="tests/rollout: take the real data sets whole, not samples (minutes)")


@pytest.fixture(scope="session")
def is_whole(request: pytest.FixtureRequest) -> bool:
    """Whether real data sets are taken whole."""
    return bool(request.config.getoption("--whole-data"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real problems and programs; tests that need it skip where it is missing."""
    folder = Path(os.environ.get("SYMTUNE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data folder {folder} is missing (set SYMTUNE_DATA to point to it)")
    return folder


@pytest.fixture(scope="session")
def factors() -> str:
    """A reference whose mutants a solver seldom decides: the prime factors of n, by divisors up to its square root."""
    return """def f(n):
    found, i = [], 2
    while i <= int(n ** 0.5 + 1):
        if n % i == 0:
            found.append(i)
            n //= i
        else:
            i += 1
    return found + [n] if n > 1 else found
"""
