"""Parameters of the force: its size, its shifts, its speed and how it answers calls."""

from __future__ import annotations

from pydantic import model_validator

from sim.params import Count, Factor, Fraction, Minutes, Parameters, param, refuse_more_than_all


class Force(Parameters):
    """Officers by role, and how many of them a shift finds on duty."""

    n_response: Count = param(36, "response officers in cars", source="prior", high=100_000)
    n_foot: Count = param(6, "officers on foot patrol", source="prior", high=100_000)
    n_community: Count = param(8, "community officers", source="prior", high=100_000)
    n_detective: Count = param(10, "detectives", source="prior", high=100_000)
    n_auxiliary: Count = param(0, "auxiliaries", source="prior", high=100_000)
    n_mediator: Count = param(0, "mediators", source="prior", high=100_000)
    n_districts: Count = param(10, "districts (beats) of the city", source="new_haven_2014", low=1, high=10_000)
    p_on_duty: Fraction = param(0.60, "chance that an officer works on a given day: days off, leave, sickness", source="prior", low=0.05)
    night_share: Fraction = param(0.22, "share of response officers rostered for the shift from midnight", source="prior")
    day_share: Fraction = param(0.38, "share rostered for the shift from eight; the evening shift has the rest", source="prior")
    rest_min: Minutes = param(30.0, "break in a shift", source="prior", high=240)
    patrol_kmh: Factor = param(20.0, "speed of a car on patrol", source="dense_city_speeds", unit="km/h", low=1, high=90)
    foot_kmh: Factor = param(4.5, "speed on foot patrol", source="prior", unit="km/h", low=1, high=10)
    stop_min: Minutes = param(12.0, "length of a stop and search", source="prior", low=1, high=240)
    visit_min: Minutes = param(12.0, "length of a household visit", source="prior", low=1, high=240)
    mediation_min: Minutes = param(90.0, "length of a mediation session", source="mediation_practice", low=5, high=480)
    report_min: Minutes = param(15.0, "paper work after a recorded incident", source="prior", high=480)
    arrest_min: Minutes = param(90.0, "time that an arrest takes the officer, beyond the call", source="prior", high=480)
    problem_hours: Factor = param(40.0, "officer-hours after which half of the largest cut of a problem place is reached", source="prior", unit="h", low=1, high=10_000)
    problem_max: Fraction = param(0.5, "largest cut of opportunity that work on a place can reach", source="prior")
    stops_per_hour: Factor = param(0.10, "occasions in an hour on patrol at which an officer stops somebody, if anybody is in the street", source="prior", unit="per h", high=10)
    p_hit_cause: Fraction = param(0.5, "arrests of a recent offender in a stop on probable cause", source="prior")
    p_hit_suspicion: Fraction = param(0.1, "arrests of a recent offender in a stop on suspicion", source="prior")
    p_suspicion: Fraction = param(0.5, "share of these stops made on suspicion, without probable cause", source="macdonald2016")

    @model_validator(mode="after")
    def _shifts_are_parts_of_one_force(self) -> Force:
        refuse_more_than_all(self, ("night_share", "day_share"))
        return self


class Dispatch(Parameters):
    """How calls are answered."""

    call_handling_min: Minutes = param(1.5, "mean time on the telephone before a call is ready to be sent", source="prior", high=60)
    limit_factor: Factor = param(0.75, "speed on the way to a call as a share of the limit", source="dense_city_speeds", low=0.1, high=3)
    emergency_factor: Factor = param(1.3, "speed to priority 1 against other calls", source="prior", low=1, high=3)
    units_first: Count = param(2, "units sent to priority 1, as far as they are free", source="prior", low=1, high=10)
    service_median_min: Minutes = param(48.0, "median time at a call", source="ankang", low=0.01)
    service_spread: Factor = param(1.145, "standard deviation of its logarithm", source="ankang", high=3)
    service_exponential: Fraction = param(0.0, "1 makes service times exponential with that median, for checks against queueing theory", source="model")
    own_cell_min: Minutes = param(0.0, "travel minutes that a unit of the call's own cell may be farther away", source="prior")
    max_wait_h: Factor = param(12.0, "a call that waited longer is closed unanswered", source="prior", unit="h", low=0.5, high=240)
