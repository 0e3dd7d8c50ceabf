"""Contract: which inputs a problem promises, and how far inside that promise explorers reach.

A contract brackets the truth from both sides. Its own domains and relations are the *promise*: only what the statement, the reference or a
person says, and what examples can show (types, mostly), so that no valid input breaks it. Its ``reach`` is a region inside
the promise: the inputs that look like the examples, so that what explorers propose is valid even where nothing was said. Inputs of
any source are checked against the promise; explorers and the solver stay inside the reach.

Both are written to the suite record as JSON, can be edited there by hand, and are read back with `Contract.from_json`.
"""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from symtune.domain import Json, Record
from symtune.errors import BadInputError, BadRecordError
from symtune.suites.contracts.domains import (
    BUILDERS,
    EMPTY,
    PARITIES,
    SEQUENCES,
    UNLIMITED,
    Domain,
    Kind,
    Order,
    follows,
    has_repeat,
    is_rising,
    value_text,
)
from symtune.suites.contracts.formula import names_of
from symtune.suites.contracts.relations import RELATIONS, Relation

__all__ = [
    "BUILDERS", "EMPTY", "PARITIES", "RELATIONS", "SEQUENCES", "UNLIMITED", "Contract", "Domain", "Evidence", "Kind", "Order", "Region",
    "Relation", "Unkept", "follows", "has_repeat", "is_rising", "value_text",
]  # fmt: skip


class Region(Record):
    """A set of inputs.

    Attributes:
        names: the parameters of the positional arguments; ``a0``, ``a1``, ... where they are not known.
        args: one domain per positional argument.
        kwargs: one domain per keyword argument.
        relations: promises between arguments; looked at when no keyword argument is missing.
        is_shown: arguments of kind ``fixed`` come together, as they stand in one of the examples.
    """

    names: tuple[str, ...] = ()
    args: tuple[Domain, ...] = ()
    kwargs: dict[str, Domain] = {}
    relations: tuple[Relation, ...] = ()
    is_shown: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form; what is not set is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def domains(self) -> dict[str, Domain]:
        """Return the domains by parameter name, positional ones first."""
        return dict(zip(self.parameters(), [*self.args, *self.kwargs.values()], strict=True))

    def parameters(self) -> tuple[str, ...]:
        """Return the names of all arguments, in order."""
        names = self.names if len(self.names) == len(self.args) else tuple(f"a{index}" for index in range(len(self.args)))
        return (*names, *self.kwargs)

    def fault(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        """Return the first promise this input breaks, in a word, or None when it keeps them all."""
        if len(args) != len(self.args) or not set(kwargs) <= set(self.kwargs):
            return "arguments"
        for domain, value in [*zip(self.args, args, strict=True), *((self.kwargs[key], kwargs[key]) for key in kwargs)]:
            try:
                fault = domain.fault(value)
            except RecursionError:
                fault = "too_deep"
            if fault:
                return fault
        if set(kwargs) != set(self.kwargs):
            return None
        values = dict(zip(self.parameters(), [*args, *(kwargs[key] for key in self.kwargs)], strict=True))
        return next((one.kind for one in self.relations if not one.holds(values)), None)


class Evidence(Record):
    """Where one promise comes from.

    Attributes:
        promise: what is promised, in a few words.
        source: ``statement`` (its words), ``signature`` (annotations), ``examples``, ``reference`` (what it guards), or ``hand``.
        text: the words or values it was read from.
    """

    promise: str
    source: Literal["statement", "signature", "examples", "reference", "hand"]
    text: str = ""


class Unkept(Record):
    """A constraint that was found and not kept.

    Attributes:
        reason: why, in a word; counts go by it.
        text: the words it was read from.
    """

    reason: str
    text: str = ""


class Contract(Region):
    """What the inputs of one problem are held to.

    Attributes:
        reach: the region explorers stay in.
        evidence: where each promise comes from.
        unkept: constraints that were dropped or not understood, and what could not be inferred, with their reasons.
        types: the types that were inferred for the solver, by parameter; for the reader only.
    """

    reach: Region = Region()
    evidence: tuple[Evidence, ...] = ()
    unkept: tuple[Unkept, ...] = ()
    types: dict[str, str] = {}

    @classmethod
    def from_json(cls, form: Json) -> Self:
        """Read the JSON form back, edited by hand or not.

        Raises:
            BadRecordError: naming the field at fault: an unknown one, a bound above its opposite, a collection without items, a
                relation between arguments that are not there.
        """
        contract = super().from_json(form)
        for where, region in (("", contract), ("reach.", contract.reach)):
            _check(region, where)
        if contract.reach.args and len(contract.reach.args) != len(contract.args):
            raise BadRecordError("the reach has another number of arguments than the contract", field="reach.args")
        return contract


_NUM_ITEMS = {"dict": 2, "list": 1, "tuple": 1, "set": 1, "frozenset": 1}


def _check(region: Region, where: str) -> None:
    for index, domain in enumerate(region.args):
        _check_domain(domain, f"{where}args.{index}")
    for key, domain in region.kwargs.items():
        _check_domain(domain, f"{where}kwargs.{key}")
    if region.names and len(region.names) != len(region.args):
        raise BadRecordError(f"{len(region.names)} names for {len(region.args)} arguments", field=f"{where}names")
    parameters = region.parameters()
    for index, relation in enumerate(region.relations):
        field = f"{where}relations.{index}"
        if relation.kind == "formula":
            if unknown := sorted(names_of(relation.text) - set(parameters)):
                raise BadRecordError(f"no parameter is called {unknown[0]!r}; known: {', '.join(parameters)}", field=f"{field}.text")
        elif not (0 <= relation.left < len(parameters) and 0 <= relation.right < len(parameters)):
            raise BadRecordError(f"there are {len(parameters)} arguments, counted from 0", field=field)


def _check_domain(domain: Domain, field: str) -> None:
    if domain.low is not None and domain.high is not None and domain.low > domain.high:
        raise BadRecordError(f"low {domain.low} is above high {domain.high}", field=f"{field}.low")
    if not 0 <= domain.min_size <= domain.max_size:
        raise BadRecordError(f"min_size {domain.min_size} and max_size {domain.max_size} leave no size", field=f"{field}.min_size")
    wanted = _NUM_ITEMS.get(domain.kind)
    if wanted is not None and len(domain.items) != wanted:
        raise BadRecordError(f"a {domain.kind} has {wanted} item domains, not {len(domain.items)}", field=f"{field}.items")
    if domain.kind == "choice" and not domain.items:
        raise BadRecordError("a choice needs at least one option", field=f"{field}.items")
    if domain.kind == "fixed" and not domain.values:
        raise BadRecordError("a fixed domain needs at least one value", field=f"{field}.values")
    if domain.kind == "fields" and len(domain.keys) != len(domain.items):
        raise BadRecordError(f"{len(domain.keys)} keys for {len(domain.items)} domains", field=f"{field}.keys")
    try:
        re.compile(domain.pattern)
    except re.error as error:
        raise BadRecordError(f"{domain.pattern!r} is no regular expression: {error}", field=f"{field}.pattern") from error
    if not 0 <= domain.remainder < domain.divisor:
        raise BadRecordError(f"a division by {domain.divisor} never leaves {domain.remainder}", field=f"{field}.remainder")
    if unknown := [name for name in domain.needs if name not in PARITIES]:
        raise BadRecordError(f"unknown kind of item {unknown[0]!r}; known: {', '.join(PARITIES)}", field=f"{field}.needs")
    for index, item in enumerate(domain.items):
        _check_domain(item, f"{field}.items.{index}")


def contract_of(form: Json) -> Contract:
    """Return a contract kept with a suite.

    Raises:
        BadInputError: it was edited into something that is none; the message names the field.
    """
    try:
        return Contract.from_json(form)
    except BadRecordError as error:
        raise BadInputError(f"the contract of the suite cannot be used: {error}") from error
