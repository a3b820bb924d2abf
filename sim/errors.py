"""The one error that a user is meant to read."""

from __future__ import annotations


class InputError(ValueError):
    """Say what must hold, what was given and what would work, in one sentence.

    The command line prints the message alone and ends with exit code 2.
    """


class DiskError(InputError):
    """Say that a file could not be written: the disk is full, or does not let us.

    What was being written is not at fault, so it is kept for later instead of being counted as failed.
    """
