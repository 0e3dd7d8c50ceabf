"""Problem, Case, Suite, Program: what is to be solved, how it is tested, and what is to be judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from symtune.domain.record import Record, content_digest
from symtune.domain.values import Json, decode_value, encode_value

Split = Literal["examples", "tests", "all"]
"""Which cases of a problem: the public ones, the private ones, or both in this order."""


class Case(Record):
    """One input, its expected value, and how the two are compared.

    A function case has ``args`` and ``kwargs``; a stdin case has ``stdin`` and a text ``expected``. Build one from Python
    values with `Case.call` or `Case.text`; `Case.from_json` reads the tagged JSON form.
    """

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    stdin: str | None = None
    expected: Any = None
    comparator: str = "exact"
    origin: str = "given"

    @classmethod
    def call(
        cls,
        *args: Any,
        kwargs: dict[str, Any] | None = None,
        expected: Any,
        comparator: str = "exact",
        origin: str = "given",
    ) -> Self:
        """Return a case that calls the entry point with these Python values."""
        return cls(args=args, kwargs=kwargs or {}, expected=expected, comparator=comparator, origin=origin)

    @classmethod
    def text(
        cls, stdin: str, *, expected: str, comparator: str = "whitespace_tokens", origin: str = "given"
    ) -> Self:
        """Return a case that feeds ``stdin`` to a program and expects this text on stdout."""
        return cls(stdin=stdin, expected=expected, comparator=comparator, origin=origin)

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form with tagged values."""
        given: dict[str, Json] = (
            {"stdin": self.stdin}
            if self.stdin is not None
            else {
                "args": [encode_value(item) for item in self.args],
                "kwargs": {key: encode_value(item) for key, item in self.kwargs.items()},
            }
        )
        return given | {
            "expected": encode_value(self.expected),
            "comparator": self.comparator,
            "origin": self.origin,
        }

    @classmethod
    def from_json(cls, form: Json) -> Self:
        """Read the tagged JSON form."""
        if isinstance(form, dict):
            form = dict(form)
            if isinstance(form.get("args"), list):
                form["args"] = tuple(decode_value(item) for item in form["args"])
            if isinstance(form.get("kwargs"), dict):
                form["kwargs"] = {key: decode_value(item) for key, item in form["kwargs"].items()}
            if "expected" in form:
                form["expected"] = decode_value(form["expected"])
        return super().from_json(form)

    def input_digest(self) -> str:
        """Return a digest of the input alone, for finding duplicates."""
        form = self.to_json()
        return content_digest({key: form.get(key) for key in ("args", "kwargs", "stdin")})


def _case(raw: Any) -> Any:
    return Case.from_json(raw) if isinstance(raw, dict) else raw


Cases = Annotated[
    tuple[Annotated[Case, BeforeValidator(_case)], ...],
    PlainSerializer(lambda cases: [case.to_json() for case in cases]),
]


class Suite(Record):
    """Ordered cases that a program must pass, all of them."""

    cases: Cases = ()

    def __len__(self) -> int:
        return len(self.cases)

    def digest(self) -> str:
        """Return the content digest of the cases, in order."""
        return content_digest([case.to_json() for case in self.cases])


class Survivors(Record):
    """What became of the wrong, or suspected, programs that a suite was held against.

    Fates: ``killed`` by the suite as it was; ``hardened``: by a case that was found for it; ``equal``: no input within stated
    bounds tells it from the reference; ``undecided``: none of these.

    Attributes:
        mutants: mutants of the references, counted by fate.
        programs: programs, counted by fate.
        by_program: fate of each program that the suite as it was did not kill, by its id.
    """

    mutants: dict[str, int] = {}
    programs: dict[str, int] = {}
    by_program: dict[str, str] = {}


class SuiteRecord(Record):
    """How a strengthened suite came to be.

    Attributes:
        seed: seed of every random choice.
        contract: what the inputs were held to, readable and editable; None when nothing was learnt.
        seconds_by_explorer: CPU seconds spent, by explorer name, and on ``references``, ``coverage`` and ``rivals``.
        num_by_origin: kept cases, by origin.
        dropped: inputs that were not kept, by reason.
        rivals: mutants and suspects that the suite was grown against: how many ended ``killed``, ``equal_within_bounds``, ``undecided``.
        skipped: why the problem got no new cases at all, or None.
        survivors: what became of programs that the suite did not kill, once it was hardened; left out of the JSON form before.
    """

    seed: int = 0
    contract: dict[str, Any] | None = None
    seconds_by_explorer: dict[str, float] = {}
    num_by_origin: dict[str, int] = {}
    dropped: dict[str, int] = {}
    rivals: dict[str, int] = {}
    skipped: str | None = None
    survivors: Survivors | None = None

    @model_serializer(mode="wrap")
    def _leave_out_what_is_absent(self, to_form: SerializerFunctionWrapHandler) -> dict[str, Any]:
        form: dict[str, Any] = to_form(self)
        return {key: value for key, value in form.items() if value is not None or key != "survivors"}


class ProblemLimits(Record):
    """What else a program of a problem may use, beside its time and memory; None leaves the judge's default.

    Attributes:
        wall_time_s: wall seconds of one case; it ends only what sleeps.
        num_processes: processes and threads at a time.
        output_bytes: output of one program, and any file it writes.
        num_files: open files of one process.
    """

    wall_time_s: Annotated[float, Field(gt=0)] | None = None
    num_processes: Annotated[int, Field(gt=0)] | None = None
    output_bytes: Annotated[int, Field(gt=0)] | None = None
    num_files: Annotated[int, Field(gt=0)] | None = None


class Problem(Record):
    """A programming problem with its cases and references.

    Attributes:
        entry_point: ``"name"``, ``"Solution.name"``, or None for a program that reads stdin and writes stdout.
        examples: public cases: shown to the model, used for feedback.
        tests: private cases: used for reward and score.
        references: sources trusted as right.
        time_limit_s: CPU seconds for one case; None when the data set gives none.
        memory_limit_bytes: address space of one program; None when the data set gives none.
        source: the data set it came from.
        meta: what else the data set says, as JSON.
        suite: how ``tests`` were grown, once they were.
        checker: trusted Python source that defines ``check(input, got, expected) -> bool`` and decides every case in place of
            the comparators, where several answers are right; None where comparators do.
        limits: further limits of its programs; None where the judge's defaults do.

    The JSON form leaves ``checker`` and ``limits`` out where they are None.
    """

    id: Annotated[str, Field(min_length=1)]
    statement: str
    entry_point: str | None = None
    starter_code: str = ""
    difficulty: str | None = None
    examples: Cases = ()
    tests: Cases = ()
    references: tuple[str, ...] = ()
    time_limit_s: float | None = None
    memory_limit_bytes: int | None = None
    source: str = ""
    meta: dict[str, Any] = {}
    suite: SuiteRecord | None = None
    checker: str | None = None
    limits: ProblemLimits | None = None

    @model_serializer(mode="wrap")
    def _leave_out_what_is_absent(self, to_form: SerializerFunctionWrapHandler) -> dict[str, Any]:
        form: dict[str, Any] = to_form(self)
        return {key: value for key, value in form.items() if value is not None or key not in ("checker", "limits")}

    @model_validator(mode="after")
    def _inputs_fit_entry_point(self) -> Self:
        for name, cases in (("examples", self.examples), ("tests", self.tests)):
            for index, case in enumerate(cases):
                if (case.stdin is not None) != self.is_stdin:
                    wanted = "'stdin'" if self.is_stdin else "'args'"
                    raise ValueError(f"{name}.{index} must have {wanted}: entry_point is {self.entry_point!r}")
        return self

    @property
    def is_stdin(self) -> bool:
        """Whether programs read stdin and write stdout."""
        return self.entry_point is None

    def cases(self, split: Split = "tests") -> Suite:
        """Return the suite of one split; ``all`` is the examples followed by the tests."""
        chosen = {"examples": self.examples, "tests": self.tests, "all": self.examples + self.tests}[split]
        return Suite(cases=chosen)


class Program(Record):
    """Source to be judged. ``label`` says what is known of it beforehand, if anything."""

    problem_id: str
    source: str
    id: str | None = None
    label: str | None = None

    @property
    def program_id(self) -> str:
        """The id, or where none was given a digest of problem and source."""
        return self.id or content_digest([self.problem_id, self.source])[:16]
