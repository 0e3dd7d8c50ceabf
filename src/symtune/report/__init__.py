"""Stored runs -> tables, figures and one HTML page. Computes nothing new, imports no torch."""

from symtune.report.write import ReportFiles, write_report

__all__ = ["ReportFiles", "write_report"]
