"""Journeys to crime: how far from home people offend, along the streets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.outcomes.columns import read_codes
from sim.outcomes.distances import measure_distances
from sim.params import CRIMES

Floats = NDArray[np.float64]

HOME_BUFFER_M = 100.0
"""nearer than this, most offenders do not offend: they would be known (Brantingham & Brantingham 1981)"""
CLASS_M = 250.0


def find_journeys(net: StreetNetwork, offences: pd.DataFrame) -> Floats:
    """Measure the way from the offender's home to each offence.

    Returns
    -------
    metres
        (n_offences,) not a number where no offender with a home is known
    """
    return measure_distances(net, offences["home"].to_numpy(np.int64), offences["segment"].to_numpy(np.int64))


def measure_journeys(
    offences: pd.DataFrame, metres: Floats, *, buffer_m: float = HOME_BUFFER_M, class_m: float = CLASS_M
) -> pd.DataFrame:
    """Describe journeys by type of crime [birks2012].

    Parameters
    ----------
    metres
        (n_offences,) from `find_journeys`
    buffer_m
        width of the home buffer
    class_m
        width of the classes among which the most frequent distance is sought

    Returns
    -------
    table
        one row per type, and 'all'; `n`, `mean_m`, `median_m`, `mode_m` (middle of the most frequent class),
        `skewness`, `share_in_buffer`
    """
    kind = read_codes(offences["type"], CRIMES)
    chosen = {name: kind == i for i, name in enumerate(CRIMES)} | {"all": np.ones(len(kind), bool)}
    rows = {name: _describe(metres[keep & ~np.isnan(metres)], buffer_m, class_m) for name, keep in chosen.items()}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "type"
    return table.astype({"n": int})


def count_by_distance(metres: Floats, edges_m: Sequence[float]) -> pd.Series:
    """Give the share of journeys in each class of distance, indexed by its lower edge in metres."""
    finite_m = metres[~np.isnan(metres)]
    counts = np.histogram(finite_m, bins=np.asarray(edges_m))[0]
    return pd.Series(counts / max(len(finite_m), 1), index=pd.Index(edges_m[:-1], name="from_m"), name="share")


def _describe(metres: Floats, buffer_m: float, class_m: float) -> dict[str, float]:
    if len(metres) == 0:
        names = ("mean_m", "median_m", "mode_m", "skewness", "share_in_buffer")
        return {"n": 0} | dict.fromkeys(names, np.nan)
    spread = float(metres.std())
    fullest = int(np.bincount((metres // class_m).astype(np.int64)).argmax())
    return {
        "n": len(metres),
        "mean_m": float(metres.mean()),
        "median_m": float(np.median(metres)),
        "mode_m": (fullest + 0.5) * class_m,
        "skewness": float(((metres - metres.mean()) ** 3).mean() / spread**3) if spread > 0 else np.nan,
        "share_in_buffer": float((metres < buffer_m).mean()),
    }
