"""The embedded cities are what they are said to be, and can be built again from their sources."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_repair import n_parts

from sim.city.reading.load import DATA, EMBEDDED, embedded_city, load_streets
from sim.city.streets import STREET_CLASSES

ROOT = Path(__file__).parents[2]
USER_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
CACHE = Path(os.environ.get("CPSIM_TEST_CACHE") or USER_CACHE / "cpsim-test")

SOURCES = {
    "new_haven": ("libpysal==4.1.1", "libpysal-4.1.1.tar.gz", ("--no-binary", "libpysal")),
    "coquimbo": ("aequilibrae==1.7.2", "aequilibrae-1.7.2*.whl", ("--only-binary", ":all:")),
}


def source_of(city: str) -> Path:
    """Give the archive that a city is built from: out of the cache folder, else with pip, else skip."""
    if not (ROOT / "scripts").is_dir():
        pytest.skip("needs the scripts of the repository")
    release, pattern, flags = SOURCES[city]
    if not list(CACHE.glob(pattern)):
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--retries", "0", *flags]
        try:
            subprocess.run([*command, release, "--dest", str(CACHE)], check=True, capture_output=True, timeout=60)
        except (subprocess.SubprocessError, OSError):
            pytest.skip(f"needs {pattern} in the folder CPSIM_TEST_CACHE, or pip with a way to {release}")
    return next(CACHE.glob(pattern))


@pytest.mark.parametrize(
    ("city", "junctions", "segments", "km", "one_way"),
    [("new_haven", 2303, 3457, 474, 0), ("coquimbo", 8709, 12932, 1426, 3585)],
)
def test_size_of_the_embedded_cities(city: str, junctions: int, segments: int, km: int, one_way: int) -> None:
    net = embedded_city(city)
    assert (net.n_junctions, net.n_segments) == (junctions, segments)
    assert net.segment_length_m.sum() / 1000 == pytest.approx(km, abs=1)
    assert (net.drive_forward != net.drive_backward).sum() == one_way


@pytest.mark.parametrize("city", EMBEDDED)
def test_embedded_cities_are_one_piece_and_well_formed(city: str) -> None:
    net = load_streets(city)
    assert n_parts(net, net.drive) == n_parts(net, net.walk) == 1
    assert len(np.unique(net.segment_key)) == net.n_segments
    assert net.attribution
    assert net.source
    assert not net.synthetic
    motorway = net.segment_class == STREET_CLASSES.index("motorway")
    assert not net.walkable[motorway].any()
    along = np.hypot(np.diff(net.geometry_x), np.diff(net.geometry_y))
    along = np.delete(np.append(along, 0), net.geometry_start[1:-1] - 1)[:-1]
    drawn = np.add.reduceat(along, net.geometry_start[:-1] - np.arange(net.n_segments))
    assert np.percentile(np.abs(drawn / net.segment_length_m - 1), 99) < 0.01


@pytest.mark.parametrize("city", EMBEDDED)
def test_dead_ends_are_as_common_as_in_real_cities(city: str) -> None:
    net = embedded_city(city)
    ends = np.bincount(np.concatenate([net.segment_from, net.segment_to]))
    assert 0.05 < (ends == 1).mean() < 0.25
    assert 2.5 < ends.mean() < 3.5


@pytest.mark.parametrize("city", EMBEDDED)
def test_an_embedded_city_is_there_in_a_tenth_of_a_second(city: str) -> None:
    embedded_city(city)
    best = min(timed(city) for _ in range(5))
    assert best < 0.1


def timed(city: str) -> float:
    start = time.perf_counter()
    embedded_city(city)
    return time.perf_counter() - start


def test_an_embedded_city_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from sim.city.reading.load import embedded_city; embedded_city('new_haven'); "
        "heavy = {'osmnx', 'osmium', 'geopandas', 'pyogrio', 'shapely', 'networkx', 'pandas', 'scipy.sparse'}; "
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_licences_lie_beside_the_data() -> None:
    text = (DATA / "README.md").read_text()
    assert "OpenStreetMap contributors" in text
    assert "ODbL" in text
    assert "public domain" in text
    assert "OpenStreetMap" in embedded_city("coquimbo").attribution


@pytest.mark.parametrize("city", EMBEDDED)
def test_building_again_gives_the_same_bytes(city: str, tmp_path: Path) -> None:
    archive = source_of(city)
    script = ROOT / "scripts" / f"build_{city}.py"
    code = (
        f"import runpy; from pathlib import Path; "
        f"runpy.run_path({str(script)!r})['build'](Path({str(archive)!r}), Path('x.npz'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "x.npz").read_bytes() == (DATA / f"{city}.npz").read_bytes()


def test_the_known_faults_of_the_incidents_are_as_described() -> None:
    archive = source_of("new_haven")
    sys.path.insert(0, str(ROOT))
    from scripts.read_new_haven_incidents import find_faults, read_incidents

    incidents = read_incidents(archive)
    faults = find_faults(incidents)
    assert (faults.rows, faults.categories) == (3293, 147)
    assert (faults.categories_cut, faults.rows_in_cut_categories) == (13, 1300)
    assert (faults.at_headquarters, faults.repeated) == (153, 46)
    assert incidents["time"].min().isoformat() == "2014-09-01T00:42:00"
    assert incidents["distance_m"].median() < 5
    # What is cut loses the end of the month; what is not is as frequent in its second half as in its first.
    late = incidents["time"].dt.day > 15
    cut = incidents["cut_category"]
    assert late[cut].mean() < 0.35
    assert 0.45 < late[~cut].mean() < 0.55
