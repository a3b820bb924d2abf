"""Doses: how often each kind of household is called on, by officers or civilians, and how many people met police."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import BY_VISIT, CONTACTS
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.ledger.force import Force
from sim.outcomes.columns import read_codes
from sim.roles import FORCE, HOMES, OLD_AGE

A_YEAR_MIN = 365.0 * DAY_MIN
DOSE_MEASURES = tuple(f"visits_{kind.replace(' ', '_')}_a_year" for kind in HOMES)
"""Visits to a household of each kind in a year, by measure."""
DONE_A_YEAR = {
    "doorstaff_hours_per_1000": ("doorstaff_hours", 1.0),
    "head_registrations_per_1000": ("n_head_registered", 1.0),
    "head_tips_per_1000": ("n_head_tips", 1.0),
    "told_of_per_1000": ("n_told_of", 1.0),
    "warden_hours_per_1000": ("duty_min_warden", 1.0 / 60.0),
    "watch_hours_per_1000": ("watch_hours", 1.0),
}
"""What a practice does, by measure: for 1,000 residents a year, added up from a column of the ledger table `days`."""
A_MONTH_DAYS = 365.25 / 12.0
POLICE = tuple(role.name for role in FORCE if role.is_police)
"""Roles that residents take for police: whoever met a mediator or a civilian worker alone has met no officer."""


def kinds_of_homes(people: pd.DataFrame) -> NDArray[np.int64]:
    """Tell the kinds of households apart as they are, index into `HOMES`.

    Police books may know less: a newcomer who is not registered is not in them.

    Parameters
    ----------
    people
        the ledger table of that name

    Returns
    -------
    kind
        (n_households,) index into `HOMES`; -1 where nobody of the household is listed
    """
    home = people["household"].to_numpy(np.int64)
    n_homes = int(home.max()) + 1 if len(home) else 0
    n, rooms, old, let = (
        np.bincount(home, weights, n_homes)
        for weights in (
            np.ones(len(home)),
            people["migrant"].to_numpy(np.float64),
            people["age"].to_numpy() >= OLD_AGE,
            people["renting"].to_numpy(np.float64),
        )
    )
    kind = np.select([(n == 1) & (old == 1), rooms >= 2, let > 0], [0, 1, 2], 3)
    return np.where(n > 0, kind, -1).astype(np.int64)


def count_visits(people: pd.DataFrame, contacts: pd.DataFrame, n_days: float) -> pd.DataFrame:
    """Count the visits to each kind of household.

    Parameters
    ----------
    people, contacts
        the ledger tables of these names
    n_days
        days within which the contacts lie

    Returns
    -------
    doses
        by kind: `homes`, `visits`, `a_year` to a household, `met_pct` and `hours` that they took, ways not counted
    """
    people = people.sort_values("resident")
    kind = kinds_of_homes(people)
    visits = contacts[read_codes(contacts["kind"], CONTACTS) == BY_VISIT]
    resident = visits["resident"].to_numpy(np.int64)
    visits, resident = visits[resident < len(people)], resident[resident < len(people)]
    of = kind[people["household"].to_numpy(np.int64)[resident]]
    n_homes = np.bincount(kind[kind >= 0], minlength=len(HOMES))

    def total(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        return np.bincount(of, weights, len(HOMES)).astype(np.float64)

    n = total()
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "homes": n_homes,
                "visits": n.astype(np.int64),
                "a_year": n / n_homes * YEAR_DAYS / n_days,
                "met_pct": 100.0 * total(visits["met"].to_numpy(np.float64)) / n,
                "hours": total(visits["minutes"].to_numpy(np.float64)) / 60.0,
            },
            index=pd.Index(HOMES, name="kind"),
        )


def count_done(days: pd.DataFrame, per_year: float) -> dict[str, float]:
    """Give what was done of each practice for 1,000 residents in a year.

    No older version could do any of it, so a table without the column counts as none.

    Parameters
    ----------
    days
        the ledger table of that name
    per_year
        1,000 residents and a year, against the residents and days of the run
    """
    return {
        measure: float(days[column].fillna(0.0).sum()) * unit * per_year if column in days else 0.0
        for measure, (column, unit) in DONE_A_YEAR.items()
    }


def measure_supervision(days: pd.DataFrame) -> dict[str, float]:
    """Give how often officers call on a known offender in a month, and how often somebody is met.

    Parameters
    ----------
    days
        the ledger table of that name

    Returns
    -------
    doses
        calls for each one at large who was called on within the last 91 days, and the share of calls that meet the
        person; not a number where nobody was called on
    """
    if "n_supervision" not in days:
        return {"supervision_a_month": np.nan, "supervision_met_pct": np.nan}
    n, met, person_days = (float(days[name].sum()) for name in ("n_supervision", "n_supervision_met", "n_supervised"))
    return {
        "supervision_a_month": A_MONTH_DAYS * n / person_days if person_days else np.nan,
        "supervision_met_pct": 100.0 * met / n if n else np.nan,
    }


def count_heads(days: pd.DataFrame) -> float:
    """Give the heads of buildings for 1,000 residents, in the mean over days; a table without the column has none."""
    n = float(days["n_heads"].fillna(0.0).mean()) if "n_heads" in days else 0.0
    return 1000.0 * n / float(days["n_residents"].mean())


def measure_doses(tables: Mapping[str, pd.DataFrame], n_days: float, force: Force | None = None) -> dict[str, float]:
    """Give what a summary tells of doses.

    Who met an officer is counted within the last year of the run, or within all of it where it is shorter. Whom only
    civilians met is not, as it is not among the contacts with police that the person remembers.

    Parameters
    ----------
    tables
        the ledger by table name
    n_days
        days within which the contacts lie
    force
        who of the force is police; without it nobody knows who met an officer
    """
    people, contacts = tables["people"], tables["contacts"]
    doses = count_visits(people, contacts, n_days)
    end = float(tables["days"]["day"].max() + 1) * DAY_MIN if len(tables["days"]) else 0.0
    late = contacts[(contacts["met"] > 0) & (contacts["t"] >= end - A_YEAR_MIN)]
    return {
        **dict(zip(DOSE_MEASURES, doses["a_year"].to_numpy(np.float64), strict=True)),
        "met_police_pct": 100.0 * _find_met_by_police(people, late, force),
        "old_alone_met_pct": 100.0 * find_old_alone_met(people, late),
    }


def _find_met_by_police(people: pd.DataFrame, met: pd.DataFrame, force: Force | None) -> float:
    """Find the share of people whom somebody met who is taken for police."""
    if force is None or not len(people):
        return float("nan")
    police = np.flatnonzero(np.isin(force.officers["role"].to_numpy(), POLICE))
    resident = met["resident"].to_numpy(np.int64)[np.isin(met["officer"].to_numpy(np.int64), police)]
    return len(np.unique(resident[(resident >= 0) & (resident < len(people))])) / len(people)


def find_old_alone_met(people: pd.DataFrame, contacts: pd.DataFrame) -> float:
    """Find the share of old people who live alone whom a visit met: at home, and not for the form alone.

    Parameters
    ----------
    contacts
        those of the time that counts
    """
    people = people.sort_values("resident")
    alone = people["resident"].to_numpy(np.int64)[kinds_of_homes(people)[people["household"].to_numpy(np.int64)] == 0]
    if not len(alone):
        return float("nan")
    visit = (read_codes(contacts["kind"], CONTACTS) == BY_VISIT) & (contacts["met"].to_numpy() > 0)
    return float(np.isin(alone, contacts["resident"].to_numpy(np.int64)[visit]).mean())
