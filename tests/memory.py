"""Finds room in memory for what tests write and throw away: there no commit waits for a disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

GIGABYTE = 1 << 30


def memory(room: int) -> str | None:
    """Name a directory in memory with so many free bytes, where there is one."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > room
    return str(shared) if roomy else None
