"""The run folder: every event of a run as Parquet, safe against a crash at any moment.

    runs/hotspot-1/
      manifest.json                  what determined the run, checksums, units, how far it is
      offences/part-00001.parquet    rows of 30 simulated days
      checkpoint-000090.npz          the state after shift 90; gone once the run is complete

Parts and checkpoint are written first, each under a temporary name that is renamed when whole; the
manifest comes last. It alone says what counts: a part or checkpoint that it does not name does not exist.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.clock import SHIFTS_A_DAY
from sim.disk import is_temporary, make_folder, sha256_of, write_whole
from sim.errors import InputError
from sim.ledger.check import check_files, digest_of_manifest, remove_unnamed
from sim.ledger.checkpoint import State, read_checkpoint
from sim.ledger.columns import Rows, arrow_frame, arrow_schema, arrow_table, describe_columns
from sim.ledger.force import FORCE_FILES, Force, write_force
from sim.ledger.manifest import MANIFEST, load_manifest, was_edited, write_manifest
from sim.ledger.provenance import wall_clock

PART_DAYS = 30
PART_SHIFTS = PART_DAYS * SHIFTS_A_DAY
"""Parts end at whole multiples of this many shifts, whatever was interrupted, so that their bytes never differ."""


class RunFolder:
    """Write the ledger of one run; make it with `create` or `open_for_resume`."""

    def __init__(self, path: Path, manifest: dict[str, Any], pending: Mapping[str, list[Rows]]) -> None:
        self.path = path
        self.manifest = manifest
        self._pending = {name: pending.get(name, []) for name in LEDGER}

    @classmethod
    def create(cls, path: str | Path, manifest: Mapping[str, Any]) -> RunFolder:
        """Begin a new folder.

        Parameters
        ----------
        path
            folder to make; it must not hold a run yet
        manifest
            what `sim.ledger.provenance.describe_run` says of the run

        Raises
        ------
        InputError
            If the folder holds a run or something else, or cannot be written.
        """
        folder = Path(path)
        if (folder / MANIFEST).exists():
            raise InputError(f"{folder} already holds a run: choose another folder, or add --resume to continue it")
        if folder.exists() and (not folder.is_dir() or not all(is_temporary(file) for file in folder.iterdir())):
            raise InputError(f"a run needs a new or empty folder, and {folder} holds something else")
        make_folder(folder)
        tables = {name: {"columns": describe_columns(name), "parts": []} for name in LEDGER}
        whole = dict(manifest) | {
            "status": "running",
            "n_days_done": 0,
            "part_days": PART_DAYS,
            "checkpoint": None,
            "wall_clock": {"begun": wall_clock(), "ended": None},
            "files": [],
            "tables": tables,
        }
        run = cls(folder, whole, {})
        run._write_manifest()
        return run

    @classmethod
    def open_for_resume(cls, path: str | Path) -> tuple[RunFolder, State, int]:
        """Open an interrupted run at its last checkpoint; files newer than it are removed.

        Returns
        -------
        folder
            ready for more rows
        state
            the arrays of the checkpoint; empty when the run never reached one
        shift
            next shift to simulate

        Raises
        ------
        InputError
            If the folder holds no run, a complete one, or a file that is missing, damaged or edited.
        """
        folder = Path(path)
        manifest = read_manifest(folder)
        if manifest["status"] == "complete":
            raise InputError(f"{folder} holds a complete run: there is nothing to resume")
        problems = check_files(folder, manifest)
        if problems:
            raise InputError(f"{folder} cannot be resumed: {problems[0]}; remove it, or run it again in another folder")
        remove_unnamed(folder, manifest)
        checkpoint = manifest["checkpoint"]
        if checkpoint is None:
            return cls(folder, manifest, {}), {}, 0
        state, pending = read_checkpoint(folder / checkpoint["file"])
        return cls(folder, manifest, pending), state, checkpoint["shift"]

    def name_file(self, name: str) -> None:
        """Let the manifest name a file that stands beside the tables, with its checksum."""
        self._name(name)
        self._write_manifest()

    def _name(self, *names: str) -> None:
        others = [file for file in self.manifest.get("files", ()) if file["file"] not in names]
        named = [{"file": name, "sha256": sha256_of(self.path / name)} for name in names]
        self.manifest["files"] = [*others, *named]

    def append(self, tables: Mapping[str, Rows]) -> None:
        """Take over the rows drained at a briefing; they are copied and wait for the next checkpoint."""
        for name, rows in tables.items():
            if len(rows):
                self._pending[name].append(rows.copy())

    def is_due(self, shift: int) -> bool:
        """Tell whether `checkpoint` must be called after so many shifts: every 30 simulated days."""
        return shift > 0 and shift % PART_SHIFTS == 0

    def checkpoint(self, state: Mapping[str, NDArray[Any]], shift: int) -> None:
        """Make the run resumable from here.

        At a multiple of 30 days the waiting rows become parts; in between they wait inside the
        checkpoint, because parts end at fixed simulated times.

        Parameters
        ----------
        state
            the whole state of the world, by name
        shift
            number of shifts simulated so far
        """
        self._refuse_skipped_part(shift)
        if self.is_due(shift):
            self._write_parts(shift // PART_SHIFTS)
        waiting = {f"rows/{name}": np.concatenate(rows) for name, rows in self._pending.items() if rows}
        arrays = {f"state/{name}": array for name, array in state.items()} | waiting
        file = self.path / f"checkpoint-{shift:06d}.npz"
        write_whole(file, lambda out: np.savez(out, allow_pickle=False, **arrays))
        old = self.manifest["checkpoint"]
        self.manifest["checkpoint"] = {"file": file.name, "shift": shift, "sha256": sha256_of(file)}
        self.manifest["n_days_done"] = shift // SHIFTS_A_DAY
        self._write_manifest()
        if old is not None and old["file"] != file.name:
            (self.path / old["file"]).unlink(missing_ok=True)

    def finish(self, force: Force | None = None) -> None:
        """Write the last rows, keep the force and its cells if they are given, and declare the run complete."""
        if force is not None:
            write_force(self.path, force)
            self._name(*FORCE_FILES)
        shift = self.manifest["inputs"]["scenario"]["n_days"] * SHIFTS_A_DAY
        if not self.is_due(shift) or self._n_parts() < shift // PART_SHIFTS:
            self._write_parts(-(-shift // PART_SHIFTS))
        old = self.manifest["checkpoint"]
        self.manifest |= {"status": "complete", "checkpoint": None, "n_days_done": shift // SHIFTS_A_DAY}
        self.manifest["wall_clock"]["ended"] = wall_clock()
        self._write_manifest()
        if old is not None:
            (self.path / old["file"]).unlink(missing_ok=True)

    def _n_parts(self) -> int:
        return len(self.manifest["tables"]["days"]["parts"])

    def _refuse_skipped_part(self, shift: int) -> None:
        next_part = (self._n_parts() + 1) * PART_SHIFTS
        if shift > next_part:
            raise ValueError(f"a checkpoint is due after shift {next_part}, and the next one came after shift {shift}")

    def _write_parts(self, number: int) -> None:
        if number <= self._n_parts():  # the same checkpoint twice
            return
        for name in LEDGER:
            rows = self._pending[name]
            whole = np.concatenate(rows) if rows else np.zeros(0, row_dtype(LEDGER[name]))
            self.manifest["tables"][name]["parts"].append(_write_part(self.path, name, number, whole))
            self._pending[name] = []

    def _write_manifest(self) -> None:
        self.manifest["digest"] = digest_of_manifest(self.manifest)
        write_manifest(self.path, self.manifest)


def read_manifest(path: str | Path) -> dict[str, Any]:
    """Read the manifest of a run folder.

    Raises
    ------
    InputError
        If there is none, it is of an unknown form, or it was damaged or edited.
    """
    manifest = load_manifest(path)
    if was_edited(manifest):
        raise InputError(
            f"{Path(path) / MANIFEST} was edited: its checksum does not fit what it says; "
            "put the old one back, or run it again in another folder"
        )
    return manifest


def read_table(path: str | Path, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table of a run folder; of an unfinished run, the rows up to its last part.

    Parameters
    ----------
    path
        run folder
    name
        table, a key of `sim.agents.events.LEDGER`
    columns
        the columns wanted; all when not given

    Raises
    ------
    InputError
        If there is no such run or table, or a part is missing or damaged.
    """
    schema = arrow_schema(name)
    wanted = None if columns is None else list(columns)
    unknown = [column for column in wanted or () if column not in schema.names]
    if unknown:
        raise InputError(f"table {name!r} has no column {unknown[0]!r}; it has {', '.join(schema.names)}")
    kept = read_manifest(path)["tables"]
    if name not in kept:
        raise InputError(f"{path} was written by an earlier version, which kept no table {name!r}: run it again")
    parts = kept[name]["parts"]
    empty = schema.empty_table() if wanted is None else schema.empty_table().select(wanted)
    # Words come back under an index of 32 bits from some versions of Arrow, under the declared 8 bits from others.
    tables = [_read_part(Path(path) / part["file"], wanted, empty.schema) for part in parts]
    return arrow_frame(name, pa.concat_tables([empty, *tables]) if tables else empty)


def _write_part(folder: Path, name: str, number: int, rows: Rows) -> dict[str, Any]:
    file = f"{name}/part-{number:05d}.parquet"
    buffer = io.BytesIO()
    pq.write_table(arrow_table(name, rows), buffer, compression="zstd")
    content = buffer.getvalue()
    make_folder(folder / name)
    write_whole(folder / file, lambda out: out.write(content))
    return {"file": file, "rows": len(rows), "sha256": hashlib.sha256(content).hexdigest(), "content": content_of(rows)}


def content_of(rows: Rows) -> str:
    """Compute a checksum of the values, column by column, that no version of a file format changes."""
    checksum = hashlib.sha256()
    for column in rows.dtype.names or ():
        checksum.update(np.ascontiguousarray(rows[column]).tobytes())
    return checksum.hexdigest()


def _read_part(file: Path, columns: list[str] | None, schema: pa.Schema) -> pa.Table:
    try:
        return pq.ParquetFile(file).read(columns=columns).cast(schema)
    except (OSError, ValueError, pa.ArrowException) as error:  # a part of another table is no damage to Arrow
        raise InputError(f"{file} is missing or damaged; `cpsim check {file.parent.parent}` says more") from error
