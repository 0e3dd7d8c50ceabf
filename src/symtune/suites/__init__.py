"""References -> a stronger Suite: contract, explorers, oracle, choice. Works without torch."""

from symtune.suites.contracts import Contract, Domain, Relation, Rules, learn_contract
from symtune.suites.explorers import EXPLORERS
from symtune.suites.harden import harden
from symtune.suites.strengthen import strengthen

__all__ = ["EXPLORERS", "Contract", "Domain", "Relation", "Rules", "harden", "learn_contract", "strengthen"]
