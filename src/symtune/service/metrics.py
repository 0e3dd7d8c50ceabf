"""What the service counts, in Prometheus's text format.

Source: ours, on prometheus_client.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from symtune.domain import Judgement, Unjudged

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counters of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter("symtune_requests", "Requests answered.", ["path", "status"], registry=self._registry)
        self.seconds = Histogram("symtune_request_seconds", "Time to answer.", ["path"], registry=self._registry, buckets=_SECONDS)
        self.left = Counter("symtune_requests_left", "Requests whose client went away.", ["path"], registry=self._registry)
        self.programs = Counter("symtune_programs", "Programs judged, by outcome.", ["outcome"], registry=self._registry)
        self.runs = Counter("symtune_runs", "Programs run for /run_code, by status.", ["status"], registry=self._registry)
        self.waiting = Gauge("symtune_programs_waiting", "Programs admitted and not answered.", registry=self._registry)

    def count(self, verdict: Judgement | Unjudged) -> None:
        """Count a verdict."""
        outcome = f"unjudged_by_{verdict.fault}" if isinstance(verdict, Unjudged) else verdict.outcome.value
        self.programs.labels(outcome).inc()

    def text(self) -> tuple[bytes, str]:
        """Return the page and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
