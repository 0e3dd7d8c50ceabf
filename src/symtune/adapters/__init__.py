"""symtune's problems, judge and feedback inside other people's trainers, one trainer per file.

`symtune.adapters.trl` (TRL's ``environment_factory``), `symtune.adapters.verl` (verl's ``compute_score``) and
`symtune.adapters.verifiers` (an environment of verifiers); what they share stands in `symtune.adapters.attempts`. Import what you
need from its own file: this package itself loads none of the trainers.
"""
