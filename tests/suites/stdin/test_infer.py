"""Input formats inferred from hand-written statements and examples, against the truth written beside them."""

from __future__ import annotations

import pytest

from symtune.suites.stdin.format import InputFormat, same_lines
from symtune.suites.stdin.infer import describe, infer_formats
from symtune.suites.stdin.parts import items_of

CASES = {
    "two numbers on a line": (
        "Input\nThe only line contains two integers n and k (1 ≤ n, k ≤ 100).\nOutput\nPrint it.",
        ["3 4\n"],
        "n:int k:int",
    ),
    "a list with its count": (
        "Input\nThe first line contains an integer n. The second line contains n integers a_1, a_2, ..., a_n.\nOutput\nx",
        ["3\n5 6 7\n"],
        "#n / a:int*n",
    ),
    "of two equal numbers the statement says which is the size": (
        "Input\nThe first line contains two integers n and k. The second line contains k integers b_1, ..., b_k.\nOutput\nx",
        ["3 3\n5 6 7\n"],
        "n:int #k / b:int*k",
    ),
    "test cases, each with a list": (
        "Input\nThe first line contains the number of test cases t. Then t test cases follow. The first line of each test case contains "
        "an integer n. The second line contains n integers a_1, ..., a_n.\nOutput\nx",
        ["2\n1\n5\n3\n1 2 3\n"],
        "t tests of [#n / a:int*n]",
    ),
    "a number in binary notation is a word": (
        "Input\nThe single line contains integer a, written in the binary notation without leading zeroes.\nOutput\nx",
        ["101\n", "110010\n"],
        "a:word",
    ),
    "a name counts more than words about the same numbers further on": (
        "Input\nThe first line contains a string s. The second line contains a single integer q. The i-th of the next q lines contains two integers x_i "
        "and y_i (1 ≤ x_i, y_i ≤ |s|) — the two numbers given to him.\nOutput\nx",
        ["abcd\n1\n1 3\n"],
        "s:word / #q / q x [x:int y:int]",
    ),
    "a block that never repeats is its parts": (
        "Input\nFirst line of input contains two integers n and m. Second line contains n integers w_1, w_2, ..., w_n. The following m lines "
        "contain description of the roads. Each of these m lines contains two integers u and v. The last line contains single integer s.\nOutput\nx",
        ["3 4\n2 2 8\n1 2\n1 3\n2 3\n3 2\n2\n", "4 5\n1 7 1 9\n1 2\n1 3\n2 3\n2 4\n4 3\n1\n"],
        "#n #m / w:int*n / m x [u:int v:int] / s:int",
    ),
    "a list of bits is a list of numbers": (
        "A binary string is made of it.\nInput\nThe first line contains an integer n. The second line contains n integers a_1, a_2, ..., a_n.\nOutput\nx",
        ["3\n1 0 1\n"],
        "#n / a:int*n",
    ),
    "a list of numbers is no list of test cases": (
        "Input\nThe first line contains an integer n, the number of sticks. Each of the next n lines contains one integer a_i.\nOutput\nx",
        ["3\n4\n5\n6\n"],
        "#n / n x [a:int]",
    ),
    "edges of a tree": (
        "Input\nThe first line contains n. Each of the next n - 1 lines contains two integers u and v, an edge.\nOutput\nx",
        ["4\n1 2\n1 3\n3 4\n"],
        "#n / n-1 x [u:int v:int]",
    ),
    "a grid of characters": (
        "Input\nThe first line contains two integers h and w. Each of the next h lines contains w characters.\nOutput\nx",
        ["2 3\n.#.\n##.\n"],
        "#h #w / h x [{word}:word[w]]",
    ),
    "a matrix of numbers": (
        "Input\nThe first line contains two integers n and m. Each of the next n lines contains m integers.\nOutput\nx",
        ["2 3\n1 2 3\n4 5 6\n"],
        "#n #m / n x [{run}:int*m]",
    ),
    "a string and its length": (
        "Input\nThe first line contains an integer n. The second line contains a string s of length n.\nOutput\nx",
        ["4\nabcd\n"],
        "#n / s:word[n]",
    ),
    "digits that are a string": (
        "Input\nThe only line contains a binary string s.\nOutput\nx",
        ["1011\n"],
        "s:word",
    ),
    "decimal numbers keep their digits": (
        "Input\nThe only line contains two real numbers x and y.\nOutput\nx",
        ["1.50 2.25\n"],
        "x:float y:float",
    ),
    "a template instead of sentences": (
        "Input\nInput is given from Standard Input in the following format:\n\nN M\nA_1 B_1\n:\nA_M B_M\n\nOutput\nx",
        ["5 2\n1 2\n3 4\n"],
        "N:int #M / M x [A:int B:int]",
    ),
    "rows of their own length": (
        "Input\nThe first line contains n. Then n lines follow, each with an integer k and then k integers.\nOutput\nx",
        ["2\n2 7 8\n3 7 8 9\n"],
        "#n / n x [#k {run}:int*k]",
    ),
    "text with blanks": ("Input\nA line of text.\nOutput\nx", ["Hello, big world!\n"], "{text}:text"),
    "until the end": (
        "Input\nThe input ends with the file. Each line has two integers a and b.\nOutput\nx",
        ["1 2\n3 4\n5 6\n", "1 2\n"],
        "any x [a:int b:int]",
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_the_likeliest_format_is_the_true_one(title):
    statement, texts, truth = CASES[title]
    formats = infer_formats(statement, texts)
    assert formats
    found = describe(formats[0])
    for kind, mark in (("word", "{word}"), ("int", "{run}"), ("text", "{text}")):
        if mark in truth:
            name = next(name for name in (*formats[0].names, *inner_names(formats[0])) if f"{name}:{kind}" in found)
            truth = truth.replace(mark, name)
    assert found == truth


def inner_names(format):
    return [item.name for item in items_of(format.parts)]


@pytest.mark.parametrize("title", CASES)
def test_every_format_gives_its_examples_back(title):
    statement, texts, _ = CASES[title]
    for format in infer_formats(statement, texts):
        for text in texts:
            assert same_lines(format.render_all(list(format.parse_all(text))), text)


def test_the_likeliest_format_gives_its_examples_back_to_the_letter():
    for statement, texts, _ in CASES.values():
        format = infer_formats(statement, texts)[0]
        assert [format.render_all(list(format.parse_all(text))) for text in texts] == texts


def test_formats_are_read_back_from_their_json_form():
    for statement, texts, _ in CASES.values():
        for format in infer_formats(statement, texts):
            assert InputFormat.from_json(format.to_json()) == format


def test_nothing_is_inferred_from_nothing():
    assert infer_formats("Input\nNothing.\nOutput\nx", ["", "\n"]) == []
