"""The command line: `cpsim`."""

from sim.cli.main import main

__all__ = ["main"]
