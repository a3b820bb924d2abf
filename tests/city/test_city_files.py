"""A city file comes back whole, or is refused in one sentence that names what is wrong with it."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from street_plans import two_towns

from sim.city.files import read_city, read_land_use, read_streets, save_city
from sim.city.land_use import City, infer_land_use
from sim.city.reading import load
from sim.city.reading.load import load_source
from sim.errors import InputError

NET = two_towns()
CITY = City(NET, infer_land_use(NET, n_dwellings=200, seed=1), (np.arange(NET.n_segments) % 2).astype(np.int32))
READERS = (read_streets, read_land_use, read_city)


def members(path: Path) -> dict[str, bytes]:
    """Give the files of an archive by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, content: dict[str, bytes]) -> Path:
    """Write an archive whose own checksums fit, so that only the content can be wrong."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, one in content.items():
            archive.writestr(name, one)
    return path


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city") / "city.npz"
    save_city(CITY, path)
    return path


def test_each_array_is_needed_and_named_when_it_is_missing(saved: Path, tmp_path: Path) -> None:
    content = members(saved)
    for name in content.keys() - {"district.npy", "meta.npy"}:
        damaged = pack(tmp_path / "damaged.npz", {other: one for other, one in content.items() if other != name})
        with pytest.raises(
            InputError, match=r"must be a file that save_city.*(array '|land use is not whole)"
        ) as error:
            read_streets(damaged)
        assert name.removesuffix(".npy") in str(error.value) or "land use" in str(error.value)


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("segment_to", lambda a: a[:-1], "one value per segment"),
        ("segment_to", lambda a: a + 1000, "values of 0 to"),
        ("segment_from", lambda a: a.astype(float), "whole numbers"),
        ("junction_y", lambda a: a[:, None], "in one row"),
        ("geometry_x", lambda a: np.append(a, 5), "one value per point"),
        ("key", np.zeros_like, "a different value for each segment"),
        ("class", lambda a: a + 50, "values of 0 to 7"),
        ("length_cm", lambda a: 0 * a, "values of 1 or more"),
        ("dwellings", lambda a: -1 - a, "amounts of 0 or more"),
        ("jobs", lambda a: a[1:], "one number per segment"),
        ("district", lambda a: a[1:], "one number of a district per segment"),
    ],
)
def test_a_damaged_array_is_named(saved: Path, tmp_path: Path, name: str, wrong, words: str) -> None:  # type: ignore[no-untyped-def]
    with np.load(saved) as archive:
        arrays = {one: archive[one] for one in archive.files}
    arrays[name] = wrong(arrays[name])
    np.savez(tmp_path / "damaged.npz", **arrays)
    with pytest.raises(InputError, match=words) as error:
        read_streets(tmp_path / "damaged.npz")
    assert f"'{name}'" in str(error.value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bytes_are_refused_or_read_and_nothing_else(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = members(saved)
    whole = bytearray(saved.read_bytes())
    name = data.draw(st.sampled_from(sorted(content)))
    inside = data.draw(st.booleans())
    changed = bytearray(content[name]) if inside else whole
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.npz"
    if inside:
        pack(path, content | {name: bytes(changed)})
    else:
        path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for read in READERS:
        with suppress(InputError):
            read(path)


def test_land_use_is_kept_without_districts_and_what_is_unknown_stays_unknown(tmp_path: Path) -> None:
    use = infer_land_use(NET, n_dwellings=200, seed=1)
    use.jobs[:] = np.nan
    save_city(NET, tmp_path / "city.npz", land_use=use)
    back = read_land_use(tmp_path / "city.npz")
    assert back is not None
    np.testing.assert_array_equal(back.dwellings, use.dwellings)
    assert np.isnan(back.jobs).all()
    with pytest.raises(InputError, match="without districts"):
        read_city(tmp_path / "city.npz")


def test_coordinates_with_the_number_of_their_zone_in_front_come_back(tmp_path: Path) -> None:
    far = replace(NET, junction_x=NET.junction_x + 38.5e6, geometry_x=NET.geometry_x + 38.5e6)
    save_city(far, tmp_path / "far.npz")
    back = read_streets(tmp_path / "far.npz")
    np.testing.assert_allclose(back.junction_x, far.junction_x, atol=0.0051)
    np.testing.assert_allclose(back.geometry_x, far.geometry_x, atol=0.0051)


@pytest.mark.parametrize("name", ["gone.csv", "gone.xlsx", "gone.txt", "gone.gpkg"])
def test_a_file_that_is_not_there_is_never_looked_up_as_a_place(name):
    with pytest.raises(InputError, match="must be a file that exists"):
        load_source(name)


def test_the_page_lists_every_ending_that_is_read_and_no_ending_has_two_readers():
    page = (Path(__file__).parents[2] / "docs/cities.md").read_text(encoding="utf-8")
    table = page.partition("| you have | give |")[2].partition("\n\n")[0]
    told = {
        ending for row in table.splitlines() for ending in re.findall(r"`(\.[a-z.0-9]+)`", "|".join(row.split("|")[:3]))
    }
    read = [ending for reader in load.READERS for ending in reader.endings]
    assert told == set(read)
    assert len(set(read)) == len(read)


@pytest.mark.parametrize("reader", load.READERS, ids=lambda reader: reader.what)
def test_a_reader_takes_an_option_or_refuses_it(reader):
    """Whatever its ending and capitals, a file that is not there is told as such, unless an option has no use there."""
    asked = {"name": "Elsewhere", "layer": "edges", "paths": True, "crs": "EPSG:4326"}
    for ending in reader.endings:
        for option, value in asked.items():
            words = f"{option} must be left out" if option in reader.no_use_for else "file"
            with pytest.raises(InputError, match=words):
                load_source(f"gone{ending.upper()}", **{option: value})
