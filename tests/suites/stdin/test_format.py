"""Input formats: arguments and text are two forms of the same."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case, Problem
from symtune.errors import BadValueError
from symtune.judging import Judge
from symtune.suites.stdin.choose import choose_format, probes
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.infer import describe, infer_formats
from symtune.suites.stdin.parts import Item, Part, Size
from symtune.suites.stdin.resizing import counts_of, resized
from symtune.suites.stdin.view import view_of

N, M = Size(count="n"), Size(count="m")
LISTS = InputFormat(
    parts=(
        Part(items=(Item(kind="count", name="n"), Item(kind="int", name="k"))),
        Part(items=(Item(kind="int", name="a", is_run=True, size=N),)),
        Part(items=(Item(kind="int", name="b", is_run=True, size=N),)),
    )
)
TREE = InputFormat(
    parts=(
        Part(items=(Item(kind="count", name="n"),)),
        Part(parts=(Part(items=(Item(kind="int", name="u"), Item(kind="int", name="v"))),), size=Size(count="n", offset=-1), name="edges"),
    ),
    tests="t",
    gap=1,
)
GRID = InputFormat(
    parts=(
        Part(items=(Item(kind="count", name="n"), Item(kind="count", name="m"))),
        Part(parts=(Part(items=(Item(kind="word", name="row", size=M),)),), size=N, name="rows"),
        Part(items=(Item(kind="float", name="x", decimals=2), Item(kind="float", name="y"))),
    )
)


def random_args(format, rng):
    size = rng.randint(1, 4)
    if format is LISTS:
        return (rng.randint(-9, 9), [rng.randint(-99, 99) for _ in range(size)], [rng.randint(-99, 99) for _ in range(size)])
    if format is TREE:
        return ([(rng.randint(1, 9), rng.randint(1, 9)) for _ in range(rng.randint(0, 3))],)
    width = rng.randint(1, 3)
    return (["".join(rng.choice(".#") for _ in range(width)) for _ in range(size)], rng.randint(0, 99) / 4, rng.randint(0, 99) / 8)


@pytest.mark.parametrize("format", [LISTS, TREE, GRID])
def test_parsing_undoes_rendering(format):
    rng = random.Random(1)
    for _ in range(50):
        args = random_args(format, rng)
        assert format.parse(format.render(args)) == args


def test_several_test_cases_go_into_one_text():
    assert TREE.render_all([([(1, 2)],), ([],)]) == "2\n\n2\n1 2\n\n1\n"
    assert TREE.parse_all("2\n\n2\n1 2\n\n1\n") == (([(1, 2)],), ([],))
    assert TREE.parse("2\n\n2\n1 2\n\n1\n") is None


def test_counts_come_from_the_lists():
    assert LISTS.render((7, [1, 2], [3, 4])) == "2 7\n1 2\n3 4\n"
    assert LISTS.names == ("k", "a", "b")
    assert LISTS.count_names == ("n",)


@pytest.mark.parametrize("args", [(7, [1, 2], [3]), (7, [1]), ("7", [1], [2]), (7, [1.5], [2]), (True, [1], [2]), (7, (1,), [2])])
def test_arguments_of_another_shape_are_refused(args):
    with pytest.raises(BadValueError):
        LISTS.render(args)


def test_sizes_that_must_agree_are_cut_to_the_shortest():
    assert LISTS.fit((7, [1, 2, 3], [4, 5])) == (7, [1, 2], [4, 5])
    assert GRID.fit((["..#", "."], 1.0, 2.0)) == ([".", "."], 1.0, 2.0)


def test_texts_that_do_not_fit_are_no_arguments():
    for text in ("", "2 7\n1 2\n3\n", "2 7\n1 2\n3 4\n5\n", "2 x\n1 2\n3 4\n", "02 7\n1 2\n3 4\n", "9999999 7\n1 2\n3 4\n"):
        assert LISTS.parse(text) is None


def test_words_with_blanks_and_lines_with_line_ends_are_refused():
    for word in ("", "a b", "a\n"):
        with pytest.raises(BadValueError):
            InputFormat(parts=(Part(items=(Item(kind="word", name="s"),)),)).render((word,))
    with pytest.raises(BadValueError):
        InputFormat(parts=(Part(items=(Item(kind="text", name="s"),)),)).render(("a\nb",))


def test_a_count_that_nothing_tells_is_refused():
    with pytest.raises(BadValueError, match="how large m is"):
        GRID.render(([], 1.0, 2.0))


def test_resizing_keeps_sizes_in_step():
    args = (7, [1, 2], [3, 4])
    assert counts_of(LISTS, args) == {"n": 2}
    assert resized(LISTS, args, {"n": 3}) == (7, [1, 2, 1], [3, 4, 3])
    assert LISTS.parse(LISTS.render(resized(LISTS, args, {"n": 1}))) == (7, [1], [3])


def test_probes_differ_from_the_examples_in_their_counts():
    texts = probes(LISTS, ["2 7\n1 2\n3 4\n"], random.Random(1))
    assert {int(text.split()[0]) for text in texts} >= {1, 3}
    assert all(LISTS.parse(text) is not None for text in texts)


def test_a_view_reads_every_test_case_and_writes_cases():
    view = view_of(TREE, [Case.text("2\n\n2\n1 2\n\n1\n", expected="x"), Case.text("no such text", expected="x")])
    assert [case.args for case in view.cases] == [([(1, 2)],), ([],)]
    made = view.case(([(5, 6)],), {}, origin="mutation")
    assert (made.stdin, made.origin) == ("1\n\n2\n5 6\n", "mutation")
    assert view.case(([(5, 6, 7)],), {}, origin="mutation") is None
    assert view.joined([([(5, 6)],), ([],)], origin="o").stdin == "2\n\n2\n5 6\n\n1\n"
    assert view_of(LISTS, []).case((7, [1, 2, 3], [4]), {}, origin="o").stdin == "1 7\n1\n4\n"


def test_the_references_choose_among_formats_that_the_statement_leaves_open():
    source = "n, k = map(int, input().split())\nxs = list(map(int, input().split()))\nassert len(xs) == {}\nprint(sum(xs) * n * k)\n"
    text = "3 3\n1 2 3\n"
    assert len(infer_formats("", [text])) > 1
    with Judge(workers=1) as judge:
        for name, place in (("n", 0), ("k", 1)):
            problem = Problem(id=name, statement="", references=(source.format(name),), tests=(Case.text(text, expected="54"),))
            format = choose_format(
                problem, judge, references=problem.references, given=problem.tests, rng=random.Random(0)
            )
            assert [item.kind for item in format.parts[0].items].index("count") == place, describe(format)
