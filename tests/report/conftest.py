"""Sample runs and their report, made once per session."""

from __future__ import annotations

from pathlib import Path

import pytest
from report.sample_runs import make_runs

from symtune.report import ReportFiles, write_report


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_runs(tmp_path_factory.mktemp("recipe"), num_problems=12, num_samples=6)


@pytest.fixture(scope="session")
def sample_report(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report([sample_root], out=tmp_path_factory.mktemp("report"), title="A <b>sample</b> & more")
