"""The nouns: frozen records and their JSON form. They know nothing of disks, processes or torch."""

from symtune.domain.episode import EndReason, Episode, StopReason, Turn
from symtune.domain.problem import Case, Problem, ProblemLimits, Program, Split, Suite, SuiteRecord, Survivors
from symtune.domain.record import SCHEMA, Record, content_digest
from symtune.domain.run import Run, RunStatus
from symtune.domain.values import Json, decode_value, encode_value, has_many_same_hashes
from symtune.domain.verdict import Cause, FirstFailure, Judgement, Outcome, Unjudged

__all__ = [
    "SCHEMA", "Case", "Cause", "EndReason", "Episode", "FirstFailure", "Json", "Judgement", "Outcome", "Problem",
    "ProblemLimits", "Program", "Record", "Run", "RunStatus", "Split", "StopReason", "Suite", "SuiteRecord", "Survivors", "Turn", "Unjudged", "content_digest",
    "decode_value", "encode_value", "has_many_same_hashes",
]  # fmt: skip
