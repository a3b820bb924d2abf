"""What changes in a city over the years, by date: recording rules, a general decline, the pull of the city.

A run of several years is not several times the same city. A change names a parameter that the model reads as it
goes on, and its values at some dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from sim.params import CRIMES, ByCrime, Parameters, describe

LIVE = (
    "offending.level", "reporting.record_share", "reporting.p_reported", "reporting.p_downgraded",
    "reporting.record_delay_h", "reporting.trust_weight", "disputes.disputes_per_household", "migrants.mean_stay_days",
    "migrants.mean_vacancy_days", "migrants.p_registered_on_arrival", "migrants.stale_per_month",
    "strain.job_loss_per_year", "force.p_on_duty", "investigation.p_charged", "investigation.p_solved",
)  # fmt: skip
"""Parameters that are read while a run goes on, so that a change takes effect; all others shape the first day."""


class Change(BaseModel):
    """Let one parameter take values at dates: constant before the first and after the last."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    parameter: str
    """dotted name; one crime type with a third part: `reporting.record_share.theft`"""
    at: tuple[date, ...]
    values: tuple[float, ...]
    between: Literal["line", "step"] = "line"
    """straight lines between the dates, or a step at each"""
    why: str = ""

    @model_validator(mode="after")
    def _check(self) -> Change:
        if not self.at or len(self.at) != len(self.values):
            raise ValueError(f"a change needs as many values as dates, got {len(self.at)} and {len(self.values)}")
        if any(b <= a for a, b in zip(self.at, self.at[1:], strict=False)):
            raise ValueError("the dates of a change must follow one another")
        return self

    def value_on(self, day: date) -> float:
        """Give the value of a day."""
        days = np.array([d.toordinal() for d in self.at], float)
        if self.between == "step":
            return self.values[max(0, int(np.searchsorted(days, day.toordinal(), side="right")) - 1)]
        return float(np.interp(day.toordinal(), days, self.values))

    def column(self) -> tuple[str, int | None]:
        """Name the column of the parameter row, and the crime type within it."""
        _, name, *crime = self.parameter.split(".")
        return name, CRIMES.index(crime[0]) if crime else None


def check_changes(changes: tuple[Change, ...], groups: Mapping[str, type[Parameters]]) -> None:
    """Refuse a change of a parameter that does not exist, is read at the start only, or would leave its range.

    Raises
    ------
    ValueError
        With one sentence.
    """
    for change in changes:
        group, _, rest = change.parameter.partition(".")
        name, _, crime = rest.partition(".")
        if f"{group}.{name}" not in LIVE:
            raise ValueError(f"a timeline can change {', '.join(LIVE)}; got {change.parameter!r}")
        about = next(a for a in describe(groups[group]) if a.name == name)
        by_type = isinstance(about.default, ByCrime)
        if (crime not in CRIMES) if by_type and crime else bool(crime):
            raise ValueError(f"{change.parameter!r} must end with one of {', '.join(CRIMES)}, or with the parameter")
        for value in change.values:
            if (about.low is not None and value < about.low) or (about.high is not None and value > about.high):
                raise ValueError(
                    f"{change.parameter} must lie between {about.low:g} and {about.high:g} {about.unit}, got {value:g}"
                )
