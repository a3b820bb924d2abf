"""Which recorded offences are cleared by an arrest."""

from __future__ import annotations

from sim.clock import DAY_MIN
from sim.outcomes.clearance import measure_clearance
from sim.validation.claims.boundaries import service_boundaries
from sim.validation.seen import Seen

__all__ = ["cleared_in_a_year", "service_boundaries"]


def cleared_in_a_year(seen: Seen) -> dict[str, float]:
    """Estimate the share of records with an arrest within a year of the record (Kaplan and Meier), type as recorded."""
    end_min = float(seen.scenario.n_days * DAY_MIN)
    table = measure_clearance(seen.tables["incidents"], seen.tables["arrests"], end_min=end_min)
    return {name: 100.0 * float(table.loc[name, "share"]) for name in ("violent", "property")}
