"""``POST /run_code`` in the request and reply format of SandboxFusion, for Python.

Source: ByteDance's SandboxFusion, its documentation (https://bytedance.github.io/SandboxFusion/, "Run Code") and the models of its
server (sandbox/server/sandbox_api.py, sandbox/runners/types.py).
Differs: ``run_timeout`` holds for CPU time, and wall time gets half as much again and two seconds; memory is limited to 1 GiB on top of the
interpreter where no limit is given; file names lead below the working folder only; languages other than python are refused with status
SandboxError; ``compile_timeout`` and ``args`` say nothing for python.
"""

from __future__ import annotations

import base64
import binascii
import enum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from symtune.errors import BadInputError, SandboxError
from symtune.sandbox import MIB, Limits
from symtune.sandbox.scripts import SCRIPT_LIMITS, Script, ScriptResult
from symtune.service.config import ServiceConfig

LANGUAGES = (
    "python", "cpp", "nodejs", "go", "go_test", "java", "php", "csharp", "bash", "typescript", "sql", "rust", "cuda", "lua", "R", "perl",
    "D_ut", "ruby", "scala", "julia", "pytest", "junit", "kotlin_script", "jest", "verilog", "python_gpu", "lean", "swift", "racket",
)  # fmt: skip
"""The languages SandboxFusion knows; only python runs here."""


def _known_language(name: str) -> str:
    if name not in LANGUAGES:
        raise ValueError(f"Input should be one of {', '.join(LANGUAGES)}")
    return name


class RunCodeRequest(BaseModel):
    """What a client sends; unknown fields are ignored, as SandboxFusion ignores them."""

    compile_timeout: float = 10
    run_timeout: float = Field(10, gt=0, allow_inf_nan=False)
    memory_limit_MB: int = -1
    code: str
    stdin: str | None = None
    language: Annotated[str, AfterValidator(_known_language)]
    files: dict[str, str | None] = {}
    fetch_files: list[str] = []
    args: list[str] = []


class RunStatus(enum.Enum):
    """How the whole request went."""

    SUCCESS = "Success"
    FAILED = "Failed"
    SANDBOX_ERROR = "SandboxError"


class CommandRunResult(BaseModel):
    """How one command went."""

    status: Literal["Finished", "Error", "TimeLimitExceeded"]
    execution_time: float | None = None
    return_code: int | None = None
    stdout: str | None = None
    stderr: str | None = None


class RunCodeResponse(BaseModel):
    """What a client gets."""

    status: RunStatus
    message: str = ""
    compile_result: CommandRunResult | None = None
    run_result: CommandRunResult | None = None
    executor_pod_name: str | None = None
    files: dict[str, str] = {}

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return self.model_dump(mode="json")


def read_request(form: Any) -> RunCodeRequest | list[dict[str, Any]]:
    """Read a request, or return what is wrong with it as SandboxFusion's ``detail`` of status 422."""
    try:
        return RunCodeRequest.model_validate(form)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        return [{"type": item["type"], "loc": ["body", *item["loc"]], "msg": item["msg"]} for item in details]


def script_of(request: RunCodeRequest, config: ServiceConfig) -> tuple[Script, Limits]:
    """Return what to run and under which limits.

    Raises:
        BadInputError: a language that is not run here, files that are not base64, limits above those of the service.
    """
    if request.language != "python":
        raise BadInputError(f"language {request.language!r} is not run here; only python is")
    if request.run_timeout > config.max_run_timeout_s:
        raise BadInputError(f"run_timeout {request.run_timeout:g} is above the {config.max_run_timeout_s:g} s that this service allows")
    memory_bytes = request.memory_limit_MB * MIB if request.memory_limit_MB > 0 else SCRIPT_LIMITS.memory_bytes
    if memory_bytes > config.max_run_memory_bytes:
        allowed = config.max_run_memory_bytes // MIB
        raise BadInputError(f"memory_limit_MB {request.memory_limit_MB} is above the {allowed} MB that this service allows")
    try:
        files = {name: base64.b64decode(content) for name, content in request.files.items() if content is not None}
    except (binascii.Error, ValueError) as error:
        raise BadInputError(f"files: a content is not base64: {error}") from error
    script = Script(source=request.code, stdin=request.stdin or "", files=files, fetch=tuple(request.fetch_files))
    limits = SCRIPT_LIMITS.model_copy(
        update={"cpu_time_s": request.run_timeout, "wall_time_s": 1.5 * request.run_timeout + 2, "memory_bytes": memory_bytes}
    )
    return script, limits


def response_of(result: ScriptResult) -> RunCodeResponse:
    """Return the reply for a script that ran."""
    is_timeout = result.ended == "timeout"
    run_result = CommandRunResult(
        status="TimeLimitExceeded" if is_timeout else "Finished",
        execution_time=result.wall_s,
        return_code=result.exit_code,
        stdout=result.stdout,
        stderr=result.stderr,
    )
    files = {name: base64.b64encode(content).decode("ascii") for name, content in result.files.items()}
    status = RunStatus.SUCCESS if result.exit_code == 0 else RunStatus.FAILED
    return RunCodeResponse(status=status, run_result=run_result, files=files)


def response_of_error(error: BadInputError | SandboxError) -> RunCodeResponse:
    """Return the reply where nothing ran: the sandbox's fault or a request it does not take."""
    return RunCodeResponse(status=RunStatus.SANDBOX_ERROR, message=str(error))
