"""The starter set: problems of the kind found on coding sites, with references and plausible wrong programs.

Everything in it was written for symtune. The problems lie in ``problems/*.toml``, about ten to a file, in the format
that `symtune.datasets.starter.entries` reads. Their private tests are few and weak on purpose, as those of human-made
sets are: for every problem some wrong program passes all of them, and only a stronger suite tells it from a right one.
"""

from symtune.datasets.starter.entries import Entry, read_entries
from symtune.datasets.starter.load import load_starter, load_witnesses

__all__ = ["Entry", "load_starter", "load_witnesses", "read_entries"]
