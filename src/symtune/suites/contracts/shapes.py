"""What the words of a statement promise of rows as a whole: a tree, a connected graph, no pair twice, no row twice, a convex polygon. Source: ours.

A promise is put on the first argument that could hold edges (rows that start with two whole numbers), or rows, and keeps it in every example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symtune.domain import Case
from symtune.suites.contracts.contract import Evidence, Region
from symtune.suites.contracts.expressions import Expression, Operation, Ref
from symtune.suites.contracts.notation import Number, plain, spread
from symtune.suites.contracts.ranks import is_ranked
from symtune.suites.contracts.relations import Relation
from symtune.suites.contracts.resolve import EVERY

_IS_TREE = re.compile(
    r"\b(?:forms?|defines?|specif(?:y|ies)|describes?|represents?|(?<!tree )(?:is|are|be)(?:\s+really)?)\s+(?:an?\s+|the\s+)?(?:\w+\s+){0,2}tree\b"
    r"|\bedges?\s+of\s+(?:(?:the|a|your|our|this)\s+)?(?:\w+\s+)?tree\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(r"\b(?:guarant\w+|assume[ds]?|given|constraint|consists? of|there (?:is|are)|has no|have no)\b", re.IGNORECASE)
_CONNECTED = re.compile(
    r"(?<!not )\bconnected\b(?!\s+(?:by|with|to|via|components?|directly)\b)|\bfrom any\b[^.]{0,60}\bany other\b|\bany\b[^.]{0,40}\bfrom any\b"
    r"|\b(?:path|way|route)\s+between\s+(?:any|every|each)\b|\bfor (?:any|every|each|all)\b[^.]{0,60}\bpossible to (?:get|go|reach|travel)\b",
    re.IGNORECASE,
)
_LOOPLESS = re.compile(r"\b(?:no|not|without|never)\b[^.]{0,60}\bloops?\b|\b(?:no|not|never)\b[^.]{0,60}\b(?:itself|themselves)\b", re.IGNORECASE)
_SIMPLE = re.compile(
    r"\b(?:no|not|without|never)\b[^.]{0,80}\b(?:multiple|multi|parallel|duplicate|repeated)[\s-]*(?:edges?|roads?|streets?|pairs?)\b|\bmulti-?edges?\b"
    r"|\b(?:at most|(?:no|not) more than) one\s+(?:\w+\s+){0,2}(?:edge|road|street)\b|\bno other pairs?\b",
    re.IGNORECASE,
)
_ONCE = re.compile(r"\b(?:each|every|any)\b[^.]{0,40}\b(?:pair|edge|road)\b[^.]{0,60}\bat most once\b", re.IGNORECASE)
_DIRECTED = re.compile(r"\bdirected\b|\bone-?\s?way\b|\bordered pairs?\b|\b(?:uni-?|one-?)direction", re.IGNORECASE)
_CONVEX = re.compile(r"\bconvex\b", re.IGNORECASE)
_THINGS = r"(?:points?|pairs?|stars?|segments?|cells?|vectors?|coordinates|locations|positions|rows|roads?|edges?|people|cities|squares?|rectangles?|triples?)"
_DISTINCT = re.compile(
    rf"\b(?:all|these|the given|given)\s+(?:[\w']+\s+){{0,3}}{_THINGS}\s*(?:\([^()]*\)\s*)?(?:are|have)\s+(?:pairwise\s+)?(?:distinct|different|unique)\b"
    rf"|\bno\s+(?:two|pair of)\s+(?:given\s+)?{_THINGS}\s+(?:coincide|are the same|are equal|(?:have|lie|share|are)\b[^.,]{{0,30}}\bsame (?:point|coordinates|position|location|place))",
    re.IGNORECASE,
)


def shape_relations(
    statement: str, region: Region, *, cases: Sequence[Case], meanings: Mapping[str, Expression]
) -> Iterator[tuple[Relation, Evidence]]:
    """Yield what the words promise of edges and the examples keep, each with every sentence it was read from.

    Args:
        region: the arguments.
        cases: the examples, all positional.
        meanings: what counts of the statement stand for; one of them, or an argument, may be the number of vertices.
    """
    names = region.parameters()
    columns = {name: [case.args[place] for case in cases] for place, name in enumerate(names[: len(region.args)])}
    lists = [name for name, values in columns.items() if _holds_edges(values)]
    rows = [name for name, values in columns.items() if _holds_rows(values)]
    vertices = _vertices([name for name, values in columns.items() if all(type(value) is int for value in values)], meanings)
    trees = [one for one in lists if f"len({one}) + 1" in map(_vertices_text, meanings.values())]
    trees += [one for one in lists if one not in trees and any(text.startswith("len(") and _is_kept(f"{text} == len({one}) + 1", names, cases) for text in vertices)]
    parents = [one.text for one in region.relations if one.kind == "formula" and is_ranked(one.text)]
    parents += [f"is_rooted({name})" for name, values in columns.items() if _holds_parents(values) and _is_of_parents(name, statement, meanings)]
    for sentence in _sentences(statement):
        distinct = [f"is_unique({one})" for one in rows] if _DISTINCT.search(sentence) else []
        edges = _Edges(lists, trees, parents, vertices, names, is_directed=_DIRECTED.search(statement) is not None)
        for options in (*_formulas(sentence, edges), distinct, _convex(sentence, rows)):
            text = next((one for one in options if _is_kept(one, names, cases)), None)
            if text is not None:
                yield Relation(kind="formula", text=text), Evidence(promise=text, source="statement", text=sentence[:300])


def _sentences(statement: str) -> list[str]:
    joined = plain(re.sub(r"\s*\n\s*\n\s*", ". ", spread(statement))).replace("\n", " ")
    return [one.strip() for one in re.split(r"(?<=[.;!?])\s+(?=[A-Z\"'$(-])", joined) if one.strip()]


@dataclass(frozen=True)
class _Edges:
    """What a sentence about a graph may be about.

    Attributes:
        lists: arguments that could be edges.
        trees: those that are counted as one fewer than the vertices, so that a definition of trees promises nothing of others.
        parents: formulas that make a tree of a list of parents.
        vertices: what may be the number of vertices.
        names: of all arguments.
        is_directed: an edge and its reverse are two.
    """

    lists: Sequence[str]
    trees: Sequence[str]
    parents: Sequence[str]
    vertices: Sequence[str]
    names: Sequence[str]
    is_directed: bool


def _formulas(sentence: str, edges: _Edges) -> Iterator[list[str]]:
    """Yield, per promise of a sentence, the formulas that it may be, the likeliest first."""
    is_connected = _CONNECTED.search(sentence) and _PROMISED.search(sentence) and "not guaranteed" not in sentence
    if _IS_TREE.search(sentence):
        yield [*(f"is_tree({one})" for one in edges.trees), *edges.parents]
    elif is_connected and edges.trees:
        yield [f"is_tree({one})" for one in edges.trees]
    elif is_connected:
        yield [f"is_connected({one}, {number})" for one in edges.lists for number in edges.vertices]
    if _LOOPLESS.search(sentence):
        edge = next(name for name in ("edge", "row", "pair", "line", "item") if name not in edges.names)
        yield [f"all({edge}[0] != {edge}[1] for {edge} in {one})" for one in edges.lists]
    if _SIMPLE.search(sentence):
        yield [f"is_unique({one})" if edges.is_directed else f"is_simple({one})" for one in edges.lists] + [f"is_unique({one})" for one in edges.lists]
    elif _ONCE.search(sentence):
        yield [f"is_unique({one})" for one in edges.lists]


def _convex(sentence: str, rows: Sequence[str]) -> list[str]:
    """Return what "strictly convex, in clockwise order" may be of points; the example says which way the clock goes."""
    if not (_CONVEX.search(sentence) and _PROMISED.search(sentence)):
        return []
    turns = (-1, 1) if re.search(r"clockwise", sentence, re.IGNORECASE) else (0,)
    return [f"is_convex({one}, {turn})" for one in rows for turn in turns]


def _holds_edges(values: Sequence[Any]) -> bool:
    return _holds_rows(values) and all(type(row[0]) is type(row[1]) is int for value in values for row in value)


def _holds_parents(values: Sequence[Any]) -> bool:
    """Whether these are lists of whole numbers, or rows that start with one."""
    if not all(isinstance(value, list) and value for value in values):
        return False
    above = [row[0] if isinstance(row, tuple) else row for value in values for row in value]
    return all(type(one) is int for one in above)


def _is_of_parents(name: str, statement: str, meanings: Mapping[str, Expression]) -> bool:
    """Whether the statement says "parent" beside the name of an argument or of its first column."""
    names = {name} | {one for one, ref in meanings.items() if isinstance(ref, Ref) and ref.name == name and ref.path in ((EVERY,), (EVERY, 0))}
    either = "|".join(map(re.escape, sorted(names)))
    subject = rf"\b(?:{either})(?:_\{{?\w\}}?|i)?\b"
    return re.search(rf"{subject}[^.;]{{0,80}}\bparent|\bparent[^.;]{{0,80}}{subject}", plain(statement), re.IGNORECASE) is not None


def _holds_rows(values: Sequence[Any]) -> bool:
    if not all(isinstance(value, list) for value in values):
        return False
    rows = [row for value in values for row in value]
    return bool(rows) and all(isinstance(row, tuple) and len(row) >= 2 for row in rows)


def _vertices(numbers: Sequence[str], meanings: Mapping[str, Expression]) -> list[str]:
    """Return what may be the number of vertices, ``n`` first."""
    found = {name: name for name in numbers}
    found |= {name: text for name, meaning in meanings.items() if name not in found and (text := _length_text(meaning))}
    return [text for _, text in sorted(found.items(), key=lambda pair: pair[0].lower() != "n")]


def _vertices_text(meaning: Expression) -> str:
    """Return the number of vertices where a count is a part of it: ``len(edges) + 1`` of ``k``, which is a half of that."""
    is_part = isinstance(meaning, Operation) and meaning.sign == "/"
    return _length_text(meaning.parts[0]) if is_part and isinstance(meaning, Operation) else _length_text(meaning)


def _length_text(meaning: Expression) -> str:
    if isinstance(meaning, Ref) and meaning.measure == "length" and not meaning.path:
        return f"len({meaning.name})"
    if isinstance(meaning, Operation) and meaning.sign in ("+", "-") and isinstance(meaning.parts[1], Number):
        inner = _length_text(meaning.parts[0])
        return f"{inner} {meaning.sign} {meaning.parts[1].least}" if inner else ""
    return ""


def _is_kept(text: str, names: Sequence[str], cases: Sequence[Case]) -> bool:
    relation = Relation(kind="formula", text=text)
    return all(relation.holds(dict(zip(names, case.args, strict=True))) for case in cases)

