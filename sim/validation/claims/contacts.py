"""How often police and people meet, and what a meeting leaves behind in them and in their homes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.tables import BY_CHECK, BY_STOP, CONTACTS
from sim.validation.claims.seen_on_foot import seen_on_foot
from sim.validation.claims.training import training_by_lot
from sim.validation.persons import count_by_person, end_of, follow_persons, select_met, spread
from sim.validation.seen import Seen

__all__ = ["after_contact", "after_stop", "contact_in_a_year", "seen_on_foot", "told_by_household", "training_by_lot"]

STOPS = (CONTACTS[BY_STOP], CONTACTS[BY_CHECK])
FROM_DAY, TO_DAY = 30, 60
"""A month, in which few have more than one contact."""
HALF_A_YEAR_ON = 210
FEWEST = 10
"""With fewer persons on a side, a seed says nothing."""


def contact_in_a_year(seen: Seen) -> dict[str, float]:
    """Count who was met by police at least once in the year, of those of 16 and more who lived there from its begin.

    Met on a call of one's own, in a stop or check, at the door or in mediation. Fairness is counted by contact.
    """
    contacts = seen.tables["contacts"]
    met = contacts[contacts["met"] > 0]
    people = seen.tables["people"].set_index("resident")
    adults = people[people["age"] >= 16]
    stop = met["kind"].isin(STOPS)
    return {
        "share": 100.0 * float((count_by_person(met, adults) > 0).mean()),
        "proper": 100.0 * float(met.loc[~stop, "fair"].mean()),
        "stops_proper": 100.0 * float(met.loc[stop, "fair"].mean()),
    }


def after_contact(seen: Seen) -> dict[str, float]:
    """Compare the change within a month of who had one unfair contact, one fair one, or none, in true feelings.

    The change of those without any contact in the month is taken off both.
    """
    persons = follow_persons(seen, FROM_DAY, TO_DAY)
    met = select_met(seen, FROM_DAY, TO_DAY)
    n_met = count_by_person(met, persons)
    n_unfair = count_by_person(met[met["fair"] == 0], persons)
    fair, unfair = (n_met == 1) & (n_unfair == 0), (n_met == 1) & (n_unfair == 1)
    numbers = {"n_fair": float(fair.sum()), "n_unfair": float(unfair.sum())}
    for item in ("satisfaction", "trust"):
        change = persons[f"{item}_{TO_DAY}"] - persons[f"{item}_{FROM_DAY}"]
        bad, good = _beyond(change, unfair, n_met == 0), _beyond(change, fair, n_met == 0)
        numbers |= {f"{item}_ratio": abs(bad) / abs(good) if good else float("nan")}
        numbers |= {f"{item}_unfair": bad, f"{item}_fair": good}
    return numbers


def after_stop(seen: Seen) -> dict[str, float]:
    """Compare who was stopped first between two waves half a year apart with who never was: change of true feelings.

    In standard deviations between persons at the first wave.
    """
    persons = follow_persons(seen, FROM_DAY, HALF_A_YEAR_ON)
    contacts = seen.tables["contacts"]
    stops = contacts[contacts["kind"].isin(STOPS) & (contacts["t"] < end_of(HALF_A_YEAR_ON))]
    before = count_by_person(stops[stops["t"] < end_of(FROM_DAY)], persons)
    n_stops = count_by_person(stops, persons)
    newly = (before == 0) & (n_stops > 0)
    numbers = {"n_stopped": float(newly.sum())}
    for item in ("trust", "satisfaction"):
        change = persons[f"{item}_{HALF_A_YEAR_ON}"] - persons[f"{item}_{FROM_DAY}"]
        numbers[f"{item}_sd"] = _beyond(change, newly, n_stops == 0) / spread(persons[f"{item}_{FROM_DAY}"])
    return numbers


def told_by_household(seen: Seen) -> dict[str, float]:
    """Divide the change of satisfaction of the others in a home by that of the one who had its one unfair contact.

    Both against homes without any contact in the month.
    """
    persons = follow_persons(seen, FROM_DAY, TO_DAY, min_age=0)
    met = select_met(seen, FROM_DAY, TO_DAY)
    n_met = count_by_person(met, persons)
    n_unfair = count_by_person(met[met["fair"] == 0], persons)
    home = persons["household"]
    of_home, unfair_of_home = (n.groupby(home).sum().reindex(home).to_numpy() for n in (n_met, n_unfair))
    change = persons[f"satisfaction_{TO_DAY}"] - persons[f"satisfaction_{FROM_DAY}"]
    one_unfair = (of_home == 1) & (unfair_of_home == 1)
    own = _beyond(change, one_unfair & (n_met == 1), of_home == 0)
    others = _beyond(change, one_unfair & (n_met == 0), of_home == 0)
    return {"value": others / own if own else float("nan"), "own": own, "others": others}


def _beyond(change: pd.Series, of: pd.Series | np.ndarray, against: pd.Series | np.ndarray) -> float:
    """Give the mean change of some persons less that of others; not a number with too few of either."""
    if of.sum() < FEWEST or against.sum() < FEWEST:
        return float("nan")
    return float(change[of].mean() - change[against].mean())
