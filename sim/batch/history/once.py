"""One run of a history, counted month by month; the survey office asks on the last day of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from sim.agents.tables import BY_VISIT
from sim.batch.history.arms import World
from sim.batch.history.figures import ACCOUNTED, COUNTED
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.ledger.columns import Rows, frame_of
from sim.outcomes.account import measure_account
from sim.outcomes.questionnaire import ask_residents, find_people
from sim.outcomes.response import count_rung
from sim.outcomes.survey import publish_index
from sim.params import CRIMES
from sim.policies.contract.foreign import faults_of
from sim.world import World as City
from sim.world import build_world

Row = dict[str, Any]
DAYS_A_YEAR = 365.0
FILED = slice(0, CRIMES.index("disorder"))
"""Disorder is no criminal case, so it is left out of all crime."""
SURVEYED = 10_000
"""Residents invited to a wave: so many that the sample adds little to the chance of the run. What a survey of another
size would tell is worked out from the shares."""


def run_by_month(world: World, seed: int) -> list[Row]:
    """Run a history and count what happened in each month.

    Nothing is asked of the residents that would change them: the survey reads what they feel.
    """
    scenario = world.scenario
    city = build_world(scenario, seed)
    months: dict[str, Row] = {}
    with faults_of(world.policy):
        for shift, rows in run_shifts(city, world.policy):
            day = (shift - 1) // SHIFTS_A_DAY
            today = scenario.clock.date_of(day)
            row = months.setdefault(f"{today:%Y-%m}", _empty())
            _count(row, rows, scenario.people.residents_per_agent)
            is_last = day == scenario.n_days - 1 or (today + timedelta(days=1)).day == 1
            if is_last and shift % SHIFTS_A_DAY == 0:
                row["safe"], row["satisfied"] = _ask(city, wave=12 * today.year + today.month)
    return [{"month": month, **row} for month, row in months.items()]


def _empty() -> Row:
    return dict.fromkeys(COUNTED, 0.0) | dict.fromkeys(("safe", "satisfied", *ACCOUNTED), np.nan)


def _count(row: Row, rows: dict[str, Rows], residents_per_agent: float) -> None:
    days, contacts = rows["days"], rows["contacts"]
    row["days"] += float(len(days))
    for name, column in (("person", "n_residents"), ("tenant", "n_migrants"), ("registered", "n_registered")):
        row[f"{name}_years"] += float(days[column].sum()) / DAYS_A_YEAR
    rung = count_rung(frame_of("calls", rows["calls"]), frame_of("days", days))
    row["calls_real"] += rung * residents_per_agent
    for name, column in (("crimes", "n_offences"), ("known", "n_reported"), ("recorded", "n_recorded")):
        row[name] += float(days[column][:, FILED].sum())
    row["sentenced"] += float((rows["arrests"]["custody_days"] > 0).sum())
    visits = contacts[contacts["kind"] == BY_VISIT]
    met = visits[visits["met"] > 0]
    row["visits"] += float(len(visits))
    row["met_fair"] += float((met["fair"] > 0).sum())
    row["met_unfair"] += float((met["fair"] == 0).sum())
    for feeling in ("security", "satisfaction"):
        row[f"{feeling}_days"] += float(days[feeling].sum())
    if len(rows["account"]):
        measured = measure_account(frame_of("account", rows["account"]))
        row.update({name: measured[name] for name in ACCOUNTED})


def _ask(city: City, wave: int) -> tuple[float, float]:
    """Ask so many residents what an office would ask, and give the shares that it would publish, in per cent."""
    survey = city.scenario.survey.model_copy(update={"survey_sample": SURVEYED})
    answers = ask_residents(find_people(city.state), seed=city.seed, wave=wave, survey=survey)
    index = publish_index(frame_of("answers", answers))
    return 100.0 * index.safe.value, 100.0 * index.satisfied.value
