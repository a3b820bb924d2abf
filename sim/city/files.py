"""A city in one small file: streets, and land use and districts where they are known.

The file is a compressed NumPy archive. Coordinates and lengths are whole centimetres, speeds tenths of
a kilometre per hour, so that a real city of 13,000 segments takes half a megabyte. Equal cities give equal bytes.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.city.land_use import City, LandUse
from sim.city.streets import Floats, Ints, StreetNetwork
from sim.errors import InputError

FORMAT = 1
TEXTS = ("name", "crs", "attribution", "synthetic", "source")
AMOUNTS = ("dwellings", "jobs", "venues", "shops", "stations")

Arrays = dict[str, NDArray[np.generic]]


def save_city(city: City | StreetNetwork, path: str | os.PathLike[str]) -> None:
    """Write streets, or a whole city, to one compressed file.

    Parameters
    ----------
    city
        Streets alone, or with land use and districts.
    path
        File to write; `.npz` by custom.
    """
    streets = city.streets if isinstance(city, City) else city
    arrays = _pack_streets(streets)
    meta: dict[str, object] = {"format": FORMAT, **{word: getattr(streets, word) for word in TEXTS}}
    if isinstance(city, City):
        arrays["district"] = city.district
        arrays |= {word: getattr(city.land_use, word) for word in AMOUNTS}
        meta["land_use_inferred"] = city.land_use.inferred
    arrays["meta"] = np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8)
    _write(arrays, Path(path))


def read_streets(path: str | os.PathLike[str]) -> StreetNetwork:
    """Read the streets of a saved city.

    Raises
    ------
    InputError
        If the file is no saved city.
    """
    arrays, meta = _read(Path(path))
    return _unpack_streets(arrays, meta)


def read_land_use(path: str | os.PathLike[str]) -> LandUse | None:
    """Read the land use of a saved city, None when it holds streets alone."""
    arrays, meta = _read(Path(path))
    return _unpack_land_use(arrays, meta) if "district" in arrays else None


def read_city(path: str | os.PathLike[str]) -> City:
    """Read a saved city: streets, land use and districts.

    Raises
    ------
    InputError
        If the file is no saved city, or holds streets alone.
    """
    arrays, meta = _read(Path(path))
    if "district" not in arrays:
        raise InputError(
            f"city file {str(path)!r}: must hold land use and districts, got streets alone; "
            f"read_streets reads it, and save_city(City(...)) writes all of it"
        )
    return City(_unpack_streets(arrays, meta), _unpack_land_use(arrays, meta), arrays["district"].astype(np.int32))


def _unpack_land_use(arrays: Arrays, meta: dict[str, str]) -> LandUse:
    amounts = {word: arrays[word].astype(np.float32) for word in AMOUNTS}
    return LandUse(**amounts, inferred=bool(meta["land_use_inferred"]))


def _pack_streets(s: StreetNetwork) -> Arrays:
    flags = s.drive_forward + 2 * s.drive_backward.astype(np.uint8) + 4 * s.walkable.astype(np.uint8)
    points = s.geometry_start[:-1], s.geometry_start[1:] - 1
    inner = np.ones(len(s.geometry_x), bool)
    inner[np.concatenate(points)] = False
    return {
        "junction_x": _steps(s.junction_x), "junction_y": _steps(s.junction_y),
        "segment_from": s.segment_from, "segment_to": s.segment_to,
        "length_cm": np.maximum(1, np.round(100 * s.segment_length_m)).astype(np.int32),
        "speed": np.maximum(1, np.round(10 * s.segment_speed_kmh)).astype(np.uint16),
        "class": s.segment_class, "flags": flags.astype(np.uint8), "key": s.segment_key,
        "n_points": np.diff(s.geometry_start).astype(np.uint16),
        "geometry_x": _steps(s.geometry_x[inner]), "geometry_y": _steps(s.geometry_y[inner]),
    }  # fmt: skip


def _unpack_streets(arrays: Arrays, meta: dict[str, str]) -> StreetNetwork:
    x, y = _places(arrays["junction_x"]), _places(arrays["junction_y"])
    a, b = arrays["segment_from"].astype(np.int32), arrays["segment_to"].astype(np.int32)
    start = np.concatenate([[0], np.cumsum(arrays["n_points"], dtype=np.int64)]).astype(np.int32)
    flags = arrays["flags"].astype(np.uint8)
    return StreetNetwork(
        junction_x=x, junction_y=y, segment_from=a, segment_to=b,
        segment_length_m=arrays["length_cm"].astype(float) / 100, segment_speed_kmh=arrays["speed"].astype(float) / 10,
        segment_class=arrays["class"].astype(np.uint8),
        drive_forward=(flags & 1) > 0, drive_backward=(flags & 2) > 0, walkable=(flags & 4) > 0,
        geometry_start=start,
        geometry_x=_between_ends(start, x[a], _places(arrays["geometry_x"]), x[b]),
        geometry_y=_between_ends(start, y[a], _places(arrays["geometry_y"]), y[b]),
        segment_key=arrays["key"].astype(np.uint64), synthetic=bool(meta["synthetic"]),
        name=meta["name"], crs=meta["crs"], attribution=meta["attribution"], source=meta["source"],
    )  # fmt: skip


def _steps(metres: Floats) -> Ints:
    """Store whole centimetres as steps from one place to the next, which compress well."""
    return np.diff(np.round(100 * metres).astype(np.int64), prepend=0).astype(np.int32)


def _places(steps: NDArray[np.generic]) -> Floats:
    return np.cumsum(steps, dtype=np.int64) / 100


def _between_ends(start: Ints, first: Floats, inner: Floats, last: Floats) -> Floats:
    whole = np.empty(start[-1])
    is_inner = np.ones(len(whole), bool)
    is_inner[start[:-1]] = is_inner[start[1:] - 1] = False
    whole[start[:-1]], whole[start[1:] - 1] = first, last
    whole[is_inner] = inner
    return whole


def _write(arrays: Arrays, path: Path) -> None:
    # np.savez stamps the time of day into the archive; equal cities are to give equal bytes.
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _npy(arrays[name]), compresslevel=9)


def _npy(array: ArrayLike) -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
    return held.getvalue()


def _read(path: Path) -> tuple[Arrays, dict[str, str]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        meta = json.loads(arrays.pop("meta").tobytes())
        if meta["format"] != FORMAT:
            raise KeyError("format")
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"city file {str(path)!r}: must be a file that save_city of this version wrote, got {_fault(path)}; "
            f"load the streets from their source again and save them"
        ) from error
    return arrays, meta


def _fault(path: Path) -> str:
    return "something else" if path.is_file() else "no file"
