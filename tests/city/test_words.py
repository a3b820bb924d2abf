"""What the words of OpenStreetMap, of the Census and of others mean: class, speed, one-way, access, and offers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from sim.city.reading.buildings import offer
from sim.city.reading.words.kinds import StreetKind, street_kind
from sim.city.reading.words.speeds import speed_from_tag
from sim.city.reading.words.told import Told
from sim.city.streets import STREET_CLASSES


def read(tags: Mapping[str, object], *, paths: bool = False) -> tuple[StreetKind | None, Told]:
    told = Told()
    return street_kind(tags, paths=paths, told=told), told


def street(**tags: object) -> StreetKind:
    """Read a residential street with some tags, of which all are understood."""
    kind, told = read({"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()})
    assert kind is not None
    assert not told.not_understood
    return kind


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("30 mph", 48.28),
        ("25MPH", 40.23),
        ("50 km/h", 50.0),
        ("12,5", 12.5),
        (50.0, 50.0),
        ("['50', '30']", 50.0),
        ("50;70", 50.0),
        ("walk", 6.0),
        ("none", np.nan),
        ("", np.nan),
        (None, np.nan),
        (0, np.nan),
    ],
)
def test_speed_tags(text: object, kmh: float) -> None:
    assert speed_from_tag(text) == pytest.approx(kmh, abs=0.01, nan_ok=True)


def test_a_limit_that_a_law_implies_is_that_which_osmnx_knows() -> None:
    from osmnx import routing

    table = getattr(routing, "_IMPLICIT_MAXSPEEDS", {})
    assert speed_from_tag("DE:urban") == table.get("DE:urban")
    assert street(maxspeed__type="DE:urban").speed_kmh == pytest.approx(table.get("DE:urban", np.nan), nan_ok=True)


@pytest.mark.parametrize("text", ["fast", "50 furlongs", "-30", "5000", "XX:urban"])
def test_a_speed_that_is_not_understood_is_named(text: str) -> None:
    kind, told = read({"highway": "primary", "maxspeed": text})
    assert kind is not None
    assert np.isnan(kind.speed_kmh)
    assert told.not_understood == {f"maxspeed={text}, passed over": 1}


def test_limits_of_one_direction_go_before_that_of_the_street() -> None:
    both: dict[str, object] = {"maxspeed": "50", "maxspeed__forward": "30"}
    assert street(**both).speed_kmh == 40
    assert street(**both, oneway="yes").speed_kmh == 30
    assert street(**both, oneway="-1").speed_kmh == 50
    assert street(maxspeed__forward="30", maxspeed__backward="50").speed_kmh == 40


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": True}, (True, False)),
        ({"oneway": 1.0}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": -1.0}, (False, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"junction": "roundabout", "oneway": ""}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "pedestrian"}, (False, False)),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, (True, True)),
        ({"highway": "primary", "oneway": "reversible"}, (True, True)),
        ({"oneway": "in opposite direction"}, (False, True)),
        ({"oneway": "inDirection"}, (True, False)),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, (True, True)),
        ({"motorcar": "no"}, (False, False)),
        ({"motor_vehicle": "no"}, (False, False)),
        ({"vehicle": "no"}, (False, False)),
        ({"vehicle": "no", "motor_vehicle": "yes"}, (True, True)),
        ({"motor_vehicle": "no", "motorcar": "destination"}, (True, True)),
        ({"motor_vehicle__backward": "no"}, (True, False)),
        ({"vehicle__forward": "no"}, (False, True)),
        ({"access": "private"}, (True, True)),
        ({"access": "no", "motor_vehicle": "yes"}, (True, True)),
        ({"access": "no", "foot": "yes"}, (False, False)),
    ],
)
def test_where_vehicles_may_go(tags: dict[str, object], ways: tuple[bool, bool]) -> None:
    kind = street(**tags)
    assert (kind.forward, kind.backward) == ways


@pytest.mark.parametrize(
    ("tags", "walkable"),
    [
        ({"highway": "primary"}, True),
        ({"highway": "motorway_link"}, False),
        ({"highway": "motorway", "foot": "designated"}, True),
        ({"highway": "trunk", "foot": "no"}, False),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, True),
        ({"foot": "private"}, False),
        ({"foot": "use_sidepath"}, True),
        ({"access": "no", "foot": "yes"}, True),
        ({"access": "no", "motor_vehicle": "yes"}, False),
        ({"access": "private"}, True),
    ],
)
def test_where_people_may_walk(tags: dict[str, object], walkable: bool) -> None:
    assert street(**tags).walkable == walkable


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "residential", "access": "no"}, "access=no"),
        ({"highway": "residential", "area": "yes"}, "area=yes"),
        ({"highway": "construction"}, "highway=construction"),
        ({"highway": "footway"}, "highway=footway"),
        ({"highway": None, "waterway": "river"}, "highway is empty"),
        ({"highway": "pedestrian", "foot": "no"}, "closed to people and vehicles"),
        ({"fclass": "river"}, "fclass=river"),
        ({"fclass": "busway"}, "fclass=busway"),
        ({"fclass": "track_grade3"}, "fclass=track_grade3"),
        ({"mtfcc": "H3010"}, "mtfcc=H3010"),
    ],
)
def test_what_is_no_street_is_counted_with_its_reason(tags: dict[str, object], reason: str) -> None:
    kind, told = read(tags)
    assert kind is None
    assert told.left_out == {reason: 1}
    assert not told.not_understood


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ({"highway": "strasse"}, "highway=strasse, left out"),
        ({"highway": "A Road"}, "highway=A Road, left out"),
        ({"class": "boulevard"}, "class=boulevard, left out"),
        ({"class": None}, "class is empty, taken as residential"),
        ({"highway": "primary", "oneway": "perhaps"}, "oneway=perhaps, taken as open both ways"),
        ({"highway": "primary", "access": "maybe"}, "access=maybe, passed over"),
    ],
)
def test_a_word_that_is_not_understood_is_counted_once_for_its_line(tags: dict[str, object], word: str) -> None:
    assert read(tags)[1].not_understood == {word: 1}


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"mtfcc": "S1400"}, "residential"),
        ({"cfcc": "A41"}, "residential"),
        ({"mtfcc": "S1100"}, "motorway"),
        ({"cfcc": "A63"}, "motorway"),
        ({"cfcc": "A15"}, "motorway"),
        ({"mtfcc": "S1710"}, "path"),
        ({"highway": "Residential"}, "residential"),
        ({"highway": "['primary', 'residential']"}, "primary"),
        ({"highway": "primary;residential"}, "primary"),
        ({"fclass": "track_grade3"}, "service"),
        ({"class": "A Road"}, "primary"),
        ({"class": "B Road"}, "secondary"),
        ({"class": "Classified Unnumbered"}, "tertiary"),
        ({"class": "Not Classified"}, "residential"),
        ({"class": "Minor Arterial"}, "secondary"),
        ({"class": "parking_aisle"}, "service"),
        ({}, "residential"),
    ],
)
def test_classes_of_many_publishers(tags: dict[str, object], name: str) -> None:
    kind, _ = read(tags, paths=True)
    assert kind is not None
    assert STREET_CLASSES[kind.street_class] == name


def test_homes_follow_floors_and_sheds_are_none() -> None:
    assert offer({"building": "apartments", "building:levels": "4"}, 450.0)[0] == 20
    assert offer({"building": "apartments", "building:flats": "7"}, 450.0)[0] == 7
    assert offer({"building": "yes"}, 120.0)[0] == 1
    assert offer({"building": "yes"}, 20.0)[0] == 0
    assert offer({"building": "yes", "shop": "bakery"}, 120.0)[:4] == (0, 5, 0, 1)
    assert offer({"amenity": "pub"}, 0.0)[2] == 1
    assert offer({"railway": "station"}, 0.0)[4] == 1
    assert offer({"shop": "vacant"}, 0.0) == (0, 0, 0, 0, 0)
