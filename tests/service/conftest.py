"""One service for all tests of this folder."""

from __future__ import annotations

import pytest
from running_service import RunningService


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """A service without a token."""
    for package in ("starlette", "uvicorn", "prometheus_client"):
        pytest.importorskip(package, reason=f"{package} is not installed (pip install 'symtune[serve]'), so the service is not tested")
    running = RunningService(
        tmp_path_factory.mktemp("service"),
        "--max-request-bytes", "200000", "--max-batch-programs", "40", "--max-waiting-programs", "60",
        "--read-timeout-s", "5", "--max-run-timeout-s", "20",
    )  # fmt: skip
    yield running
    running.stop()
