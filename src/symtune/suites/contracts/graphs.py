"""Graphs among arguments: what "forms a tree", "is connected" and "no multiple edges" mean of a list of edges, and how one is made so.

An edge is a row whose first two columns are vertices, counted from 1 (or from 0, where a row has a 0). A graph is a promise about rows as a
whole, which no bound on a column can say, and an input that breaks it makes right programs raise, run for ever, or disagree. Source: ours.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

Edges = list[tuple[Any, ...]]

MAX_TRIES = 50
"""Pairs drawn for one edge that must be new."""


def is_tree(edges: Sequence[Any]) -> bool:
    """Whether the edges join one vertex more than there are edges, without a cycle."""
    return not edges or (len(_vertices(edges)) == len(edges) + 1 and _num_groups(edges) == 1)


def is_connected(edges: Sequence[Any], num_vertices: int) -> bool:
    """Whether the edges join all vertices."""
    return (num_vertices <= 1 and not edges) or (len(_vertices(edges)) >= num_vertices and _num_groups(edges) == 1)


def is_simple(edges: Sequence[Any]) -> bool:
    """Whether no two edges join the same vertices, in either direction."""
    return len({frozenset(edge[:2]) for edge in edges}) == len(edges)


def is_unique(rows: Sequence[Any]) -> bool:
    """Whether no row stands there twice."""
    return len(set(rows)) == len(rows)


def is_rooted(parents: Sequence[Any]) -> bool:
    """Whether every vertex leads to the root by way of its parent.

    Args:
        parents: one for each vertex, 0 or -1 for the root; or one for each but the first vertex, which is the root. Of a row, its first column.
    """
    above = [row[0] if isinstance(row, tuple) else row for row in parents]
    roots = [place for place, one in enumerate(above, 1) if one in (0, -1)]
    if len(roots) > 1:
        return False
    first, root = (1, roots[0]) if roots else (2, 1)
    over = dict(enumerate(above, first))
    done = {root}
    for start in over:
        way: list[Any] = []
        vertex: Any = start
        while vertex not in done and vertex not in way:
            way.append(vertex)
            vertex = over.get(vertex)
        if vertex not in done:
            return False
        done.update(way)
    return True


def as_rooted(parents: Sequence[Any], rng: random.Random) -> list[Any]:
    """Return as many parents, with the other columns of their rows, that make a tree of random shape; see `is_rooted`."""
    above = [row[0] if isinstance(row, tuple) else row for row in parents]
    marks = [one for one in above if one in (0, -1)]
    if marks:
        names = list(range(1, len(above) + 1))
        rng.shuffle(names)
        over = {name: rng.choice(names[:place]) if place else marks[0] for place, name in enumerate(names)}
    else:
        over = {name: rng.randint(1, name - 1) for name in range(2, len(above) + 2)}
    chosen = [over[name] for name in sorted(over)]
    return [(one, *row[1:]) if isinstance(row, tuple) else one for one, row in zip(chosen, parents, strict=True)]


def as_tree(edges: Edges, rng: random.Random) -> Edges:
    """Return as many edges, with their other columns, that form a tree of random shape."""
    names = [_first(edges) + place for place in range(len(edges) + 1)]
    rng.shuffle(names)
    return [_joined(edge, rng.choice(names[: place + 1]), names[place + 1], rng) for place, edge in enumerate(edges)]


def as_connected(edges: Edges, num_vertices: int, rng: random.Random) -> Edges:
    """Return edges of which the first form a tree of all vertices; too few edges stay as they are."""
    if not 1 <= num_vertices <= len(edges) + 1:
        return edges
    base = _first(edges)
    names = range(base, base + num_vertices)
    rest = [edge if {*edge[:2]} <= {*names} else (rng.choice(names), rng.choice(names), *edge[2:]) for edge in edges[num_vertices - 1 :]]
    return as_tree(edges[: num_vertices - 1], rng) + rest


def as_simple(edges: Edges, rng: random.Random) -> Edges:
    """Return the edges with those that repeat an earlier one or are loops redrawn between the same vertices, or left out."""
    names = sorted(_vertices(edges))
    kept: Edges = []
    known: set[frozenset[Any]] = set()
    for edge in edges:
        pair = list(edge[:2])
        for _ in range(MAX_TRIES):
            if pair[0] != pair[1] and frozenset(pair) not in known:
                known.add(frozenset(pair))
                kept.append((*pair, *edge[2:]))
                break
            pair = [rng.choice(names), rng.choice(names)]
    return kept


def _joined(edge: tuple[Any, ...], one: int, other: int, rng: random.Random) -> tuple[Any, ...]:
    return (one, other, *edge[2:]) if rng.random() < 0.5 else (other, one, *edge[2:])


def _first(edges: Sequence[Any]) -> int:
    return 0 if 0 in _vertices(edges) else 1


def _vertices(edges: Sequence[Any]) -> set[Any]:
    return {vertex for edge in edges for vertex in edge[:2]}


def _num_groups(edges: Sequence[Any]) -> int:
    """Return into how many parts the vertices of the edges fall."""
    parent = {vertex: vertex for vertex in _vertices(edges)}

    def root(vertex: Any) -> Any:
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for edge in edges:
        parent[root(edge[0])] = root(edge[1])
    return len({root(vertex) for vertex in parent})
