"""pass@k: the chance that at least one of k programs, drawn without replacement from n, passes."""

from __future__ import annotations

from symtune.errors import BadInputError


def pass_at_k(num_samples: int, num_passed: int, k: int) -> float:
    """Return the unbiased estimate for one problem.

    pass@k = 1 - C(n - c, k) / C(n, k) = 1 - prod_{i = n - c + 1}^{n} (1 - k / i)

    The product form never leaves [0, 1] and never builds a large binomial.

    Args:
        num_samples: n, judged programs of the problem.
        num_passed: c, those that passed every case.
        k: programs drawn.

    Raises:
        BadInputError: k < 1, fewer than k samples, or a ``num_passed`` outside 0..n.

    Source: Sakharova et al. 2025, section 4; Chen et al. 2021 (Codex), equation 1.
    """
    if k < 1:
        raise BadInputError(f"pass@k needs k of 1 or more, got k = {k}")
    if not 0 <= num_passed <= num_samples:
        raise BadInputError(f"{num_passed} passed of {num_samples} samples: give 0 <= num_passed <= num_samples")
    if num_samples < k:
        raise BadInputError(
            f"pass@{k} needs {k} judged samples of the problem, got {num_samples}; sample more programs or lower k"
        )
    if num_samples - num_passed < k:
        return 1.0
    all_fail = 1.0
    for i in range(num_samples - num_passed + 1, num_samples + 1):
        all_fail *= 1.0 - k / i
    return 1.0 - all_fail
