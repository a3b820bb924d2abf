"""Parameters of the force: its size, its shifts, its speed and how it answers calls."""

from __future__ import annotations

from pydantic import model_validator

from sim.params import Count, Days, Factor, Fraction, Hours, Minutes, Parameters, PerYear, param, refuse_more_than_all


class Force(Parameters):
    """Officers by role, and how many of them a shift finds on duty."""

    n_response: Count = param(234, "response officers in cars", source="ct_police", high=100_000, note="with the other sworn officers 390, 3.0 for 1,000 residents; published 2.6 to 3.4; how they divide into roles is our judgement")
    n_foot: Count = param(39, "officers on foot patrol", source="prior", high=100_000)
    n_community: Count = param(52, "community officers", source="prior", high=100_000)
    n_detective: Count = param(65, "detectives", source="prior", high=100_000)
    n_auxiliary: Count = param(0, "auxiliaries", source="prior", high=100_000)
    n_mediator: Count = param(0, "mediators", source="prior", high=100_000)
    n_worker: Count = param(0, "civilian workers of grid services", source="prior", high=100_000)
    vacancy_days: Days = param(60.0, "mean time that a post of hired staff stands empty when somebody leaves", source="prior")
    n_districts: Count = param(10, "districts (beats) of the city", source="new_haven_2014", low=1, high=10_000)
    p_on_duty: Fraction = param(0.60, "chance that an officer works on a given day: days off, leave, sickness", source="prior", low=0.05)
    night_share: Fraction = param(0.22, "share of response officers rostered for the shift from midnight", source="prior")
    day_share: Fraction = param(0.38, "share rostered for the shift from eight; the evening shift has the rest", source="prior")
    foot_start_h: Hours = param(8.0, "hour at which the first of the two shifts of foot officers begins; the second follows eight hours later", source="prior", high=16)
    community_start_h: Hours = param(8.0, "the same for community officers; 7 brings them to the streets before school", source="prior", high=16)
    rest_min: Minutes = param(30.0, "break in a shift", source="prior", high=240)
    patrol_kmh: Factor = param(20.0, "speed of a car on patrol", source="dense_city_speeds", unit="km/h", low=1, high=90)
    foot_kmh: Factor = param(4.5, "speed on foot patrol", source="prior", unit="km/h", low=1, high=10)
    stop_min: Minutes = param(12.0, "length of a stop and search", source="prior", low=1, high=240)
    visit_min: Minutes = param(12.0, "length of a household visit", source="peyton2019", low=1, high=240, supports="range", note="visits of some ten minutes, read at second hand")
    mediation_min: Minutes = param(90.0, "length of a mediation session", source="mediation_practice", low=5, high=480, published=(120.0, 180.0), note="as mediators in North America say; of China nothing was found")
    report_min: Minutes = param(15.0, "paper work after a recorded incident", source="prior", high=480)
    arrest_min: Minutes = param(90.0, "time that an arrest takes the officer, beyond the call", source="uk_arrest_time", high=480, published=(20.0, 600.0), note="300 min in England; what is counted differs")
    problem_hours: Factor = param(40.0, "officer-hours after which half of the largest cut of a problem place is reached", source="prior", unit="h", low=1, high=10_000)
    problem_max: Fraction = param(0.5, "largest cut of opportunity that work on a place can reach", source="hinkle2020", published=(0.14, 0.34), note="cuts of crime in the mean, from lighting [welsh2022] to all work on problems; the default is a maximum")
    p_cause_found: Fraction = param(0.7, "problem places at which work finds the cause", source="prior", note="elsewhere it changes nothing but what is in disorder")
    problem_half_life_days: Days = param(365.0, "half-life of the work on a place", source="prior", low=1)
    stops_per_hour: Factor = param(0.10, "occasions in an hour on patrol at which an officer stops somebody, if anybody is in the street", source="prior", unit="per h", high=10)
    p_hit_cause: Fraction = param(0.5, "arrests of a recent offender in a stop on probable cause", source="prior")
    p_hit_suspicion: Fraction = param(0.1, "arrests of a recent offender in a stop on suspicion", source="nypd_stops", note="to be compared as an outcome: 5 to 6 % of stops ended in an arrest, 0.5 % do in a run")
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
    service_median_min: Minutes = param(48.0, "median time at a call", source="ankang", low=0.01, note="from instruction to feedback, way and report included, the median lies between 30 and 60 min; from arrival to completion 37.7 min [pontiac1983]")
    service_spread: Factor = param(1.145, "standard deviation of its logarithm", source="ankang", high=3)
    service_exponential: Fraction = param(0.0, "1 makes service times exponential with that median, for checks against queueing theory", source="model")
    own_cell_min: Minutes = param(0.0, "travel minutes that a unit of the call's own cell may be farther away", source="prior")
    max_wait_h: Factor = param(12.0, "a call that waited longer is closed unanswered", source="prior", unit="h", low=0.5, high=240)


class Effort(Parameters):
    """What officers make of what they are rewarded for: how strongly effort and its distortions follow the weights."""

    idle_share: Fraction = param(0.15, "visits and inspections made for the form alone where nothing is appraised", source="prior")
    hollow_max: Fraction = param(0.5, "the same, added where visits are counted with full weight and nobody audits", source="prior")
    hollow_visit_min: Minutes = param(3.0, "length of a visit made for the form alone", source="prior", low=0.5, high=240)
    downgrade_max: Fraction = param(0.10, "records downgraded where few records are rewarded with full weight and nobody audits", source="prior")
    stop_gain: Factor = param(1.0, "rise of stops where arrests are rewarded with full weight", source="prior", high=10)
    suspicion_gain: Fraction = param(0.2, "rise of the share of stops on suspicion there", source="prior")
    hurry: Fraction = param(0.25, "time at the scene that is saved where response times are rewarded with full weight", source="prior", high=0.9)
    hurry_fair_odds: Fraction = param(0.7, "odds of a fair contact there", source="prior", low=0.05)
    satisfaction_fair_odds: Factor = param(1.5, "odds of a fair contact where satisfaction is rewarded with full weight", source="prior", low=1, high=20)


class Helpers(Parameters):
    """Residents and agencies who take part: who joins, who stays, what they add."""

    join_per_year: PerYear = param(0.10, "adults with full trust and ties who join in a year, where asked and thanked", source="prior", high=10)
    leave_per_year: PerYear = param(1.0, "volunteers who leave in a year where nobody thanks them", source="special_constables", high=20, published=(0.17, 0.35), note="of volunteers who are trained and thanked")
    p_helper_sees: Fraction = param(0.05, "chance that a volunteer notices an offence in the own street that nobody else reports", source="prior")
    p_helper_tells: Fraction = param(0.02, "chance in a day that a volunteer hears of a quarrel in the own street and tells", source="prior")
    agency_factor: Factor = param(1.0, "work that agencies add to an hour of an officer at full partnership", source="prior")
    sharing_delay_days: Days = param(14.0, "delay until partners' data reach the police", source="prior")
    p_false_ticket: Fraction = param(0.03, "inspections that end in a ticket for nothing", source="prior")
    handling_days: Days = param(5.0, "mean time from a ticket to its handling", source="prior")
    handling_cuts: Fraction = param(0.7, "visible disorder that handling a ticket takes away", source="prior")


class Cost(Parameters):
    """What things cost, in hours of a sworn officer, so that no currency is needed."""

    cost_auxiliary: Factor = param(0.45, "an hour of an auxiliary", source="pcso_cost", unit="sworn hours", published=(0.56, 0.60), note="community support officers of the United Kingdom")
    cost_mediator: Factor = param(0.5, "an hour of a mediator", source="prior", unit="sworn hours")
    cost_worker: Factor = param(0.4, "an hour of a civilian worker", source="prior", unit="sworn hours")
    cost_place: Factor = param(60.0, "equipment of a place that is worked on: lamps, locks, cameras", source="prior", unit="sworn hours", high=100_000)
    cost_volunteer: Factor = param(5.0, "a volunteer for a year: training, thanks, insurance", source="prior", unit="sworn hours", high=10_000)
    cost_post_day: Factor = param(2.0, "a fixed post for a day: hut, power, equipment", source="prior", unit="sworn hours", high=10_000)
