"""Quarrels and what mediation does to them, with the streets that get it drawn by lot."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.events import CALLED, DISPUTE_STEPS
from sim.clock import DAY_MIN
from sim.outcomes.columns import read_codes
from sim.outcomes.quarrels import count_agreements, pair_of_disputes
from sim.policies.contract.registry import make_policy
from sim.policies.in_places import Treatment, in_places
from sim.scenarios.scenario import Scenario
from sim.statistics.trials import draw_by_lot
from sim.validation.claim import Setting
from sim.validation.seen import watch
from sim.world import build_city


def mediated_by_lot(scenario: Scenario, setting: Setting, seed: int) -> dict[str, float]:
    """Compare calls of quarrelling pairs in the six months after a first call, on streets with and without mediation.

    Half of all streets, by lot, have visits and sessions from the first day. All pairs that call early enough are
    followed, mediated or not, as the lot gave it. What acts on the whole force (volunteers, referral of minor blows,
    follow-up) acts on both kinds of streets and is not in the comparison.
    """
    follow_min = float(setting.design["follow_days"]) * DAY_MIN
    n_segments = build_city(scenario).streets.n_segments
    lot = draw_by_lot(np.zeros(n_segments), (0.5,), np.random.default_rng([seed, 1]), by="chance")
    where = Treatment(segments=tuple(np.flatnonzero(lot.arm == 1).tolist()))
    seen = watch(scenario, in_places(make_policy(setting.policy), where), seed)
    end_min = scenario.n_days * DAY_MIN
    again = calls_after_the_first(seen.tables["disputes"], seen.tables["offences"], follow_min, end_min)
    treated = lot.arm[again["segment"].to_numpy()] == 1
    one, other = again["n"][treated].mean(), again["n"][~treated].mean()
    agreed = count_agreements(
        seen.tables["disputes"], end_min=end_min, within_days=float(setting.design["follow_days"])
    )
    sessions = seen.tables["contacts"]
    held = sessions.loc[sessions["kind"] == "mediation", "segment"].to_numpy()
    return {
        "calls_change": 100.0 * float(one / other - 1.0) if other else np.nan,
        "lasting": 100.0 * agreed.n_lasting / agreed.n_followed if agreed.n_followed else np.nan,
        "n_pairs": float(len(again)),
        "n_sessions": float(len(held)),
        "sessions_elsewhere": float((lot.arm[held] == 0).sum()),
    }


def calls_after_the_first(
    disputes: pd.DataFrame, offences: pd.DataFrame, follow_min: float, end_min: float
) -> pd.DataFrame:
    """Count the calls of each pair in a time after its first call, of pairs that can be followed for so long.

    Returns
    -------
    pairs
        `segment` of the first call and the number `n` of further calls, one row per pair
    """
    columns = ["dispute", "t", "segment"]
    quarrel = disputes.loc[read_codes(disputes["what"], DISPUTE_STEPS) == CALLED, columns]
    told = offences.loc[(offences["dispute"] != 0) & (offences["reported"] > 0), columns]
    calls = pd.concat([quarrel, told])
    calls["pair"] = calls["dispute"].map(pair_of_disputes(disputes))
    calls = calls.dropna(subset=["pair"]).sort_values("t")
    first = calls.groupby("pair").first()
    first = first[first["t"] + follow_min <= end_min]
    later = calls.join(first["t"].rename("t_first"), on="pair", how="inner")
    later = later[(later["t"] > later["t_first"]) & (later["t"] <= later["t_first"] + follow_min)]
    return pd.DataFrame({"segment": first["segment"], "n": later.groupby("pair").size().reindex(first.index).fillna(0)})
