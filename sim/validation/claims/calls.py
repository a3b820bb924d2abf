"""What the police are called for, how fast they come, how long it takes, and what time is left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.tables import CALLS, DISPUTE, INVALID, RESPONSE, ROLES
from sim.outcomes.response import PRIORITIES, count_rung, select_answered, select_called
from sim.params import CRIMES
from sim.validation.seen import Seen


def per_head(seen: Seen) -> dict[str, float]:
    """Count calls for 1,000 residents of an average day and a year; officers' own finds are no calls."""
    called = select_called(seen.tables["calls"])
    scale = 1000.0 / (seen.n_residents * seen.years)
    rung = count_rung(seen.tables["calls"], seen.tables["days"])
    return {"sent": scale * float(called["t_sent"].notna().sum()), "all": scale * rung}


def mix(seen: Seen) -> dict[str, float]:
    """Count calls by kind, those that end on the telephone left out; crime is what is called about as an offence.

    Blows between quarrelling parties are crime, a quarrel without any is a dispute.
    """
    called = select_called(seen.tables["calls"])
    kind = called.loc[called["kind"] != CALLS[INVALID], "kind"]
    crime = float(kind.isin(CRIMES).sum())
    disputes = float((kind == CALLS[DISPUTE]).sum())
    return {"crime": 100.0 * _ratio(crime, len(kind)), "disputes_to_crime": _ratio(disputes, crime)}


def response(seen: Seen) -> dict[str, float]:
    """Average the time from the call to the first unit there, by priority, over calls to which one came."""
    answered = select_answered(seen.tables["calls"])
    wait = answered["t_arrived"] - answered["t_call"]
    first, second, third = (float(wait[answered["priority"] == one].mean()) for one in PRIORITIES)
    return {"priority_1": first, "second_to_first": _ratio(second, first), "third_to_first": _ratio(third, first)}


def feedback(seen: Seen) -> dict[str, float]:
    """Measure from the first unit sent to the end of the work, over calls to which a unit came."""
    answered = select_answered(seen.tables["calls"])
    minutes = (answered["t_closed"] - answered["t_sent"]).to_numpy(np.float64)
    return {f"under_{limit}": 100.0 * _share(minutes < limit) for limit in (30, 60, 120, 240)}


def time_at_call(seen: Seen) -> dict[str, float]:
    """Average the time from the first unit there to the last one gone, over calls to which one came."""
    answered = select_answered(seen.tables["calls"])
    return {"value": float((answered["t_closed"] - answered["t_arrived"]).mean())}


def turning_out(seen: Seen) -> dict[str, float]:
    """Give the share of calls whose first unit set out within five minutes, over those to which one came."""
    answered = select_answered(seen.tables["calls"])
    minutes = (answered["t_out"] - answered["t_sent"]).to_numpy(np.float64)
    return {"value": 100.0 * _share(minutes <= 5.0)}


def uncommitted(seen: Seen) -> dict[str, float]:
    """Take the time on calls of units of response officers, from dispatch to the end, off their paid time.

    Breaks, stops of their own and paper work count as time that no call takes.
    """
    calls = seen.tables["calls"]
    sent = calls[calls["t_sent"].notna() & (calls["officer"] >= 0)]
    role = seen.world.state.officers["role"][sent["officer"].to_numpy(np.int64)]
    minutes = sent["unit_min"].to_numpy(np.float64)
    paid = float(seen.tables["days"][f"duty_min_{ROLES[RESPONSE]}"].sum())
    return {"value": 100.0 * (1.0 - _ratio(float(minutes[role == RESPONSE].sum()), paid))}


def _share(chosen: pd.Series | np.ndarray) -> float:
    return float(np.mean(chosen)) if len(chosen) else float("nan")


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
