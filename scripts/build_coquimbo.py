"""Build sim/city/data/coquimbo.npz from the OpenStreetMap streets in the wheel of aequilibrae 1.7.2.

    python scripts/build_coquimbo.py [aequilibrae-1.7.2-....whl]

Without an argument the wheel is fetched with pip. The same wheel gives the same bytes.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from sim.city.files import save_city
from sim.city.reading.load import DATA
from sim.city.reading.pieces import StreetPieces, link_pieces, stack_kinds
from sim.city.reading.projection import metric_crs
from sim.city.reading.repair import RepairReport, repair_streets
from sim.city.reading.source import OSM_NOTICE
from sim.city.reading.words.kinds import StreetKind, street_kind
from sim.city.reading.words.told import Told

RELEASE = "aequilibrae==1.7.2"
PROJECT = "aequilibrae/reference_files/coquimbo.zip"
SOURCE = "OpenStreetMap streets of Coquimbo and La Serena, Chile, as distributed in aequilibrae 1.7.2"


def fetch_wheel(folder: Path) -> Path:
    """Download the wheel of aequilibrae with pip and give its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, RELEASE, "--dest", str(folder)], check=True)
    return next(folder.glob("aequilibrae-1.7.2*.whl"))


def unpack(wheel: Path, folder: Path) -> Path:
    """Unpack the database of the Coquimbo project and give its path."""
    with zipfile.ZipFile(wheel) as outer, zipfile.ZipFile(io.BytesIO(outer.read(PROJECT))) as inner:
        return Path(inner.extract("project_database.sqlite", folder))


def read_links(database: Path) -> tuple[StreetPieces, str]:
    """Read the links of an aequilibrae project, without the connectors that its traffic model adds.

    A link names its nodes; its direction is 1 (along the line), -1 (against it) or 0 (both).
    """
    import geopandas  # noqa: PLC0415 - only builders of cities pay for it

    frame = geopandas.read_file(database, layer="links")
    frame = frame[frame["link_type"] != "centroid_connector"]
    crs = metric_crs(*frame.total_bounds, source=RELEASE)
    lines = [np.asarray(shape.coords) for shape in frame.to_crs(crs).geometry.force_2d()]
    kinds = [_kind(row) for row in frame.drop(columns="geometry").to_dict("records")]
    length = frame["distance"].to_numpy(float)
    return link_pieces(frame["a_node"], frame["b_node"], lines, stack_kinds(kinds), length), crs


def _kind(row: dict[str, object]) -> StreetKind:
    kind = street_kind({"highway": row["link_type"], "maxspeed": _speed(row), "oneway": "no"}, paths=False, told=Told())
    assert kind is not None, row
    return kind._replace(forward=row["direction"] != -1, backward=row["direction"] != 1)


def _speed(row: dict[str, object]) -> object:
    return row["speed_ba"] if row["direction"] == -1 else row["speed_ab"]


def build(wheel: Path, target: Path) -> RepairReport:
    """Write the repaired network of the wheel's links to a city file."""
    with tempfile.TemporaryDirectory() as folder:
        pieces, crs = read_links(unpack(wheel, Path(folder)))
    streets, report = repair_streets(
        pieces, name="Coquimbo and La Serena", crs=crs, attribution=OSM_NOTICE, source=SOURCE
    )
    save_city(streets, target)
    return report


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_wheel(Path(scratch))
        print(build(given, DATA / "coquimbo.npz"))
