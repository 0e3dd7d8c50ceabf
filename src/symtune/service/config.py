"""ServiceConfig: where the service listens, who may use it, and how much one request may ask for."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from symtune.errors import BadConfigError, MissingInputError
from symtune.sandbox import Isolation
from symtune.sandbox.limits import MIB

TOKEN_VARIABLE = "SYMTUNE_TOKEN"
"""Environment variable that holds the token where no file is given."""

MIN_TOKEN_CHARS = 16


class ServiceConfig(BaseModel):
    """Settings of the service. Source: ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on. One that is not loopback needs a token.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    token_file: Path | None = Field(
        None, description=f"File whose first line clients must send as a bearer token. None: {TOKEN_VARIABLE}, or no token."
    )
    workers: int = Field(2, ge=1, description="Guests of the judge, and as many for /run_code; each starts when first needed.")
    isolation: Isolation = Field("namespaces", description="namespaces, or by name the weaker rlimits.")
    max_request_bytes: int = Field(64 * MIB, gt=0, description="Longest request body.")
    max_batch_programs: int = Field(1024, gt=0, description="Programs in one request.")
    max_waiting_programs: int = Field(8192, gt=0, description="Programs admitted and not answered, over all requests.")
    read_timeout_s: float = Field(30.0, gt=0, description="Seconds in which a request body must have arrived.")
    max_run_timeout_s: float = Field(60.0, gt=0, description="Longest run_timeout that /run_code takes.")
    max_run_memory_bytes: int = Field(4096 * MIB, gt=0, description="Largest memory_limit_MB that /run_code takes, in bytes.")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def token(self) -> str | None:
        """Return the token clients must send, or None.

        Raises:
            MissingInputError: the file is not there.
            BadConfigError: a token too short to be one, or none though others than this machine can reach the service.
        """
        if self.token_file is None:
            token = os.environ.get(TOKEN_VARIABLE)
        elif self.token_file.is_file():
            token = next(iter(self.token_file.read_text().splitlines()), "").strip()
        else:
            raise MissingInputError(f"{self.token_file}: there is no such token file; make one, for example with: openssl rand -hex 32")
        if token is not None and len(token) < MIN_TOKEN_CHARS:
            raise BadConfigError(f"the token has {len(token)} characters; it needs {MIN_TOKEN_CHARS} or more")
        if token is None and not self.is_loopback:
            raise BadConfigError(
                f"host {self.host!r} can be reached by other machines: give a token with --token-file or {TOKEN_VARIABLE}, "
                "or listen on 127.0.0.1"
            )
        return token
