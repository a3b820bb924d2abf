"""Build sim/city/data/new_haven.npz from the Census street lines in the source archive of libpysal 4.1.1.

    python scripts/build_new_haven.py [libpysal-4.1.1.tar.gz]

Without an argument the archive is fetched with pip. The same archive gives the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sim.city.files import save_city
from sim.city.reading.load import DATA
from sim.city.reading.readers.lines import read_lines
from sim.city.reading.repair import RepairReport, repair_streets

RELEASE = "libpysal==4.1.1"
FOLDER = "libpysal-4.1.1/libpysal/examples/newHaven"
ATTRIBUTION = "Streets: TIGER/Line, U.S. Census Bureau (public domain)"
SOURCE = "TIGER/Line streets of New Haven, Connecticut (state 09, county 009), as distributed in libpysal 4.1.1"


def fetch_archive(folder: Path) -> Path:
    """Download the source archive of libpysal with pip and give its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "libpysal"]
    subprocess.run([*command, RELEASE, "--dest", str(folder)], check=True)
    return next(folder.glob("libpysal-4.1.1.tar.gz"))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the New Haven example of the archive and give its folder."""
    with tarfile.open(archive) as tar:
        members = [m for m in tar.getmembers() if m.name.startswith(FOLDER + "/") and m.isfile()]
        tar.extractall(folder, members, filter="data")
    return folder / FOLDER


def build(archive: Path, target: Path) -> RepairReport:
    """Write the repaired network of the archive's street lines to a city file."""
    with tempfile.TemporaryDirectory() as folder:
        given = read_lines(unpack(archive, Path(folder)) / "newhaven_nework.shp")
    streets, report = repair_streets(
        given.pieces, name="New Haven", crs=given.crs, attribution=ATTRIBUTION, source=SOURCE
    )
    save_city(streets, target)
    return report


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_archive(Path(scratch))
        print(build(given, DATA / "new_haven.npz"))
