"""Checkpoints of watched runs on disk, so that any hour can be gone back to; of too many the oldest are let go."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from sim.disk import make_folder, remove, temporary_of
from sim.ledger.checkpoint import LONGEST_HEADER
from sim.world import World

State = dict[str, NDArray[Any]]
FILE = re.compile(r"shift-(\d{6})\.npz")


class Checkpoints:
    """Keep states of one run by shift.

    Parameters
    ----------
    folder
        of this run alone
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def shifts(self) -> list[int]:
        """List the shifts that can be gone back to."""
        found = (FILE.fullmatch(file.name) for file in self.folder.glob("shift-*.npz"))
        return sorted(int(one[1]) for one in found if one)

    def before(self, shift: int) -> int | None:
        """Give the last of them that is not after a shift."""
        return max((one for one in self.shifts() if one <= shift), default=None)

    def keep(self, shift: int, state: State) -> None:
        """Write a state, whole or not at all; one that is there stays, since the run is the same."""
        file = self.folder / f"shift-{shift:06d}.npz"
        if file.exists():
            return
        make_folder(self.folder)
        with temporary_of(file).open("wb") as opened:
            np.savez(opened, allow_pickle=False, **state)
        temporary_of(file).replace(file)

    def read(self, shift: int, like: World) -> State:
        """Read a state, with the layout of columns that the arrays of a world have.

        Raises
        ------
        OSError, ValueError
            If the file is missing or damaged: whoever asks goes back to an earlier one.
        """
        layout = {name: value.dtype for name, value in like.arrays().items()}
        file = self.folder / f"shift-{shift:06d}.npz"
        try:
            with (
                file.open("rb") as opened,
                np.load(opened, allow_pickle=False, max_header_size=LONGEST_HEADER) as arrays,
            ):
                state = {name: arrays[name] for name in arrays.files}
        except (KeyError, BadZipFile, EOFError) as error:
            raise ValueError(f"{file} is damaged: {error}") from error
        file.touch()
        return {name: _laid_out(value, layout.get(name)) for name, value in state.items()}


def prune(root: Path, most_bytes: int) -> None:
    """Remove the checkpoints that were longest not used until the rest fits."""
    files = sorted(((file.stat(), file) for file in root.glob("*/shift-*.npz")), key=lambda one: one[0].st_mtime)
    total = sum(about.st_size for about, _ in files)
    for about, file in files:
        if total <= most_bytes:
            return
        remove(file)
        total -= about.st_size


def _laid_out(value: NDArray[Any], dtype: np.dtype[Any] | None) -> NDArray[Any]:
    return value if dtype is None or value.dtype == dtype else value.astype(dtype)
