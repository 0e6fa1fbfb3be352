"""What the machine offers this process."""

from __future__ import annotations

import os


def cores() -> int:
    """How many processor cores this process may use: a container or ``taskset`` may grant fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
