"""What the names of a statement mean among the parameters: names, aliases, nouns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from symtune.suites.contracts.comparisons import Comparison
from symtune.suites.contracts.contract import SEQUENCES, Domain, Region
from symtune.suites.contracts.expressions import Expression, Operation, Ref, refs_of
from symtune.suites.contracts.notation import Number
from symtune.suites.contracts.phrases import Constraint
from symtune.suites.contracts.ranks import index_of

_SEVERAL = re.compile(r"\b(each|both|all|every|two|three|lists|arrays|strings|texts|words|tuples|sequences|matrices|numbers|integers)\b", re.IGNORECASE)
EVERY = "*"
"""Stands in the meaning of a name for the index that the statement gives it: ``l_i`` is ``rows[i][0]``."""

ROW = "i"
"""The index of a row where a statement names its column without one: "each line has two integers x and y (x < y)"."""

MAX_DEPTH = 8
"""Aliases of aliases are followed this far."""


class UnknownNameError(Exception):
    """A name or noun that means no argument, or more than one; the message is the reason that is counted."""


class Names:
    """The parameters of a region, and what else the statement's names stand for."""

    def __init__(
        self, region: Region, definitions: dict[str, Ref], constraints: Sequence[Constraint], meanings: Mapping[str, Expression]
    ) -> None:
        self._domains = region.domains()
        self._lower = {name.lower(): name for name in self._domains}
        self._aliases: dict[str, Expression] = {
            name: ref for name, ref in definitions.items() if name not in self._domains and ref.name in self._domains
        }
        self._aliases |= {name: meaning for name, meaning in meanings.items() if name not in self._domains}
        for one in constraints:
            if one.comparison is not None and one.kind == "compare" and one.comparison.sign == "==":
                self._alias(one.comparison.left, one.comparison.right)
                self._alias(one.comparison.right, one.comparison.left)

    def _alias(self, left: Expression, right: Expression) -> None:
        """Take ``n == len(nums)``, or ``n - 1 == len(edges)``, as the meaning of an unknown ``n``."""
        if isinstance(left, Operation) and left.sign in ("+", "-") and len(left.parts) == 2 and isinstance(left.parts[1], Number):
            inverse = "-" if left.sign == "+" else "+"
            right = Operation(inverse, (right, left.parts[1]))
            left = left.parts[0]
        if not isinstance(left, Ref) or left.path or left.measure != "value" or self._find(left.name) or left.name in self._aliases:
            return
        if left.name.startswith("@") or any(not self._find(ref.name) and ref.name not in self._aliases for ref in refs_of(right)):
            return
        if not any(ref.name == left.name for ref in refs_of(right)):
            self._aliases[left.name] = _first(right)

    def _find(self, name: str) -> str | None:
        return name if name in self._domains else self._lower.get(name.lower())

    def _item(self, ref: Ref) -> Ref | None:
        """Return ``a_i`` for an unknown ``ai`` whose letter is a list, or the column of one."""
        letter = ref.name[0]
        is_index = re.fullmatch(r"[A-Za-z][ij]", ref.name) is not None and not ref.path
        is_list = letter in self._domains and self._domains[letter].kind in SEQUENCES
        alias = self._aliases.get(letter)
        is_column = isinstance(alias, Ref) and alias.path[:1] == (EVERY,)
        return replace(ref, name=letter, path=(ref.name[1],)) if is_index and (is_list or is_column) else None

    def comparisons(self, comparison: Comparison, text: str) -> list[Comparison]:
        """Return a comparison over parameters; more than one where a noun means several.

        Raises:
            UnknownNameError: a name means nothing here.
        """
        nouns = {ref for ref in [*refs_of(comparison.left), *refs_of(comparison.right)] if ref.name.startswith("@")}
        if not nouns:
            return [replace(comparison, left=self._expand(comparison.left, 0), right=self._expand(comparison.right, 0))]
        noun = next(iter(nouns))
        found = []
        for ref in self.refs(noun, text):
            put = _swap(comparison.left, noun, ref), _swap(comparison.right, noun, ref)
            found.append(replace(comparison, left=self._expand(put[0], 0), right=self._expand(put[1], 0)))
        return found

    def refs(self, ref: Ref, text: str) -> list[Ref]:
        """Return the parameters, or items of parameters, that a name or noun means.

        Raises:
            UnknownNameError: none, or several where one is spoken of.
        """
        if not ref.name.startswith("@"):
            expanded = self._expand(ref, 0)
            if not isinstance(expanded, Ref):
                raise UnknownNameError("not_a_parameter")
            return [expanded]
        found = self._noun(ref.name)
        if not found:
            raise UnknownNameError("no_such_argument")
        if len(found) > 1 and not _SEVERAL.search(text):
            raise UnknownNameError("ambiguous")
        return [replace(one, path=(*one.path, *ref.path), measure=ref.measure) for one in found]

    def _noun(self, noun: str) -> list[Ref]:
        by_kind: dict[str, list[Ref]] = {"@list": [], "@text": [], "@number": [], "@item": []}
        inner: list[Ref] = []
        for name, domain in self._domains.items():
            kinds = {one.kind for one in (domain.items if domain.kind == "choice" else (domain,))} - {"none"}
            if kinds <= {*SEQUENCES, "dict"}:
                by_kind["@list"].append(Ref(name))
                by_kind["@item"].append(Ref(name, ("i",)))
                if domain.items and domain.items[0].kind == "text":
                    inner.append(Ref(name, ("i",)))
            elif kinds == {"text"}:
                by_kind["@text"].append(Ref(name))
            elif kinds <= {"int", "float"}:
                by_kind["@number"].append(Ref(name))
        return by_kind[noun] or (inner if noun == "@text" else [])

    def _expand(self, expression: Expression, depth: int) -> Expression:
        if isinstance(expression, Operation):
            return replace(expression, parts=tuple(self._expand(part, depth) for part in expression.parts))
        if not isinstance(expression, Ref):
            return expression
        if expression.name in ("Node", "node") and self._find(expression.name) is None:
            lists = self._noun("@item")
            if not lists:
                raise UnknownNameError("no_such_argument")
            return replace(lists[0], path=(*lists[0].path, *expression.path), measure=expression.measure)
        if expression.name in self._domains:
            return expression
        alias = self._aliases.get(expression.name)
        if alias is None or depth > MAX_DEPTH:
            known = self._find(expression.name)
            if known is None and (item := self._item(expression)) is not None:
                return self._expand(item, depth + 1)
            if known is None and (index := index_of(expression)) is not None:
                return index
            if known is None:
                raise UnknownNameError("not_a_parameter")
            return replace(expression, name=known)
        if isinstance(alias, Ref) and alias.path[:1] == (EVERY,):
            if len(expression.path) > 1:
                raise UnknownNameError("not_a_parameter")
            return replace(alias, path=(*(expression.path or (ROW,)), *alias.path[1:]), measure=expression.measure)
        if not expression.path and expression.measure == "value":
            return self._expand(alias, depth + 1)
        if not isinstance(alias, Ref) or alias.measure != "value":
            raise UnknownNameError("not_a_parameter")
        return self._expand(replace(alias, path=(*alias.path, *expression.path), measure=expression.measure), depth + 1)

    def domain_at(self, ref: Ref) -> Domain | None:
        """Return the domain of a quantity, or None where the contract has none for it (one item of a list)."""
        domain: Domain | None = self._domains.get(ref.name)
        for step in ref.path:
            domain = _inside(domain, step) if domain is not None else None
        return domain

    def measure(self, ref: Ref) -> str:
        """Return what bars around a quantity mean: ``len`` or ``abs``."""
        domain = self.domain_at(ref)
        return "abs" if domain is not None and domain.kind in ("int", "float", "choice") else "len"


def _inside(domain: Domain, step: int | str) -> Domain | None:
    if domain.kind in SEQUENCES:
        return domain.items[0]
    if domain.kind == "record":
        shared = set(domain.items)
        return domain.items[step] if isinstance(step, int) and step < len(domain.items) else domain.items[0] if len(shared) == 1 else None
    return domain if domain.kind == "text" else None


def _first(expression: Expression) -> Expression:
    """Return an expression with the first item in place of every item: ``n == grid[i].length`` makes ``n`` the length of ``grid[0]``."""
    if isinstance(expression, Operation):
        return replace(expression, parts=tuple(map(_first, expression.parts)))
    return replace(expression, path=tuple(0 if isinstance(step, str) else step for step in expression.path)) if isinstance(expression, Ref) else expression


def _swap(expression: Expression, noun: Ref, ref: Ref) -> Expression:
    if expression == noun:
        return ref
    if isinstance(expression, Operation):
        return replace(expression, parts=tuple(_swap(part, noun, ref) for part in expression.parts))
    return expression
