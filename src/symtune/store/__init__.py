"""What lies on disk: JSON Lines, append-only logs, run directories, progress."""

from symtune.store.jsonl import (
    AppendLog,
    as_records,
    atomic_write,
    dump_line,
    load_records,
    read_jsonl,
    save_records,
    scan_records,
    write_jsonl,
)
from symtune.store.progress import Progress, show_progress
from symtune.store.resumable import ResumableFile
from symtune.store.run_directory import RunDirectory, file_digest, installed_versions, read_run
from symtune.store.verdict_cache import VerdictCache

__all__ = [
    "AppendLog", "Progress", "ResumableFile", "RunDirectory", "VerdictCache", "as_records", "atomic_write", "dump_line", "file_digest", "installed_versions", "load_records",
    "read_jsonl", "read_run", "save_records", "scan_records", "show_progress", "write_jsonl",
]  # fmt: skip
