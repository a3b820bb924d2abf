"""The briefings that a strategy is tried on: a few usual ones, and every kind crossed with every other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sim.params import N_CRIMES
from sim.policies.arguments import ROLES
from sim.policies.contract.example import example_observation
from sim.policies.protocol import Observation

Cases = dict[str, Observation]
LARGE = "a large force"

SHIFTS = ("night", "day", "evening")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RECORDS = {
    "nothing on record": 0,
    "one incident on record": 1,
    "few incidents on record": 5,
    "one type of crime on record": 60,
    "a rich record": 500,
}
"""Incidents on record; a strategy that asks for one type, one week or one place finds none in most real records."""
FORCES = {"nobody": 0, "one officer": 1, "three officers": 3, "sixteen officers": 16}
"""Officers on duty."""
CITIES = (120, 3, 40)
"""Segments of the cities, in turn."""


def usual_cases() -> Cases:
    """Make up a few briefings, for rules that ask each of them many times."""
    return {
        "a night shift": example_observation(1, shift=0),
        "a day shift": example_observation(1, shift=1),
        "an evening shift of another city": example_observation(2, shift=2, day=75),
        "the first shift, nothing on record": example_observation(3, n_incidents=0, day=0, shift=0, n_disputes=0),
        "nobody on duty": example_observation(4, n_on_duty=0),
        "one officer": example_observation(5, n_on_duty=1),
        "a force of one officer": example_observation(5, n_officers=1, n_on_duty=1),
        "no incidents and no disputes": example_observation(6, n_incidents=0, n_disputes=0),
        "a city of three segments": example_observation(7, n_segments=3, n_incidents=40),
        LARGE: example_observation(8, n_officers=150, n_segments=1500, n_incidents=4000, day=200),
    }


def crossed_cases() -> Iterator[tuple[str, Observation]]:
    """Make up a briefing for each shift, weekday, kind of record and size of force, with roles and cities in turn.

    A strategy that fails where its list of places is empty fails on some of these, whatever it looks for.
    """
    kinds = product(range(len(SHIFTS)), range(len(WEEKDAYS)), RECORDS, FORCES)
    for number, (shift, weekday, record, force) in enumerate(kinds):
        first = number // len(FORCES) % len(ROLES)
        roster = ROLES[first:] + ROLES[:first]  # who is alone on duty is an officer of each role in turn
        types = (number // (len(RECORDS) * len(FORCES)) % N_CRIMES,) if record.startswith("one type") else None
        n_incidents = RECORDS[record]
        yield (
            f"{SHIFTS[shift]} shift, {WEEKDAYS[weekday]}, {record}, {force} on duty",
            example_observation(
                number,
                n_segments=CITIES[number % len(CITIES)],
                n_officers=max(1, 3 * FORCES[force]),
                n_on_duty=FORCES[force],
                n_incidents=n_incidents,
                n_disputes=min(n_incidents, 8),
                day=weekday if n_incidents == 0 else 70 + weekday,
                shift=shift,
                roster=roster,
                types=types,
            ),
        )
