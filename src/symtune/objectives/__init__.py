"""Losses as pure tensor functions, one paper per file. Nothing here knows of models, files or trainers.

Shape legend used by every file: B batch, T token, V vocabulary, C outcome class.

Import a loss from its own module (``from symtune.objectives.dpo import dpo_loss``): this package itself stays free of
torch, so that it can be imported where torch is not installed.
"""
