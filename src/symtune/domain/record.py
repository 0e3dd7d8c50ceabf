"""The base of every domain record: frozen, closed to unknown fields, with a JSON form and a content digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from symtune.domain.values import Json
from symtune.errors import BadRecordError

SCHEMA = 1
"""Number written as ``schema`` into every record of a file; raised when a format changes."""


class Record(BaseModel):
    """A frozen noun of the domain."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form, ready for `json.dumps`."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, form: Json) -> Self:
        """Read the JSON form back; a ``schema`` key is checked and taken off.

        Raises:
            BadRecordError: naming the field at fault, or a schema this version does not read.
        """
        if not isinstance(form, dict):
            raise BadRecordError(f"expected a JSON object for a {cls.__name__}, got {type(form).__name__}")
        schema = form.get("schema", SCHEMA)
        if schema != SCHEMA:
            raise BadRecordError(f"schema {schema!r} is not read by this version, which reads {SCHEMA}", field="schema")
        try:
            return cls.model_validate({key: value for key, value in form.items() if key != "schema"})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise BadRecordError(f"{cls.__name__}: {first['msg']}", field=field or None) from error


def content_digest(form: Any) -> str:
    """Return the SHA-256 (hex) of a JSON form, independent of key order."""
    text = json.dumps(form, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
