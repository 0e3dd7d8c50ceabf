"""Which inputs a problem promises: what is learnt of them, how it is checked, kept, and searched."""

from symtune.suites.contracts.contract import Contract, Domain, Evidence, Region, Relation, Unkept
from symtune.suites.contracts.learn import learn_contract
from symtune.suites.contracts.rules import Rules

__all__ = ["Contract", "Domain", "Evidence", "Region", "Relation", "Rules", "Unkept", "learn_contract"]
