"""References -> a stronger Suite: contract, explorers, oracle, choice. Works without torch."""

from symtune.suites.contract import Contract, Domain, Relation
from symtune.suites.explorers import EXPLORERS
from symtune.suites.learn import learn_contract
from symtune.suites.rules import Rules
from symtune.suites.strengthen import strengthen

__all__ = ["EXPLORERS", "Contract", "Domain", "Relation", "Rules", "learn_contract", "strengthen"]
