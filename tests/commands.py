"""The command line as the tests call it."""

from __future__ import annotations

from sim.cli import main


def cpsim(*words):
    """Give the exit code, also where argparse ends the program itself."""
    try:
        return main([str(word) for word in words])
    except SystemExit as end:
        return end.code
