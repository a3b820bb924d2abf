"""Files that are there whole or not at all, and one sentence when the disk is full."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sim.errors import DiskError

TEMPORARY = ".tmp"
"""Ending of a file that is still being written; nobody reads it."""


def temporary_of(path: Path) -> Path:
    """Name the file that is written before it becomes `path`.

    Its name begins with a dot, so that whoever reads a folder of Parquet files as one table leaves it out.
    """
    return path.with_name(f".{path.name}{TEMPORARY}")


def is_temporary(path: Path) -> bool:
    """Tell whether a file was left by a write that did not end."""
    return path.name.endswith(TEMPORARY)


def remove_temporaries(folder: Path) -> None:
    """Remove what writes that did not end have left in a folder; nobody else may write there meanwhile."""
    for file in folder.glob(f"*{TEMPORARY}"):
        remove(file)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    with _plain_disk_errors(path, "removed"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def move_aside(path: Path, folder: Path) -> Path:
    """Move a file or folder into another folder, under a name that is free there, and give its new place."""
    make_folder(folder)
    target = folder / path.name
    number = 1
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    with _plain_disk_errors(path, "moved"):
        path.rename(target)
    return target


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file so that a crash at any moment leaves the old file or the new one, never a torn one.

    Parameters
    ----------
    path
        where the file should stand
    write
        puts the content into an open file
    """
    temporary = temporary_of(path)
    with _plain_disk_errors(path):
        try:
            with temporary.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its parents."""
    with _plain_disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)


def sha256_of(path: Path) -> str:
    """Compute the checksum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_sha256(text: str) -> str:
    """Compute the checksum of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def holds(path: Path, sha256: str) -> bool:
    """Tell whether a file is there, can be read, and has a checksum."""
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False


@contextmanager
def _plain_disk_errors(path: Path, done: str = "written") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskError(
                f"the disk is full: {path} could not be {done}; all that was finished is kept, "
                "so free some space and give the same command again (`cpsim run` with --resume)"
            ) from error
        raise DiskError(f"{path} could not be {done}: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; not every system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
