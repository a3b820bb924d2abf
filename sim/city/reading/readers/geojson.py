"""What GDAL passes over in a GeoJSON file without a word."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sim.errors import InputError

ENDINGS = (".geojson", ".json")


def refuse_lost_features(path: str | os.PathLike[str], n_read: int) -> None:
    """Refuse a GeoJSON file of which GDAL read fewer features than it lists.

    GDAL leaves out each member of `features` that does not call itself a feature, and says nothing of it.

    Parameters
    ----------
    n_read
        features that GDAL gave

    Raises
    ------
    InputError
        If the file lists more than those.
    """
    if not str(path).lower().endswith(ENDINGS):
        return
    try:
        content = json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError):
        return  # in another encoding, or in another form that GDAL reads as well
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list) or len(listed) <= n_read:
        return
    kinds = [one.get("type") if isinstance(one, dict) else one for one in listed]
    odd = next((number for number, kind in enumerate(kinds, 1) if kind != "Feature"), None)
    which = "" if odd is None else f"; the type of feature {odd} is {json.dumps(kinds[odd - 1])[:60]}"
    raise InputError(
        f'street file {str(path)!r}: each of its {len(listed)} features must have the type "Feature" and be one that '
        f"GDAL reads, but it read {n_read}{which}"
    )
