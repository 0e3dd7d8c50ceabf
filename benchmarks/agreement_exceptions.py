"""Where the judge does not agree with a data set, and why the data is at fault. Read by `agreement.py`, which holds it complete."""

from __future__ import annotations

PROBLEMS = {
    "apps/2036": "its only reference does not compile: a `return` stands outside any function",
    "codecontests/1324_f_maximum_white_subtree_3668": (
        "its solution answers another problem (1092 F, one number); it prints 17 where nine numbers are wanted"
    ),
}
"""Problem -> why no reference passes it."""

DROPPED_INPUTS = {
    "Mbpp/255": "combinations of 5 colours, 77 at a time: 1.7 million tuples of 77 words, an answer of about a gigabyte",
}
"""Problem -> why its reference does not answer some inputs within 1 GiB of output and 4 GiB of memory."""

ATTRIBUTED = (
    ("'return' outside function", "the reference is cut: a `return` stands outside any function"),
    ("no binding for nonlocal", "the reference is changed: `global` became `nonlocal` where there is no outer function"),
    ("'fractions'", "written for Python before 3.9 (`fractions.gcd`)"),
    ("has no attribute 'MutableMapping'", "written for Python before 3.10 (`collections.MutableMapping`)"),
    ("input.txt", "reads a file `input.txt` of the contest's own machine"),
    ("defines no callable", "the reference has no entry point"),
    ("I/O operation on closed file", "the reference closes its input and reads on"),
    ("wrong_value", "the statement accepts several answers, and the data set gives one"),
)
"""Mark in a reason -> what is wrong with a reference whose problem another reference passes."""

_TUPLE = "right for lists, which EvalPlus's rows hold; MBPP's own asserts, by which the label was made, pass a tuple, which has no sort, takes no new items and comes back as a tuple"

LABELS: dict[str, str] = {
    "Mbpp/418#8": "the label is wrong: of lists that are all empty it returns None, where the reference returns []",
    "Mbpp/145#1": _TUPLE,
    "Mbpp/104": _TUPLE,
    "Mbpp/558": "it pads the shorter number with zeros, a second reading that EvalPlus's own oracle accepts; the label knows the reference's only",
}
"""Program or problem -> why the verdict differs from the label."""
