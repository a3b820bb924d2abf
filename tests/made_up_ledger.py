"""A made-up ledger for tests of measures and pictures: rows of a real run, of which the columns that matter are drawn.

Whatever is not drawn here stays as the run left it, so a column that is new in the package needs no line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
from small_force import FEW

from sim.agents.events import LEDGER, PARTS
from sim.agents.tables import N_ACTIVITIES, WARDEN, row_dtype
from sim.clock import DAY_MIN
from sim.engine import run_shifts
from sim.ledger.columns import Rows, arrow_frame, arrow_table
from sim.outcomes.questionnaire import People, ask_residents
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy
from sim.scenarios.people import Survey
from sim.scenarios.scenario import Scenario
from sim.world import build_world

N_RESIDENTS = 5_000
N_OFFENDERS = 200
OWN_FINDS = 20
"""Of so many calls that are no reports of offences, one is an officer's own find."""


REAL = {
    "n_days": 60, "people.n_residents": 600, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2,
    "offending.searches_per_year": 200, **FEW,
}  # fmt: skip


@lru_cache
def _ledger_of_a_run() -> dict[str, Rows]:
    """Run a small world, once a process, and give all that its ledger holds."""
    shifts = [rows for _, rows in run_shifts(build_world(Scenario().replace(REAL), 1), make_policy("grid"))]
    return {name: np.concatenate([rows[name] for rows in shifts]) for name in LEDGER}


def rows_of_a_run(name: str, n: int) -> Rows:
    """Take rows of the real run, over and over where it has fewer."""
    real = _ledger_of_a_run()[name]
    return np.resize(real, n) if len(real) else np.zeros(n, row_dtype(LEDGER[name]))


def _key_of(resident: np.ndarray) -> np.ndarray:
    """Give the key of the person in a row of residents, 0 where there is none."""
    return np.where(resident >= 0, resident + 1, 0).astype(np.uint64)


def make_rows(*, n_segments: int, n_days: int = 365, n_offences: int = 1_500, seed: int = 1) -> dict[str, Rows]:
    """Draw rows of all tables: some segments and some offenders have far more than others."""
    rng = np.random.default_rng(seed)
    offences = _offences(rng, n_segments, n_days, n_offences)
    calls = _calls(rng, offences, n_segments, n_days)
    incidents = _incidents(rng, offences)
    rows = {name: rows_of_a_run(name, 0) for name in LEDGER}
    people, feelings = _people(rng, n_segments, n_days)
    return rows | {
        "people": people, "feelings": feelings, "answers": _answers(people, feelings, n_days),
        "account": _account(people, feelings, n_days),
        "offences": offences, "calls": calls, "incidents": incidents, "arrests": _arrests(rng, incidents, n_days),
        "contacts": _contacts(rng, n_segments, n_days), "disputes": _disputes(rng, n_days),
        "tickets": _tickets(rng, n_segments, n_days),
        "days": _days(rng, offences, incidents, calls, n_days), "segments": _panel(rng, offences, n_segments, n_days),
    }  # fmt: skip


def as_frames(rows: Mapping[str, Rows]) -> dict[str, pd.DataFrame]:
    """Turn rows into the data frames that `read_table` gives."""
    return {name: arrow_frame(name, arrow_table(name, table)) for name, table in rows.items()}


def make_tables(
    *, n_segments: int = 300, n_days: int = 365, n_offences: int = 1_500, seed: int = 1
) -> dict[str, pd.DataFrame]:
    return as_frames(make_rows(n_segments=n_segments, n_days=n_days, n_offences=n_offences, seed=seed))


def _heavy(rng: np.random.Generator, n: int) -> np.ndarray:
    weight = rng.pareto(1.1, n) + 0.1
    return weight / weight.sum()


def _offences(rng, n_segments, n_days, n):
    rows = rows_of_a_run("offences", n)
    rows["cause"] = np.arange(n, dtype=np.uint64) + np.uint64(2**63)
    rows["t"] = np.sort(rng.uniform(0, n_days * DAY_MIN, n))
    rows["type"] = rng.choice(5, n, p=(0.2, 0.05, 0.4, 0.15, 0.2))
    rows["segment"] = rng.choice(n_segments, n, p=_heavy(rng, n_segments))
    rows["offender"] = rng.choice(N_OFFENDERS, n, p=_heavy(rng, N_OFFENDERS))
    rows["resident"] = rows["offender"] * 3
    rows["home"] = rng.integers(0, n_segments, N_OFFENDERS)[rows["offender"]]
    rows["victim"] = np.where(rng.random(n) < 0.3, -1, rng.integers(0, N_RESIDENTS, n))
    rows["resident_key"], rows["victim_key"] = _key_of(rows["resident"]), _key_of(rows["victim"])
    rows["reported"] = rng.random(n) < 0.5
    rows["discovered"] = (rng.random(n) < 0.05) & (rows["reported"] == 0)
    return rows


def _calls(rng, offences, n_segments, n_days):
    told = offences[offences["reported"] == 1]
    n_other = 3 * len(told)
    rows = rows_of_a_run("calls", len(told) + n_other)
    rows["cause"] = np.concatenate([told["cause"], np.arange(n_other, dtype=np.uint64) + np.uint64(10**6)])
    rows["kind"] = np.concatenate([told["type"], rng.integers(5, 10, n_other)])
    rows["segment"] = np.concatenate([told["segment"], rng.integers(0, n_segments, n_other)])
    rows["t_event"] = np.concatenate([told["t"], rng.uniform(0, n_days * DAY_MIN, n_other)])
    rows["priority"] = rng.choice((1, 2, 3), len(rows), p=(0.15, 0.35, 0.5))
    rows["t_call"] = rows["t_event"] + rng.exponential(5, len(rows))
    rows["t_sent"] = rows["t_call"] + rng.exponential(2, len(rows)) * rows["priority"] ** 2
    rows["t_arrived"] = rows["t_sent"] + rng.gamma(3, 1.2, len(rows))
    rows["caller"] = np.where(rng.random(len(rows)) < 0.05, -1, rng.integers(0, N_RESIDENTS, len(rows)))
    rows["caller_key"] = _key_of(rows["caller"])
    rows["t_closed"] = rows["t_arrived"] + rng.lognormal(np.log(50), 0.8, len(rows))
    rows["answered"] = rows["kind"] != 9
    for column in ("t_sent", "t_arrived"):
        rows[column][rows["answered"] == 0] = np.nan
    rows["t_closed"][rows["answered"] == 0] = rows["t_call"][rows["answered"] == 0] + 3
    own = len(told) + np.arange(0, n_other, OWN_FINDS)  # what officers saw themselves: some of it are offences
    rows["discovered"] = np.isin(np.arange(len(rows)), own)
    hidden = offences[(offences["reported"] == 0) & (offences["discovered"] == 0)][: len(own) // 2]
    own = own[: len(hidden)]
    for column, of_offence in (("cause", "cause"), ("kind", "type"), ("segment", "segment"), ("t_event", "t")):
        rows[column][own] = hidden[of_offence]
    return rows


def _incidents(rng, offences):
    told = offences[(offences["reported"] | offences["discovered"]) == 1]
    told = told[rng.random(len(told)) < 0.85]
    rows = rows_of_a_run("incidents", len(told))
    for column in ("cause", "t", "segment", "discovered", "type"):
        rows[column] = told[column]
    rows["true_type"] = told["type"]
    rows["t_recorded"] = told["t"] + rng.exponential(120, len(told))
    rows["response_min"] = np.where(told["discovered"] == 1, np.nan, rng.gamma(2, 5, len(told)))
    return rows


def _arrests(rng, incidents, n_days):
    solved = incidents[rng.random(len(incidents)) < 0.3]
    rows = rows_of_a_run("arrests", len(solved))
    rows["cause"], rows["type"] = solved["cause"], solved["type"]
    rows["resident"] = rng.integers(0, N_OFFENDERS, len(solved)) * 3
    rows["offender"], rows["resident_key"] = rows["resident"] // 3, _key_of(rows["resident"])
    rows["t"] = solved["t_recorded"] + rng.exponential(20 * DAY_MIN, len(solved))
    return rows[rows["t"] < n_days * DAY_MIN]


def _contacts(rng, n_segments, n_days):
    n = 3000
    rows = rows_of_a_run("contacts", n)
    rows["t"] = np.sort(rng.uniform(0, n_days * DAY_MIN, n))
    rows["kind"], rows["segment"] = rng.integers(0, 5, n), rng.integers(0, n_segments, n)
    rows["resident"], rows["minutes"] = rng.integers(0, N_RESIDENTS, n), 10.0
    rows["resident_key"] = _key_of(rows["resident"])
    for column, share in (("suspicion", 0.4), ("fair", 0.8), ("found", 0.1), ("met", 0.7)):
        rows[column] = rng.random(n) < share
    return rows


def _people(rng, n_segments, n_days):
    people, feelings = (rows_of_a_run(name, N_RESIDENTS) for name in ("people", "feelings"))
    people["resident"] = people["household"] = feelings["resident"] = np.arange(N_RESIDENTS)
    people["key"] = feelings["key"] = _key_of(people["resident"])
    people["home"] = np.sort(rng.integers(0, n_segments, N_RESIDENTS))
    people["district"] = people["home"] * 5 // n_segments
    people["age"] = rng.integers(0, 90, N_RESIDENTS)
    people["renting"] = rng.random(N_RESIDENTS) < 0.6
    people["migrant"] = (people["renting"] == 1) & (rng.random(N_RESIDENTS) < 0.15)
    newcomers = np.flatnonzero(people["migrant"])  # some of them live in twos
    people["household"][newcomers[1:20:2]] = people["household"][newcomers[0:19:2]]
    people["income"] = rng.lognormal(-0.4, 0.9, N_RESIDENTS)
    for name, level in (("security", 0.7), ("satisfaction", 0.66), ("trust", 0.62), ("familiarity", 0.4)):
        feelings[name] = np.clip(rng.normal(level, 0.16, N_RESIDENTS), 0, 1)
    feelings["present"] = (people["migrant"] == 0) | (rng.random(N_RESIDENTS) < 0.95)
    feelings["n_days"] = np.where(people["migrant"] == 1, 0.95 * n_days, n_days)
    return people, feelings


def _account(people, feelings, n_days):
    """Account for what is felt at the end, by parts that differ; all of it in one group."""
    here = feelings["present"] > 0
    rows = rows_of_a_run("account", len(PARTS))
    rows["day"], rows["part"], rows["n"] = n_days - 1, np.arange(len(PARTS)), here.sum()
    rows["age_band"] = rows["tenure"] = 0
    share = np.arange(1, len(PARTS) + 1) / np.arange(1, len(PARTS) + 1).sum()
    for name in ("security", "satisfaction", "trust"):
        rows[name] = share * feelings[name][here].astype(float).sum()
    return rows


def _answers(people, feelings, n_days):
    columns = {name: rows[name] for rows in (feelings, people) for name in rows.dtype.names}
    columns["stratum"] = people["district"]
    asked = People(**{name: columns.get(name, np.zeros(N_RESIDENTS, np.float32)) for name in People._fields})
    days = sorted({*range(29, n_days, 30), n_days - 1})
    waves = [ask_residents(asked, seed=1, wave=day // 30, day=day, survey=Survey()) for day in days]
    return np.concatenate(waves)


def _disputes(rng, n_days):
    rows = rows_of_a_run("disputes", 400)
    rows["t"], rows["what"] = np.sort(rng.uniform(0, n_days * DAY_MIN, 400)), rng.integers(0, 10, 400)
    rows["dispute"] = rng.integers(1, 80, 400)
    rows["resident_a"], rows["resident_b"] = 2 * rows["dispute"], 2 * rows["dispute"] + 1
    rows["resident_a_key"], rows["resident_b_key"] = _key_of(rows["resident_a"]), _key_of(rows["resident_b"])
    return rows


def _tickets(rng, n_segments, n_days):
    rows = rows_of_a_run("tickets", 200)
    rows["t"], rows["segment"] = np.sort(rng.uniform(0, n_days * DAY_MIN, 200)), rng.integers(0, n_segments, 200)
    rows["true"] = rng.random(200) < 0.9
    return rows


def _days(rng, offences, incidents, calls, n_days):
    rows = rows_of_a_run("days", n_days)
    rows["day"] = np.arange(n_days)
    per_day = np.zeros((n_days, len(CRIMES)), int)
    np.add.at(per_day, ((offences["t"] // DAY_MIN).astype(int), offences["type"]), 1)
    rows["n_offences"] = per_day
    recorded = np.zeros((n_days + 60, len(CRIMES)), int)
    np.add.at(recorded, ((incidents["t_recorded"] // DAY_MIN).astype(int), incidents["type"]), 1)
    rows["n_recorded"] = recorded[:n_days]
    rows["n_calls"] = np.bincount((calls["t_call"] // DAY_MIN).astype(int), minlength=n_days)[:n_days]
    rows["n_deterred"] = rng.poisson(3, n_days)
    rows["officer_min"] = rng.gamma(5, 100, (n_days, N_ACTIVITIES))
    rows["duty_min"][:, :WARDEN] = rng.gamma(5, 300, (n_days, WARDEN))  # nobody hired wardens
    rows["n_supervised"], rows["n_supervision"], rows["n_supervision_met"] = 20, 5, 3
    rows["n_volunteers"], rows["n_places"] = 10, np.arange(n_days) // 30
    for column, level in (("security", 0.7), ("satisfaction", 0.66), ("trust", 0.62)):
        rows[column] = level + np.cumsum(rng.normal(0, 0.001, n_days))
    rows["n_residents"], rows["n_migrants"], rows["n_registered"] = N_RESIDENTS, 400, 150
    rows["n_disputes"], rows["n_custody"], rows["mean_disorder"] = rng.poisson(20, n_days), rng.poisson(5, n_days), 0.2
    return rows


def _panel(rng, offences, n_segments, n_days):
    ends = np.append(np.arange(27, n_days - 1, 28), n_days - 1)
    rows = rows_of_a_run("segments", len(ends) * n_segments)
    rows["day"], rows["segment"] = np.repeat(ends, n_segments), np.tile(np.arange(n_segments), len(ends))
    rows["police_min"] = np.tile(1000 * _heavy(rng, n_segments) * n_segments, len(ends))
    rows["n_passes"] = rng.poisson(3, len(rows))
    period = np.searchsorted(ends, (offences["t"] // DAY_MIN).astype(int))
    rows["n_offences"] = np.bincount(period * n_segments + offences["segment"], minlength=len(rows))
    return rows
