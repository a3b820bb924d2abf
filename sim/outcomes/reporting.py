"""Truth, report and record side by side: what happened, what somebody told, what is on file."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.outcomes.clearance import GROUPS
from sim.outcomes.columns import read_codes
from sim.params import CRIMES
from sim.statistics.estimates import share_estimate


def find_seen(offences: pd.DataFrame, calls: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which offences an officer found out alone: saw being done, or came upon while they still went on.

    The latter happens after the offence has been written down, so only the row of the officer's work tells of it.
    """
    seen = np.asarray(offences["discovered"] > 0, np.bool_)
    if "discovered" not in calls.columns:  # of a run of an older version
        return seen
    own = calls.loc[calls["discovered"] > 0, "cause"]
    return np.asarray(seen | offences["cause"].isin(own).to_numpy(bool), np.bool_)


def select_told(calls: pd.DataFrame) -> pd.DataFrame:
    """Keep what somebody told of in a police room; no older version had any."""
    return calls[calls["at_room"] > 0] if "at_room" in calls.columns else calls.iloc[:0]


def find_reported(offences: pd.DataFrame, calls: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of which offences somebody told the police: by a call, or days later in a police room."""
    in_room = offences["cause"].isin(select_told(calls)["cause"]).to_numpy(bool)
    return np.asarray((offences["reported"] > 0).to_numpy(bool) | in_room, np.bool_)


def find_known(offences: pd.DataFrame, calls: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which offences the police know of: somebody told them, or an officer found out alone."""
    return find_reported(offences, calls) | find_seen(offences, calls)


def measure_reporting(offences: pd.DataFrame, incidents: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """Count offences that happened, were reported, discovered and recorded, by their true type [ncvs].

    Returns
    -------
    table
        rows: the crime types, 'violent', 'property', 'all'; columns `n_true`, `n_reported` (somebody told),
        `n_discovered` (an officer saw it, or came upon it), `n_recorded`, `n_recorded_as` (records that bear the name
        of the type, downgraded ones included), `reported` = reported / true with `reported_low` and `reported_high`,
        `recorded` = recorded / true
    """
    kind = read_codes(offences["type"], CRIMES)
    true_kind = read_codes(incidents["true_type"], CRIMES)
    named = read_codes(incidents["type"], CRIMES)
    reported = find_reported(offences, calls)
    discovered = find_seen(offences, calls)
    groups = {name: (i,) for i, name in enumerate(CRIMES)} | GROUPS | {"all": tuple(range(len(CRIMES)))}
    rows = {}
    for name, types in groups.items():
        of_type = np.isin(kind, types)
        n_true, n_reported = int(of_type.sum()), int((of_type & reported).sum())
        n_recorded = int(np.isin(true_kind, types).sum())
        share = share_estimate(n_reported, n_true)
        rows[name] = {
            "n_true": n_true,
            "n_reported": n_reported,
            "n_discovered": int((of_type & discovered).sum()),
            "n_recorded": n_recorded,
            "n_recorded_as": int(np.isin(named, types).sum()),
            "reported": share.value,
            "reported_low": share.low,
            "reported_high": share.high,
            "recorded": n_recorded / n_true if n_true else np.nan,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "type"
    return table
