"""`symtune doctor`: which isolation this machine gives, whether the judge keeps its promises here, and what would give more."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Literal

from symtune.judging.conformance import Examination, examine
from symtune.sandbox.doctor import Layer

EXTRAS = {
    "symbolic": ("crosshair", "monkeytype"),
    "train": ("torch", "transformers", "accelerate", "peft", "trl"),
    "report": ("matplotlib", "jinja2"),
    "ray": ("ray",),
    "serve": ("starlette", "uvicorn"),
}
"""Extra of symtune -> the packages it brings."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox")


def doctor(*, isolation: Literal["namespaces", "rlimits"] = "namespaces") -> Examination:
    """Say which isolation this machine gives, layer by layer, and judge small hostile and honest programs.

    The exit code is 0 when programs are fully isolated and every check was met, else 1.

    Args:
        isolation: the isolation to look at.
    """
    return examine(isolation)


def summarise_examination(examination: Examination) -> list[str]:
    """Return the lines the command line prints."""
    lines = [f"isolation: {examination.isolation}"]
    if examination.refusal is not None:
        lines += [f"  refused: {examination.refusal}"]
    lines += [_layer_line(layer) for layer in examination.layers]
    if examination.weaker:
        lines += ["isolation: rlimits, the weaker mode that has to be asked for by name (--isolation rlimits)"]
        lines += [_layer_line(layer) for layer in examination.weaker]
    if examination.checks:
        num_met = sum(check.is_met for check in examination.checks)
        lines += [f"checks: {num_met} of {len(examination.checks)} met"]
        lines += [
            f"  {'ok ' if check.is_met else 'NOT'} {check.name}: {check.got}"
            + ("" if check.is_met else f", must be {check.expected}")
            for check in examination.checks
        ]
    lines += ["extras:", *_extra_lines()]
    if examination.advice:
        lines += ["for more:", *(f"  {line}" for line in examination.advice)]
    verdict = "fully isolated, and every check met" if examination.is_full else "NOT fully isolated, or a check not met"
    return [*lines, verdict]


def _layer_line(layer: Layer) -> str:
    mark = "on " if layer.is_on else "OFF" if layer.is_needed else "-  "
    return f"  {mark} {layer.name}: {layer.detail}"


def _extra_lines() -> list[str]:
    lines = []
    for extra, packages in EXTRAS.items():
        missing = [name for name in packages if importlib.util.find_spec(name) is None]
        lines.append(f"  {extra}: " + (f"missing {', '.join(missing)}; pip install 'symtune[{extra}]'" if missing else "present"))
    browser = next((name for name in BROWSERS if shutil.which(name)), None)
    lines.append(f"  browser: {browser or 'none found; the report page opens in any'}")
    return lines
