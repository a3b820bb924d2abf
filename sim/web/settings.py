"""What the server was started with, and what fits on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bound what one page, and all pages together, may ask for."""

    walkers: int = 5000
    """residents on the way that a strip follows"""
    hours_a_request: int = 48
    """strips that one message may ask for"""
    residents: int = 400_000
    """simulated residents of a question"""
    resident_days: int = 120_000_000
    """residents times days, over both sides and all seeds of a question"""
    days: int = 3650
    seeds: int = 100
    questions_running: int = 4
    """questions of one session that may wait or run at the same time"""
    sessions: int = 200
    """sessions that are remembered; the one that was away longest is forgotten first"""
    upload_bytes: int = 200 * MB
    upload_files: int = 40
    folders: int = 5
    """folders that one session may keep"""
    strips_bytes: int = 256 * MB
    """strips that the server keeps at hand"""
    checkpoints_bytes: int = 4096 * MB
    """checkpoints of watched runs on disk"""
    body_bytes: int = 256 * 1024
    """a request that is no upload"""
    sockets: int = 100

    def told(self) -> dict[str, int]:
        """Give what the page must know."""
        names = ("walkers", "hours_a_request", "residents", "resident_days", "days", "seeds", "upload_bytes",
                 "upload_files", "folders")  # fmt: skip
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Settings:
    """Hold what `cpsim serve` was started with."""

    store: Path
    """folder of all runs; a question has a folder below it, as `cpsim compare --out` would make it"""
    host: str = "127.0.0.1"
    port: int = 8000
    token: str = ""
    """what a browser must show; '' where only this machine can ask"""
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    """processes that make the runs of answers"""
    allow_folders: bool = True
    limits: Limits = Limits()
    recording: bool = True
    """whether the page begins with the embedded recording while the model gets ready"""

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def questions(self) -> Path:
        """Name the folder of the questions' runs."""
        return self.store / "questions"

    @property
    def checkpoints(self) -> Path:
        """Name the folder of what watched runs can be taken up from."""
        return self.store / "watched"

    @property
    def folders(self) -> Path:
        """Name the folder of what was uploaded."""
        return self.store / "folders"


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
