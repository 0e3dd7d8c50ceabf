"""The RLEF paper's own figures, for the comparison columns. They were measured on CodeContests with Llama models.

Source: Gehring et al. 2024 (arXiv 2410.02089), Table 1 and the ablations.
"""

from __future__ import annotations

NAME = "Gehring et al. 2024"
SETTING = "measured by its authors on CodeContests; it is there for comparison and is not a result of these runs"

SOLVE_RATES: dict[str, tuple[float, float]] = {
    "Llama 3.1 8B instruct, 1@3": (8.9, 10.5),
    "Llama 3.1 8B RLEF, 1@3": (17.2, 16.1),
    "Llama 3.1 70B instruct, 1@3": (25.9, 27.5),
    "Llama 3.1 70B RLEF, 1@3": (37.5, 40.1),
    "Llama 3.1 8B instruct, 10@100": (21.7, 24.8),
    "Llama 3.1 8B RLEF, 10@100": (29.8, 28.7),
    "Llama 3.1 70B instruct, 10@100": (50.2, 50.3),
    "Llama 3.1 70B RLEF, 10@100": (54.5, 54.5),
    "8B, single-turn training, 1@3": (10.2, 10.9),
    "8B, no feedback in training, 1@3": (12.2, 10.9),
    "8B, token-level value, 1@3": (13.1, 13.7),
    "8B, SFT on successful rollouts, 1@3": (10.3, 10.0),
    "8B, few-shot, 1@3": (8.5, 8.5),
}
"""Solve rates in percent on validation and test problems, by row; ``paper_row`` of an evaluation names one of them."""

SINGLE_TURN_1_AT_3: dict[str, tuple[float, float]] = {
    "Llama 3.1 8B instruct, 1@3": (11.6, 10.5),
    "Llama 3.1 8B RLEF, 1@3": (9.7, 16.1),
}
"""Percent on the test problems at the same budget: independent single turns, and one rollout of three turns."""
