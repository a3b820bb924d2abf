"""Files that are there whole or not at all, and one sentence when the disk is full."""

from __future__ import annotations

import errno
import hashlib
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sim.errors import InputError

TEMPORARY = ".tmp"
"""Ending of a file that is still being written; nobody reads it."""


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file so that a crash at any moment leaves the old file or the new one, never a torn one.

    Parameters
    ----------
    path
        where the file shall stand
    write
        puts the content into an open file
    """
    temporary = path.with_name(path.name + TEMPORARY)
    with _plain_disk_errors(path):
        try:
            with temporary.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        os.replace(temporary, path)
        _sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its parents."""
    with _plain_disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)


def sha256_of(path: Path) -> str:
    """Compute the checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    InputError
        If it is no TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before the text
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} must be a TOML file in UTF-8, but reading it failed: {error}") from error


def text_sha256(text: str) -> str:
    """Compute the checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _plain_disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise InputError(
                f"the disk is full: {path} could not be written; all that was finished is kept, "
                "so free some space and give the same command again (`cpsim run` with --resume)"
            ) from error
        raise InputError(f"{path} could not be written: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; not every system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
