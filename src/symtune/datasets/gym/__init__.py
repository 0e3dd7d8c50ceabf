"""The gym: an endless, seeded supply of small problems whose truth is known.

A problem is a composition of one to three parts (filters, maps, orders, cuts, windows, folds; over integers, lists, texts
and words), said in English and solved by a Python function of as many lines. Its private tests are few and weak, as in
sets made by people; `truth` gives the hidden suite that tells right from wrong. The gym exists so that a model of a few
million weights, trained from scratch on two CPU cores, shows what each algorithm does.

`generate_open_choice` makes problems whose statement leaves one thing open that only the public tests settle: for policies
that learn from feedback.
"""

from __future__ import annotations

from symtune.datasets.gym.composition import PARTS, Composition, GymSplit
from symtune.datasets.gym.generate import CORE_PARTS, DEPTHS, Breadth, generate
from symtune.datasets.gym.open_choice import FAMILIES, Family, Variant, generate_open_choice, possible_programs, settled
from symtune.datasets.gym.truth_suite import truth

__all__ = [
    "CORE_PARTS", "DEPTHS", "FAMILIES", "PARTS", "Breadth", "Composition", "Family", "GymSplit", "Variant", "generate",
    "generate_open_choice", "possible_programs", "settled", "truth",
]  # fmt: skip
