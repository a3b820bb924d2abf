"""One row a run: the measures by which strategies are compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.agents.events import BLOWS, DISPUTE_STEPS, DIVERTED
from sim.agents.tables import BY_CHECK, BY_MEDIATION, BY_MEETING, BY_STOP, BY_VISIT, BY_WALK_IN, CONTACTS
from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.ledger.force import Force
from sim.outcomes.account import account_of
from sim.outcomes.cells import measure_cells
from sim.outcomes.clearance import GROUPS, estimate_cleared, time_to_clearance
from sim.outcomes.columns import read_codes
from sim.outcomes.concentration import (
    count_incidents,
    find_smallest_share,
    measure_gini_corrected,
    measure_sight_at_hot,
)
from sim.outcomes.cost import measure_cost, measure_duty_hours
from sim.outcomes.doses import count_done, count_heads, measure_doses, measure_supervision
from sim.outcomes.feelings import feelings_of
from sim.outcomes.measures import MEASURES
from sim.outcomes.posts import measure_posts
from sim.outcomes.quarrels import count_agreements, measure_repeat_calls
from sim.outcomes.register import measure_register
from sim.outcomes.reporting import find_known, select_told
from sim.outcomes.response import (
    PRIORITIES,
    describe_waits,
    measure_answered_within,
    measure_officer_hours,
    measure_workload,
    select_answered,
    select_called,
)
from sim.outcomes.survey import PUBLISHED, publish_index
from sim.params import CRIMES
from sim.scenarios.police import Cost

YEAR_DAYS = 365.0
Tables = Mapping[str, pd.DataFrame]
_TIME_COLUMN = {"calls": "t_call", "incidents": "t_recorded"} | dict.fromkeys(
    ("offences", "contacts", "arrests", "disputes", "orders", "tickets"), "t"
)
FEELINGS = ("security", "satisfaction", "trust")


def summarise(  # noqa: PLR0913 - the ledger, and by keyword what else is known of the run
    tables: Tables,
    *,
    n_days: int,
    n_segments: int | None = None,
    from_day: int = 0,
    prices: Cost | None = None,
    force: Force | None = None,
) -> pd.Series:
    """Boil the ledger of one run down to the measures of `MEASURES`.

    Rates are for those who lived here in the days that count: rooms stand empty between two tenants, and a city
    may grow.

    Parameters
    ----------
    tables
        the ledger by table name
    n_days
        length of the run in days
    n_segments
        segments of the city, those without an offence included; from the segment panel when not given
    from_day
        days before are a warm-up and left out
    prices
        the scenario's group `cost`; without it the cost of the run is not known
    force
        who owns which streets and which posts there are; without it, nothing is known of cells, posts and contacts with
        police

    Returns
    -------
    row
        one number per measure, in the unit of `MEASURES`; not a number where nothing happened
        that the measure could be taken of

    Raises
    ------
    InputError
        If no day remains, or nobody lives in the city.
    """
    if not 0 <= from_day < n_days:
        raise InputError(f"summary: needs at least one day after the warm-up, got days {from_day} to {n_days}")
    kept = cut_warm_up(tables, from_day)
    n_residents = float(kept["days"]["n_residents"].mean())
    if not n_residents > 0.0:
        raise InputError(f"summary: needs residents, got {n_residents:g} on an average day")
    per_year = 1000.0 / n_residents * YEAR_DAYS / (n_days - from_day)
    if n_segments is None:
        n_segments = int(tables["segments"]["segment"].max()) + 1 if len(tables["segments"]) else 0
    row = {
        **_crime(kept, per_year, n_segments),
        **_response(kept["calls"], float(n_days * DAY_MIN)),
        **_policing(kept, per_year, n_residents, n_days),
        **_contacts(kept["contacts"], per_year),
        **measure_doses(kept, n_days - from_day, force),
        **count_done(kept["days"], per_year),
        **measure_register(kept["days"]),
        "heads_per_1000": count_heads(kept["days"]),
        "room_reports_per_1000": len(select_told(kept["calls"])) * per_year,
        **measure_supervision(kept["days"]),
        **_feelings(kept["days"]),
        **feelings_of(kept),
        **account_of(kept),
        **_published(kept["answers"]),
        **_community(kept, per_year, n_residents),
        **_quarrels(kept, per_year, n_days),
        **_tickets(kept["tickets"], per_year),
        **measure_cells(kept, force, from_day=from_day),
        **measure_posts(tables["orders"], force, n_days=n_days, from_day=from_day),
        "sight_at_hot_pct": 100.0 * measure_sight_at_hot(kept["segments"], n_segments, from_day=from_day),
        "cost_per_1000": np.nan if prices is None else _cost(tables, prices, from_day) * per_year,
    }
    return pd.Series({name: float(row[name]) for name in MEASURES}, name="value")


def _cost(tables: Tables, prices: Cost, from_day: int) -> float:
    # The warm-up is not cut off here: a place that was equipped then is not paid for again.
    return float(measure_cost(tables["days"], tables["orders"], prices, from_day=from_day).sum(skipna=False))


def cut_warm_up(tables: Tables, from_day: int) -> dict[str, pd.DataFrame]:
    """Leave out what happened before a day.

    An arrest after the warm-up for an incident recorded within it clears nothing that is counted.
    """
    kept = dict(tables)
    if from_day > 0:
        for name, column in _TIME_COLUMN.items():
            kept[name] = tables[name][tables[name][column] >= from_day * DAY_MIN]
        kept["days"] = tables["days"][tables["days"]["day"] >= from_day]
    return kept


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else np.nan


def _crime(tables: Tables, per_year: float, n_segments: int) -> dict[str, float]:
    offences, incidents = tables["offences"], tables["incidents"]
    true = np.bincount(read_codes(offences["type"], CRIMES), minlength=len(CRIMES))
    recorded = np.bincount(read_codes(incidents["type"], CRIMES), minlength=len(CRIMES))
    n_known_to_police = int(find_known(offences, tables["calls"]).sum())
    counts = count_incidents(offences["segment"].to_numpy(), n_segments)
    row = {f"offences_{crime}_per_1000": true[i] * per_year for i, crime in enumerate(CRIMES)}
    row |= {f"recorded_{crime}_per_1000": recorded[i] * per_year for i, crime in enumerate(CRIMES)}
    return row | {
        "offences_per_1000": len(offences) * per_year,
        "reported_per_1000": n_known_to_police * per_year,
        "recorded_per_1000": len(incidents) * per_year,
        "reported_pct": _share(n_known_to_police, len(offences)),
        "recorded_pct": _share(len(incidents), len(offences)),
        "half_segments_pct": 100.0 * find_smallest_share(counts, 0.5),
        "gini_corrected": measure_gini_corrected(counts),
        "downgraded_pct": _share(float((incidents["type"] != incidents["true_type"]).sum()), len(incidents)),
    }


def _response(calls: pd.DataFrame, end_min: float) -> dict[str, float]:
    called, answered = select_called(calls), select_answered(calls)
    wait = (answered["t_arrived"] - answered["t_call"]).to_numpy(np.float64)
    priority = answered["priority"].to_numpy(np.int64)
    chosen = {str(p): wait[priority == p] for p in PRIORITIES} | {"all": wait}
    row = {}
    for name, waits in chosen.items():
        any_answered = len(waits) > 0
        described = describe_waits(np.sort(waits), np.ones(len(waits)), (10.0,)) if any_answered else {}
        for measure in ("mean", "median", "p90"):
            row[f"response_{name}_{measure}_min"] = described.get(measure, np.nan)
        row[f"response_{name}_within_10_pct"] = 100.0 * described.get("within_10", np.nan)
        row[f"answered_{name}_within_10_pct"] = 100.0 * measure_answered_within(calls, name, 10.0, end_min=end_min)
    # A folder of an older version does not say when a unit set out.
    way = float((answered["t_arrived"] - answered["t_out"]).mean()) if "t_out" in answered else np.nan
    return row | {"queue_mean_min": float((called["t_sent"] - called["t_call"]).mean()), "way_mean_min": way}


def _policing(tables: Tables, per_year: float, n_residents: float, n_days: int) -> dict[str, float]:
    days, incidents, arrests = tables["days"], tables["incidents"], tables["arrests"]
    open_days, cleared = time_to_clearance(incidents, arrests, end_min=float(n_days * DAY_MIN))
    kind = read_codes(incidents["type"], CRIMES)
    row = {"cleared_pct": 100.0 * estimate_cleared(open_days, cleared).value}
    for group, types in GROUPS.items():
        keep = np.isin(kind, types)
        row[f"cleared_{group}_pct"] = 100.0 * estimate_cleared(open_days[keep], cleared[keep]).value
    workload = measure_workload(days)
    row |= {f"{name}_pct": 100.0 * share for name, share in workload.items()}
    row |= {f"hours_{activity}": hours for activity, hours in measure_officer_hours(days).items()}
    row |= {f"duty_hours_{role}": hours for role, hours in measure_duty_hours(days).items()}
    return row | {
        "calls_per_1000": len(select_called(tables["calls"])) * per_year,
        "arrests_per_1000": len(arrests) * per_year,
        "custody_per_1000": days["n_custody"].mean() / n_residents * 1000.0,
        "deterred_per_1000": days["n_deterred"].sum() * per_year,
    }


def _contacts(contacts: pd.DataFrame, per_year: float) -> dict[str, float]:
    kind = read_codes(contacts["kind"], CONTACTS)
    n_of_kind = np.bincount(kind, minlength=len(CONTACTS))
    stops, visits, met = contacts[kind == BY_STOP], contacts[kind == BY_VISIT], contacts["met"] > 0
    return {
        "stops_per_1000": n_of_kind[BY_STOP] * per_year,
        "checks_per_1000": n_of_kind[BY_CHECK] * per_year,
        "visits_per_1000": n_of_kind[BY_VISIT] * per_year,
        "visits_met_pct": _share(float((visits["met"] > 0).sum()), len(visits)),
        "mediations_per_1000": n_of_kind[BY_MEDIATION] * per_year,
        "attended_per_1000": n_of_kind[BY_MEETING] * per_year,
        "walk_ins_per_1000": n_of_kind[BY_WALK_IN] * per_year,
        "stops_suspicion_pct": _share(float((stops["suspicion"] > 0).sum()), len(stops)),
        "stops_found_pct": _share(float((stops["found"] > 0).sum()), len(stops)),
        "hollow_visits_pct": _share(float((visits["hollow"] > 0).sum()), len(visits)) if "hollow" in visits else np.nan,
        # Nobody felt anything of a visit at which nobody was met, or that was made for the form.
        "fair_contacts_pct": _share(float(((contacts["fair"] > 0) & met).sum()), float(met.sum())),
    }


def _feelings(days: pd.DataFrame) -> dict[str, float]:
    row = {f"{name}_mean": float(days[name].mean()) for name in FEELINGS}
    return row | {f"{name}_end": float(days[name].iloc[-1]) if len(days) else np.nan for name in FEELINGS}


def _published(answers: pd.DataFrame) -> dict[str, float]:
    """Give what the survey office publishes of the last wave."""
    index = publish_index(answers[answers["wave"] == answers["wave"].max()])
    return {f"{name}_pct": 100.0 * getattr(index, name).value for name in PUBLISHED}


def _community(tables: Tables, per_year: float, n_residents: float) -> dict[str, float]:
    days, disputes = tables["days"], tables["disputes"]
    blows = int((read_codes(disputes["what"], DISPUTE_STEPS) == BLOWS).sum())
    return {
        "disputes_per_1000": days["n_disputes"].mean() / n_residents * 1000.0,
        "escalations_per_1000": blows * per_year,
        "volunteers_per_1000": days["n_volunteers"].mean() / n_residents * 1000.0 if "n_volunteers" in days else np.nan,
        "registered_pct": _share(float(days["n_registered"].sum()), float(days["n_migrants"].sum())),
        "disorder_mean": float(days["mean_disorder"].mean()),
    }


def _quarrels(tables: Tables, per_year: float, n_days: int) -> dict[str, float]:
    disputes = tables["disputes"]
    agreed = count_agreements(disputes, end_min=float(n_days * DAY_MIN))
    diverted = int((read_codes(disputes["what"], DISPUTE_STEPS) == DIVERTED).sum())
    return {
        "agreements_per_1000": agreed.n * per_year,
        "lasting_agreements_pct": _share(agreed.n_lasting, agreed.n_followed),
        "diverted_per_1000": diverted * per_year,
        "repeat_calls_per_pair": measure_repeat_calls(disputes, tables["offences"]),
    }


def _tickets(tickets: pd.DataFrame, per_year: float) -> dict[str, float]:
    return {
        "tickets_per_1000": len(tickets) * per_year,
        "false_tickets_pct": _share(float((tickets["true"] == 0).sum()), len(tickets)),
    }
