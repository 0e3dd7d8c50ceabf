"""The paper's own figures, for the comparison columns. They were measured on APPS with models of up to 770 M weights.

Source: Sakharova, Anand, Mezini 2025 (arXiv 2504.15210), Tables 1 and 2 and section 3.1.
"""

from __future__ import annotations

NAME = "Sakharova et al. 2025"
SETTING = "measured by its authors on APPS with CodeT5; it is there for comparison and is not a result of these runs"

CRITICS: dict[str, tuple[float, float]] = {
    "CodeRL-SE": (0.4250, 0.6617),
    "CodeT5-SE": (0.3449, 0.8377),
    "CodeRL's own": (0.3098, 0.9843),
}
"""Table 1: accuracy and MAE, by critic."""

POLICIES: dict[str, dict[str, float]] = {
    "RL with CodeRL-SE-critic": {"introductory": 9.42, "interview": 3.52, "competition": 1.91, "total": 4.37},
    "RL, CodeRL's own": {"introductory": 10.11, "interview": 3.09, "competition": 1.90, "total": 4.23},
    "DPO": {"introductory": 8.35, "interview": 3.08, "competition": 1.53, "total": 3.81},
    "RL with CodeT5-SE-critic": {"introductory": 8.09, "interview": 2.53, "competition": 1.66, "total": 3.44},
    "supervised warm-up": {"introductory": 7.91, "interview": 2.71, "competition": 0.67, "total": 3.33},
    "CodeT5-large-ntp-py as released": {"introductory": 0.0, "interview": 0.0, "competition": 0.0, "total": 0.0},
}
"""Table 2: pass@5 in percent, by policy and difficulty."""

POLICIES_K = 5
WARM_UP = "supervised warm-up"

SUITE_GROWTH = {"num_problems": 2402, "mean_before": 5.16, "mean_after": 7.22, "median_before": 1, "median_after": 5}
"""Figure 3: tests per problem; the paper's text names mean and median the other way round."""
