"""Which place a brief is about, and how many people live there."""

from __future__ import annotations

from pathlib import Path

from sim.batch.running.runs import read_streets_of
from sim.ledger.run_folder import read_table
from sim.report.names import place_name
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario

LARGE = 1000.0
"""Residents from which on nobody says the last two digits."""


def count_residents(run: Path, scenario: Scenario) -> float:
    """Count who lives in the simulated place on an average day of a run, as real people."""
    return float(read_table(run, "days", columns=["n_residents"])["n_residents"].mean()) * scenario.thinning


def name_place(run: Path, scenario: Scenario, lang: Lang) -> str:
    """Name a place by its streets: the title of a scenario would be wrong once they were set otherwise."""
    if scenario.stand_in:
        return text(lang, "brief.stand_in").format(place=place_name(scenario.city.stands_for, lang))
    place = place_name(read_streets_of(run).name, lang)
    return text(lang, "brief.part").format(place=place) if scenario.is_cut else place


def say_residents(residents: float) -> str:
    """Write how many live there, rounded as one would say it."""
    return f"{round(residents, -2) if residents >= LARGE else residents:,.0f}"
