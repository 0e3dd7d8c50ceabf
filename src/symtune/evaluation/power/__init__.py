"""The power of suites: coverage of the references, mutation score, labelled programs accepted and rejected, validity."""

from symtune.evaluation.power.labels import RIGHT_LABELS, WRONG_LABELS, truths
from symtune.evaluation.power.run import measure_suites, power_summary
from symtune.evaluation.power.totals import total_power

__all__ = ["RIGHT_LABELS", "WRONG_LABELS", "measure_suites", "power_summary", "total_power", "truths"]
