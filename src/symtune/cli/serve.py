"""`symtune serve`: the judge over HTTP."""

from __future__ import annotations

from typing import Annotated

import tyro

from symtune.cli.arguments import ProblemsArg, load_problems
from symtune.errors import MissingExtraError
from symtune.service.config import ServiceConfig


def serve(
    problems: tyro.conf.Positional[ProblemsArg | None] = None,
    *,
    config: Annotated[ServiceConfig, tyro.conf.arg(name="")] = ServiceConfig(),  # noqa: B008 (frozen)
) -> None:
    """Offer the judge over HTTP: POST /judge, POST /run_code (SandboxFusion's format), GET /healthz, GET /metrics.

    Args:
        problems: problems.jsonl, whose problems requests may name by their id.
        config: settings of the service.

    Raises:
        MissingExtraError: Starlette, uvicorn or prometheus_client is not installed.
    """
    try:
        from symtune.service.server import serve as serve_judge
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("symtune"):
            raise
        raise MissingExtraError(error.name, extra="serve") from error
    serve_judge([] if problems is None else load_problems(problems), config=config)


def summarise_service(result: None) -> list[str]:
    """Return the lines the command line prints at the end."""
    return ["stopped"]
