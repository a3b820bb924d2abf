"""What the words of OpenStreetMap and of the Census mean: speeds, one-ways, classes, and what stands along a street."""

from __future__ import annotations

import numpy as np
import pytest

from sim.city.reading.buildings import offer
from sim.city.reading.kinds import directions_from_tags, speed_from_tag, street_kind, tiger_class
from sim.city.streets import STREET_CLASSES


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("30 mph", 48.28),
        ("['50', '30']", 50.0),
        ("50;70", 50.0),
        ("RO:urban", np.nan),
        (None, np.nan),
        (0, np.nan),
    ],
)
def test_speed_tags(text: object, kmh: float) -> None:
    assert speed_from_tag(text) == pytest.approx(kmh, abs=0.01, nan_ok=True)


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        (("yes", None, "residential"), (True, False)),
        (("-1", None, "residential"), (False, True)),
        ((None, "roundabout", "residential"), (True, False)),
        (("no", None, "motorway"), (True, True)),
        ((None, None, "motorway"), (True, False)),
        ((None, None, "pedestrian"), (False, False)),
        (("reversible", None, "primary"), (True, True)),
    ],
)
def test_one_way_tags(tags: tuple[str | None, str | None, str | None], ways: tuple[bool, bool]) -> None:
    assert directions_from_tags(*tags) == ways


def test_census_codes_old_and_new() -> None:
    words = {code: tiger_class(code, paths=False) for code in ("S1400", "A41", "S1100", "A63", "A15", "S1710", "H1100")}
    assert [None if c is None else STREET_CLASSES[c] for c in words.values()] == [
        "residential", "residential", "motorway", "motorway", "motorway", None, None,
    ]  # fmt: skip


def test_people_walk_everywhere_but_on_motorways() -> None:
    def walk(**tags: str) -> bool:
        kind = street_kind(tags, paths=True)
        assert kind is not None
        return kind.walkable

    assert walk(highway="primary")
    assert not walk(highway="motorway_link")
    assert not walk(highway="trunk", foot="no")
    assert street_kind({"highway": "residential", "access": "no"}, paths=True) is None


def test_homes_follow_floors_and_sheds_are_none() -> None:
    assert offer({"building": "apartments", "building:levels": "4"}, 450.0)[0] == 20
    assert offer({"building": "apartments", "building:flats": "7"}, 450.0)[0] == 7
    assert offer({"building": "yes"}, 120.0)[0] == 1
    assert offer({"building": "yes"}, 20.0)[0] == 0
    assert offer({"building": "yes", "shop": "bakery"}, 120.0)[:4] == (0, 5, 0, 1)
    assert offer({"amenity": "pub"}, 0.0)[2] == 1
    assert offer({"railway": "station"}, 0.0)[4] == 1
    assert offer({"shop": "vacant"}, 0.0) == (0, 0, 0, 0, 0)
