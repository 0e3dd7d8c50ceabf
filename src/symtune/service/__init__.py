"""The judge over HTTP, for trainers on other hosts: batches of programs, and single runs in the format of SandboxFusion.

`symtune.service.server.serve` starts it; it needs the extra ``serve``.
"""

from symtune.service.config import ServiceConfig

__all__ = ["ServiceConfig"]
