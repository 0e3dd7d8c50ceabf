"""Outside rows -> Problem, one format per file; and the problems that symtune brings along (gym, starter)."""

from symtune.datasets.formats import FORMATS, read_rows
from symtune.datasets.programs import read_programs
from symtune.datasets.rows import ImportedRow

__all__ = ["FORMATS", "ImportedRow", "read_programs", "read_rows"]
