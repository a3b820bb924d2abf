"""Write into docs/data-cards.md what can be counted of the cities of the package.

python scripts/list_cities.py
"""

from __future__ import annotations

import hashlib

import numpy as np
from marked_pages import DOCS, table_of, write_page

from sim.city.land_use import KINDS
from sim.city.reading.load import DATA, EMBEDDED, embedded_city
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.city.synthetic.statistics import street_statistics
from sim.scenarios.scenario import SYNTHETIC, Scenario, load_scenario, scenario_names
from sim.world import build_city

PAGE = DOCS / "data-cards.md"
SHORT_M = 15.0
"""Segments below this length are hardly places: the short sides of crossings of divided streets."""


def counts_of_streets(name: str) -> str:
    """Count the streets of an embedded city."""
    net, file = embedded_city(name), DATA / f"{name}.npz"
    rows = [*_form(net), ["file", f"`{file.name}`, sha256 `{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}…`"]]
    return table_of(("counted in the file", ""), rows)


def counts_of_land_use(scenario: Scenario) -> str:
    """Count what was inferred along the streets of a scenario."""
    use = build_city(scenario).land_use
    rows = []
    for kind in KINDS:
        here = np.asarray(getattr(use, kind), np.float64)
        falling = np.cumsum(np.sort(here)[::-1])
        half = (np.searchsorted(falling, falling[-1] / 2.0) + 1) / len(here)
        rows.append([kind, f"{here.sum():,.0f}", f"{(here > 0).mean():.0%}", f"{half:.1%}"])
    return table_of(("inferred", "in all", "segments that have any", "segments that have half of them"), _spaced(rows))


def synthetic_cities() -> str:
    """List the synthetic cities that scenarios of the package are set on, one row for those that share one."""
    rows: dict[str, list[str]] = {}
    for name in scenario_names():
        scenario = load_scenario(name)
        choice, people = scenario.city, scenario.people
        if choice.streets not in SYNTHETIC:
            continue
        if choice.model_dump_json() in rows:
            rows[choice.model_dump_json()][0] += f", `{name}`"
            continue
        city = build_city(scenario)
        rows[choice.model_dump_json()] = [
            f"`{name}`", choice.stands_for, f"`{choice.streets}`, seed {choice.layout_seed}", f"{choice.part:g}",
            f"{city.streets.n_segments:,}", f"{street_statistics(city.streets).total_km:.1f}",
            f"{people.n_residents:,}", f"{people.n_residents * people.residents_per_agent:,.0f}",
            f"{np.sum(city.land_use.dwellings, dtype=np.float64):,.0f}",
        ]  # fmt: skip
    heads = (
        "scenario", "stands for", "streets", "part", "segments", "km", "simulated residents", "real residents", "homes"
    )  # fmt: skip
    return table_of(heads, rows.values())


def tables() -> dict[str, str]:
    """Give the tables of the page."""
    return {
        **{name: counts_of_streets(name) for name in EMBEDDED},
        "inferred": counts_of_land_use(load_scenario("new_haven")),
        "synthetic": synthetic_cities(),
    }


def _form(net: StreetNetwork) -> list[list[str]]:
    form = street_statistics(net)
    classes = np.bincount(net.segment_class, minlength=len(STREET_CLASSES))
    by_class = ", ".join(f"{name} {n:,}" for name, n in zip(STREET_CLASSES, classes, strict=True) if n)
    one_way = int((net.drive_forward ^ net.drive_backward).sum())
    return _spaced(
        [
            ["junctions", f"{form.n_junctions:,}"],
            ["segments", f"{form.n_segments:,}"],
            ["segments by class", by_class],
            ["street", f"{form.total_km:,.0f} km"],
            [
                "length of a segment: median; 90th percentile",
                f"{form.median_length_m:.0f} m; {form.p90_length_m:.0f} m",
            ],
            [f"segments shorter than {SHORT_M:.0f} m", f"{(net.segment_length_m < SHORT_M).sum():,}"],
            ["streets at a junction, mean", f"{form.mean_degree:.2f}"],
            ["dead ends among junctions", f"{form.dead_end_share:.0%}"],
            ["junctions of four or more streets", f"{form.four_way_share:.0%}"],
            ["circuity", f"{form.circuity:.3f}"],
            ["one-way segments", f"{one_way:,}" if one_way else "none"],
            ["length that is tertiary or busier", f"{form.main_street_share:.0%}"],
        ]
    )


def _spaced(rows: list[list[str]]) -> list[list[str]]:
    """Put a space before a per cent sign, as all pages have it."""
    return [[cell.replace("%", " %") for cell in row] for row in rows]


if __name__ == "__main__":
    write_page(PAGE, tables())
