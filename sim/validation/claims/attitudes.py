"""What moves satisfaction, trust and security: what is read from standard runs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.feeling_words import PROBLEMS
from sim.outcomes.questionnaire import MIN_AGE, People, ask_residents
from sim.outcomes.response import select_answered
from sim.validation.claims.attitudes_trials import community_policing, friendly_visit, newsletters
from sim.validation.persons import end_of, follow_persons, share_who_agree, spread
from sim.validation.seen import Seen

__all__ = [
    "community_policing", "dealt_with", "friendly_visit", "newsletters", "panel", "safer_over_years",
    "victims_satisfied", "victims_wait",
]  # fmt: skip

MONTH = (30, 60)
LAST_DAY = 364
WAVES = {30: 1, 60: 2}
"""Waves of the questionnaire whose noise is put on what is felt at the end of these days."""
LATER_DAYS = (20, 40)
"""A month after a report, ten days more or less."""
LEVEL_ON = (60, 210, 364)
"""Days on which victims of the month before are asked."""
FEWEST = 10
SAYS_YES_FROM = 0.5
"""How far somebody must think a problem dealt with to say yes."""


def safer_over_years(seen: Seen) -> dict[str, float]:
    """Take the share of adults who would answer 4 or 5 to feeling safe, at the last day less at the first one asked."""
    shares = {}
    adult = seen.tables["people"].set_index("resident")["age"] >= MIN_AGE
    for day in seen.feelings:
        then = seen.feelings[day]
        here = then[(then["present"] > 0) & then["resident"].map(adult)]
        shares[day] = share_who_agree(here["security"], "security", seen.scenario.survey)
    return {"value": shares[max(shares)] - shares[min(shares)], "first": shares[min(shares)]}


def panel(seen: Seen) -> dict[str, float]:
    """Correlate what the same adults truly feel on two days, and what all of them would answer if asked on both.

    Answers scatter and favour a visitor as in the questionnaire, with new noise each time.
    """
    first, second = MONTH
    month, year = follow_persons(seen, first, second), follow_persons(seen, first, LAST_DAY)
    answers = [_answers(month, day, seen) for day in MONTH]
    return {
        "trust_month": _correlation(month[f"trust_{first}"], month[f"trust_{second}"]),
        "trust_year": _correlation(year[f"trust_{first}"], year[f"trust_{LAST_DAY}"]),
        "answers_month": _correlation(*answers),
    }


def dealt_with(seen: Seen) -> dict[str, float]:
    """Compare adults who name a local problem and think it dealt with with those who name one and do not, in SD.

    Confidence is the mean of their true satisfaction and trust on the last day asked.
    """
    persons = follow_persons(seen, LAST_DAY)
    then = seen.feelings[LAST_DAY].set_index("resident").loc[persons.index]
    named = (then["problem"] != PROBLEMS[0]).to_numpy()
    yes = named & (then["dealt_with"] >= SAYS_YES_FROM).to_numpy()
    confidence = (persons[f"satisfaction_{LAST_DAY}"] + persons[f"trust_{LAST_DAY}"]).to_numpy(float) / 2.0
    numbers = {"named": 100.0 * float(named.mean()), "yes": 100.0 * float(yes.sum() / max(named.sum(), 1))}
    if min(yes.sum(), (named & ~yes).sum()) < FEWEST:
        return numbers | {"value": float("nan")}
    apart = confidence[yes].mean() - confidence[named & ~yes].mean()
    return numbers | {"value": float(apart / confidence.std())}


def victims_satisfied(seen: Seen) -> dict[str, float]:
    """Take the share of victims who would answer 4 or 5 to being satisfied with the police, a month after reporting.

    Victims who called themselves 20 to 40 days before one of three days; asked is satisfaction with the police at all.
    """
    victims = _victims_who_reported(seen)
    return {
        "value": share_who_agree(victims["satisfaction"], "satisfaction", seen.scenario.survey),
        "n_victims": float(len(victims)),
    }


def victims_wait(seen: Seen) -> dict[str, float]:
    """Compare the true satisfaction of these victims, wait up to the median less wait above it, in SD of adults.

    The wait is from call to arrival; who waited for nobody is left out.
    """
    victims = _victims_who_reported(seen)
    waited = victims[victims["wait"].notna()]
    short = waited["wait"] <= waited["wait"].median()
    if min(short.sum(), (~short).sum()) < FEWEST:
        return {"value": float("nan"), "median_min": float("nan")}
    apart = float(waited.loc[short, "satisfaction"].mean() - waited.loc[~short, "satisfaction"].mean())
    adults = follow_persons(seen, LEVEL_ON[0])[f"satisfaction_{LEVEL_ON[0]}"]
    return {"value": apart / spread(adults), "median_min": float(waited["wait"].median())}


def _victims_who_reported(seen: Seen) -> pd.DataFrame:
    """List victims about a month after their last report, with their satisfaction then and how long they waited."""
    offences, calls = seen.tables["offences"], select_answered(seen.tables["calls"])
    reported = offences[(offences["reported"] > 0) & (offences["victim"] >= 0)]
    called = seen.tables["calls"].drop_duplicates("cause").set_index("cause")
    reported = reported.assign(
        t_call=reported["cause"].map(called["t_call"]),
        caller_key=reported["cause"].map(called["caller_key"]),
        wait=reported["cause"].map((calls["t_arrived"] - calls["t_call"]).set_axis(calls["cause"])),
    )
    reported = reported[reported["caller_key"] == reported["victim_key"]]
    lists = []
    for day in LEVEL_ON:
        persons = follow_persons(seen, day)
        ago = (end_of(day) - reported["t_call"]) / end_of(0)
        some = reported[ago.between(*LATER_DAYS) & (reported["victim"].map(persons["key"]) == reported["victim_key"])]
        some = some.sort_values("t_call").drop_duplicates("victim", keep="last")
        lists.append(some.assign(satisfaction=some["victim"].map(persons[f"satisfaction_{day}"])))
    return pd.concat(lists)


def _answers(persons: pd.DataFrame, day: int, seen: Seen) -> pd.Series:
    """Put the questionnaire to all persons on a day, without refusals."""
    felt = {name: persons[f"{name}_{day}"].to_numpy(np.float32) for name in ("security", "satisfaction", "trust")}
    nothing = np.zeros(len(persons), np.float32)
    asked = People(
        resident=persons.index.to_numpy(np.int64),
        key=persons["key"].to_numpy(np.uint64),
        age=persons["age"].to_numpy(np.uint8),
        stratum=np.zeros(len(persons), np.int32),
        familiarity=nothing,
        contacts=nothing,
        **felt,
    )
    survey = seen.scenario.survey.model_copy(update={"survey_sample": len(persons), "survey_response": 1.0})
    rows = ask_residents(asked, seed=seen.seed, wave=WAVES[day], survey=survey, day=day)
    return pd.Series(rows["trust"].astype(float), rows["resident"])


def _correlation(one: pd.Series, other: pd.Series) -> float:
    return float(one.corr(other)) if len(one) >= FEWEST else float("nan")
