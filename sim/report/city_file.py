"""What a city is and what a source of streets told of it, in sentences for the screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from sim.city.land_use import KINDS, LandUse, known_kinds
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import street_statistics
from sim.report.names import place_name
from sim.report.texts import Lang, text


def shape_lines(streets: StreetNetwork, lang: Lang = "en") -> Iterator[str]:
    """Say how large a city is, and of what form."""
    yield text(lang, "city_file.size").format(
        city=place_name(streets.name, lang), segments=f"{streets.n_segments:,}", junctions=f"{streets.n_junctions:,}"
    )
    for name, value in dataclasses.asdict(street_statistics(streets)).items():
        yield text(lang, "city_file.shape").format(name=text(lang, f"city_file.{name}"), value=f"{value:,.4g}")


def land_use_line(use: LandUse | None, lang: Lang = "en") -> str:
    """Say what was counted along the streets, and what a run will infer."""
    if use is None:
        return text(lang, "city_file.nothing")
    known = known_kinds(use)
    amounts = [
        text(lang, "city_file.amount").format(
            n=f"{np.nansum(getattr(use, kind).astype(float)):,.0f}", kind=text(lang, f"city.{kind}")
        )
        for kind in known
    ]
    unknown = text(lang, "city_file.or").join(text(lang, f"city.{kind}") for kind in KINDS if kind not in known)
    rest = text(lang, "city_file.unknown").format(kinds=unknown) if unknown else ""
    key = "city_file.inferred" if use.inferred else "city_file.counted"
    comma = text(lang, "study.comma")
    return text(lang, key).format(amounts=comma.join(amounts), rest=rest)
