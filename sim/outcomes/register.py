"""The register: how much of it is true, what it costs residents in time and privacy, and which doors it leads to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.clock import YEAR_DAYS

REGISTER_MEASURES = (
    "on_register_pct", "register_stale_pct", "registrations_per_1000_tenants", "registered_again_pct",
    "registration_min_a_tenant", "wrong_doors_pct", "know_services_pct",
)  # fmt: skip
COUNTED = (
    "n_residents", "n_adults", "n_aware", "n_migrants", "n_registered", "n_stale", "n_registrations",
    "n_registered_again", "registration_min", "n_doors", "n_wrong_doors", "n_vacant_doors",
)  # fmt: skip
"""Columns of the table `days` that are added up."""


def measure_register(days: pd.DataFrame) -> dict[str, float]:
    """Give what a summary tells of the register, and of who knows what the strategy offers.

    Tenants are those of rooms of the floating population. Not a number where nothing was counted: nobody was called
    on, or the table is of an older version.

    Parameters
    ----------
    days
        the ledger table of that name
    """
    if not set(COUNTED) <= set(days.columns):
        return dict.fromkeys(REGISTER_MEASURES, np.nan)
    n = {name: float(days[name].sum(skipna=False)) for name in COUNTED}
    return {
        "on_register_pct": 100.0 * _share(n["n_registered"], n["n_residents"]),
        "register_stale_pct": 100.0 * _share(n["n_stale"], n["n_stale"] + n["n_registered"]),
        "registrations_per_1000_tenants": 1000.0 * YEAR_DAYS * _share(n["n_registrations"], n["n_migrants"]),
        "registered_again_pct": 100.0 * _share(n["n_registered_again"], n["n_registrations"]),
        "registration_min_a_tenant": YEAR_DAYS * _share(n["registration_min"], n["n_migrants"]),
        "wrong_doors_pct": 100.0 * _share(n["n_wrong_doors"] + n["n_vacant_doors"], n["n_doors"]),
        "know_services_pct": 100.0 * _share(n["n_aware"], n["n_adults"]),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else float("nan")
