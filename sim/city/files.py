"""A city in one small file: streets, and land use and districts where they are known.

The file is a compressed NumPy archive. Coordinates and lengths are whole centimetres, speeds tenths of
a kilometre per hour, so that a real city of 13,000 segments takes half a megabyte. Equal cities give equal bytes.
"""

from __future__ import annotations

import io
import json
import os
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.city.land_use import KINDS, City, LandUse
from sim.city.streets import STREET_CLASSES, Floats, Ints, StreetNetwork
from sim.errors import InputError

FORMAT = 1
LEAST_CHORD_SHARE = 0.94
"""A segment that a build wrote is no shorter than this share of the straight line between its ends; the repair of
lengths keeps them above a little more, and rounding takes some of it."""
CHORD_SLACK_CM = 50
"""Nodes that are merged move the end of a short segment."""
TEXTS = ("name", "crs", "attribution", "synthetic", "source")
JUNCTION_ARRAYS = ("junction_x", "junction_y")
SEGMENT_ARRAYS = ("segment_from", "segment_to", "length_cm", "speed", "class", "flags", "key", "n_points")
POINT_ARRAYS = ("geometry_x", "geometry_y")

Arrays = dict[str, NDArray[np.generic]]


def save_city(city: City | StreetNetwork, path: str | os.PathLike[str], *, land_use: LandUse | None = None) -> None:
    """Write streets, or a whole city, to one compressed file.

    Parameters
    ----------
    city
        Streets alone, or with land use and districts.
    path
        File to write; `.npz` by custom.
    land_use
        What was counted along streets that have no districts yet.
    """
    streets = city.streets if isinstance(city, City) else city
    arrays = _pack_streets(streets)
    meta: dict[str, object] = {"format": FORMAT, **{word: getattr(streets, word) for word in TEXTS}}
    if isinstance(city, City):
        arrays["district"] = city.district
        land_use = city.land_use
    if land_use is not None:
        arrays |= {word: getattr(land_use, word) for word in KINDS}
        meta["land_use_inferred"] = land_use.inferred
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
    """Read the land use of a saved city, None when it holds streets alone; NaN is what its source did not know."""
    arrays, meta = _read(Path(path))
    return _unpack_land_use(arrays, meta) if KINDS[0] in arrays else None


def read_name(path: str | os.PathLike[str]) -> str:
    """Read the name of a saved city."""
    return _read(Path(path))[1]["name"]


def read_all(path: str | os.PathLike[str]) -> tuple[StreetNetwork, LandUse | None, Ints | None]:
    """Read whatever a saved city holds: streets, land use and districts, None for what is not there."""
    arrays, meta = _read(Path(path))
    use = _unpack_land_use(arrays, meta) if KINDS[0] in arrays else None
    district = arrays["district"].astype(np.int32) if "district" in arrays else None
    return _unpack_streets(arrays, meta), use, district


def read_city(path: str | os.PathLike[str]) -> City:
    """Read a saved city: streets, land use and districts.

    Raises
    ------
    InputError
        If the file is no saved city, or holds streets alone.
    """
    arrays, meta = _read(Path(path))
    if "district" not in arrays or KINDS[0] not in arrays:
        raise InputError(
            f"city file {str(path)!r}: must hold land use and districts, got streets without districts; "
            f"read_streets and read_land_use read it, and save_city(City(...)) writes all of it"
        )
    return City(_unpack_streets(arrays, meta), _unpack_land_use(arrays, meta), arrays["district"].astype(np.int32))


def _unpack_land_use(arrays: Arrays, meta: dict[str, str]) -> LandUse:
    amounts = {word: arrays[word].astype(np.float32) for word in KINDS}
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


def _steps(metres: Floats) -> NDArray[np.int32] | NDArray[np.int64]:
    """Store whole centimetres as steps from one place to the next, which compress well."""
    steps = np.diff(np.round(100 * metres).astype(np.int64), prepend=0).astype(np.int64)
    # Some systems write the number of a zone before the metres east (38,500,000): too much for 32 bits of centimetres.
    fits = not len(steps) or abs(steps).max() < 2**31
    return steps.astype(np.int32) if fits else steps


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
    if not path.is_file():
        raise _refusal(path, "no file")
    try:
        # np.load leaves a file that it opened itself open when the archive is damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: np.asarray(archive[name]) for name in archive.files}
        meta = json.loads(arrays.pop("meta").tobytes())
        written_with = meta["format"]
    except UNREADABLE as error:
        raise _refusal(path, "something else") from error
    if written_with != FORMAT:
        raise _refusal(path, f"one of format {written_with!r}, not {FORMAT}")
    fault = _fault_of_texts(meta) or _fault_of_streets(arrays) or _fault_of_land_use(arrays, meta)
    if fault:
        raise _refusal(path, f"a damaged one: {fault}")
    return arrays, meta


UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, MemoryError, RuntimeError, SyntaxError,
    zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError,
)  # fmt: skip
"""What NumPy, zipfile and json raise when the bytes of an archive are not what they should be."""


def _refusal(path: Path, what: str) -> InputError:
    return InputError(
        f"city file {str(path)!r}: must be a file that save_city of this version wrote, got {what}; "
        f"load the streets from their source again and save them"
    )


def _fault_of_texts(meta: dict[str, object]) -> str:
    missing = [word for word in TEXTS if word not in meta]
    wrong = [word for word in TEXTS if word != "synthetic" and not isinstance(meta.get(word), str)]
    return f"its text {[*missing, *wrong][0]!r} is missing or no text" if missing or wrong else ""


def _fault_of_streets(arrays: Arrays) -> str:
    """Say what keeps arrays from being streets, '' if nothing does."""
    whole = (*JUNCTION_ARRAYS, *SEGMENT_ARRAYS, *POINT_ARRAYS)
    for name in whole:
        if name not in arrays:
            return f"array {name!r} is missing"
        if arrays[name].ndim != 1 or arrays[name].dtype.kind not in "iu":
            return f"array {name!r} must hold whole numbers in one row"
    number = {name: arrays[name].astype(np.int64) for name in whole if name != "key"}
    n_segments, n_junctions = len(arrays["segment_from"]), len(arrays["junction_x"])
    n_inner = int((number["n_points"] - 2).sum())
    for names, n, what in (
        (JUNCTION_ARRAYS, n_junctions, "junction"),
        (SEGMENT_ARRAYS, n_segments, "segment"),
        (POINT_ARRAYS, n_inner, "point between junctions"),
    ):
        for name in names:
            if len(arrays[name]) != n:
                return f"array {name!r} must have one value per {what} ({n}), got {len(arrays[name])}"
    least_and_most = {
        "segment_from": (0, n_junctions - 1),
        "segment_to": (0, n_junctions - 1),
        "length_cm": (1, np.inf),
        "speed": (1, np.inf),
        "class": (0, len(STREET_CLASSES) - 1),
        "flags": (0, 7),
        "n_points": (2, np.inf),
    }
    for name, (least, most) in least_and_most.items():
        if n_segments and not least <= number[name].min() <= number[name].max() <= most:
            return f"array {name!r} must hold values of {least}" + (f" to {most}" if most < np.inf else " or more")
    if len(np.unique(arrays["key"])) < n_segments:
        return "array 'key' must hold a different value for each segment"
    torn = "junctions lie farther apart than the segment between them is long" if _is_torn(number) else ""
    return torn if n_segments else "it holds no segment"


def _is_torn(number: dict[str, NDArray[np.int64]]) -> bool:
    """Tell whether a segment is shorter than the straight line between its ends: a coordinate was changed."""
    x, y = (np.cumsum(number[name]).astype(float) for name in JUNCTION_ARRAYS)
    start, end = number["segment_from"], number["segment_to"]
    chord_cm = np.hypot(x[end] - x[start], y[end] - y[start])
    return bool((number["length_cm"] < LEAST_CHORD_SHARE * chord_cm - CHORD_SLACK_CM).any())


def _fault_of_land_use(arrays: Arrays, meta: dict[str, object]) -> str:
    n = len(arrays["segment_from"])
    there = [name for name in KINDS if name in arrays]
    if there and (len(there) < len(KINDS) or not isinstance(meta.get("land_use_inferred"), bool)):
        return "its land use is not whole"
    for name in there:
        amount = arrays[name]
        if amount.shape != (n,) or amount.dtype.kind not in "fiu":
            return f"array {name!r} must have one number per segment ({n})"
        if np.isinf(amount.astype(float)).any() or (amount.astype(float) < 0).any():
            return f"array {name!r} must hold amounts of 0 or more"
    district = arrays.get("district")
    if district is not None and (district.shape != (n,) or district.dtype.kind not in "iu" or district.min() < 0):
        return f"array 'district' must have one number of a district per segment ({n})"
    return ""
