"""Say what was measured on: a number without its machine is worth nothing."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path


def describe_machine() -> str:
    """Give one line: processor, cores, load, date and versions."""
    load = os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "mesa"))
    return (
        f"{_processor()}, {os.cpu_count()} cores, load {load:.1f} at the start, {date.today()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
