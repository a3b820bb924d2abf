"""The cities that can be asked about: their parts, their outline, and their streets as bytes."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from math import isnan
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from sim.city.land_use import City
from sim.city.reading.whereabouts import locate
from sim.city.streets import STREET_CLASSES
from sim.inputs.words import LANGUAGES
from sim.report.names import chinese_names, notice_line, scenario_title
from sim.scenarios.scenario import Scenario, load_scenario, scenario_names
from sim.web.binary import pack
from sim.web.words import Both, both
from sim.world import build_city

FIRST = "new_haven"
SHARES = {"0.1": "parts.share", "0.2": "parts.share_fifth", "0.5": "parts.share_half"}
WHOLE = 0.02
"""A density that is off by so little is that of the city."""
MOST_PARTS = 40
"""Districts that are offered; of more, shares alone."""


def list_cities() -> list[dict[str, Any]]:
    """List the cities of the package, the one with real streets first."""
    return [city_card(name, load_named(name)) for name in city_keys()]


@cache
def city_keys() -> tuple[str, ...]:
    """Name the cities of the package; other histories of the same city are a matter of `cpsim history`."""
    names = [name for name in scenario_names() if name != FIRST]
    return FIRST, *(name for name in names if not any(name.startswith(f"{one}_") for one in names))


@cache
def load_named(name: str) -> Scenario:
    """Read a scenario of the package, once."""
    return load_scenario(name)


def city_card(key: str, scenario: Scenario) -> dict[str, Any]:
    """Say of a city what a person needs to choose it."""
    lines = {lang: scenario_title(scenario, lang) for lang in LANGUAGES}
    title = {lang: words.partition("：" if lang == "zh" else ":") for lang, words in lines.items()}
    name = {lang: parts[0] or key for lang, parts in title.items()}
    name["zh"] = chinese_names()["scenarios"].get(scenario.name, name["zh"])
    line = {lang: (parts[2] or parts[0]).strip() for lang, parts in title.items()}
    n = scenario.people.n_residents
    return {"key": key, "name": name, "line": line, "n_residents": n, "parts": list_parts(scenario), "ready": True}


def list_parts(scenario: Scenario) -> list[dict[str, Any]]:
    """List the parts of a city that can be run alone, the whole last; residents are those of an equal share."""
    n = scenario.people.n_residents
    parts = [{"key": share, "name": both(key), "n_residents": round(float(share) * n)} for share, key in SHARES.items()]
    n_districts = scenario.force.n_districts
    if not scenario.city.is_synthetic and n_districts <= MOST_PARTS:
        parts += [
            {"key": f"district {k}", "name": both("parts.district", n=k + 1), "n_residents": round(n / n_districts)}
            for k in range(n_districts)
        ]
    return [*parts, {"key": "", "name": both("parts.whole"), "n_residents": n}]


def describe_city(key: str, scenario: Scenario, part: str) -> dict[str, Any]:
    """Give what the page draws beside the streets."""
    city = build_city(scenario)
    net = city.streets
    west, south = _corner(city)
    name = city_card(key, scenario)["name"]
    names: Both = {lang: _in_full(name[lang], part, lang) for lang in LANGUAGES}
    n = round(scenario.people.n_residents * (1.0 if city.part is None else city.part.share))
    each = scenario.thinning
    kind = "city.whole_scale" if abs(each - 1.0) < WHOLE else "city.scale"
    return {
        "key": key, "part": part, "name": names,
        "bounds": [0.0, 0.0, float(net.geometry_x.max() - west), float(net.geometry_y.max() - south)],
        "epsg": net.crs, "origin": [west, south], "latitude": _latitude(city), "n_segments": net.n_segments,
        "districts": [{"number": k, "name": both("parts.district", n=k + 1)} for k in range(_n_districts(city))],
        "stations": _stations(scenario, city),
        "attribution": {lang: notice_line(net.attribution, lang) if net.attribution else "" for lang in LANGUAGES},
        "scale": both(kind, n=f"{n:,}", segments=f"{net.n_segments:,}", each=f"{each:.3g}"),
        "synthetic": net.synthetic, "warning": both("start.warning_made_up" if net.synthetic else "start.warning"),
        "classes": list(STREET_CLASSES), "streets": f"/api/streets/{quote(key)}?part={quote(part)}",
    }  # fmt: skip


def pack_streets(scenario: Scenario) -> bytes:
    """Lay the streets of a city out as docs/page-protocol.md says."""
    return _pack_city(build_city(scenario))


@lru_cache(maxsize=8)
def _pack_city(city: City) -> bytes:
    net = city.streets
    west, south = _corner(city)
    head = {
        "n": net.n_segments,
        "points": len(net.geometry_x),
        "classes": list(STREET_CLASSES),
        "names": [],
        "scale_m": 0.1,
    }
    arrays: list[NDArray[Any]] = [
        np.round((net.geometry_x - west) * 10.0).astype("<i4"), np.round((net.geometry_y - south) * 10.0).astype("<i4"),
        net.geometry_start.astype("<u4"), net.segment_class.astype("u1"), city.district.astype("<i2"),
        np.zeros(net.n_segments, "<u4"),
    ]  # fmt: skip
    return pack(head, arrays)


def _corner(city: City) -> tuple[float, float]:
    return float(city.streets.geometry_x.min()), float(city.streets.geometry_y.min())


def _in_full(name: str, part: str, lang: str) -> str:
    if not part:
        return name
    words = SHARES.get(part)
    number = part.partition(" ")[2]
    said = (
        both(words)[lang] if words else both("parts.district", n=int(number) + 1)[lang] if number.isdecimal() else part
    )
    return f"{name}，{said}" if lang == "zh" else f"{name}, {said}"


def _n_districts(city: City) -> int:
    return int(city.district.max()) + 1


def _latitude(city: City) -> float | None:
    latitude = locate(city.streets).latitude
    return None if isnan(latitude) else latitude


def _stations(scenario: Scenario, city: City) -> list[list[int]]:
    """Place each district's station where its officers begin, in the units of streets."""
    from sim.agents.population.officers import build_officers, local_force  # noqa: PLC0415 - loads the compiled core

    west, south = _corner(city)
    net, officers = city.streets, build_officers(local_force(scenario, city), city, 0)
    station = dict(zip(officers["district"].tolist(), officers["station"].tolist(), strict=True))
    return [
        [round(10.0 * float(net.junction_x[j] - west)), round(10.0 * float(net.junction_y[j] - south))]
        for _, j in sorted(station.items())
    ]


def canonical(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Write JSON in the one way in which it can be written: sorted keys, no blanks, no escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
