"""Mutants: programs one small change away from a reference. A new operator is a function of a site and a line in `OPERATORS`."""

from symtune.suites.mutants.make import OPERATORS, Mutant, make_mutants

__all__ = ["OPERATORS", "Mutant", "make_mutants"]
