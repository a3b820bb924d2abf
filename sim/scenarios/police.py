"""Parameters of the force: its size, its shifts, its speed and how it answers calls."""

from __future__ import annotations

from pydantic import model_validator

from sim.params import (
    ByCrime,
    Count,
    Days,
    Factor,
    Fraction,
    Hours,
    Metres,
    Minutes,
    Parameters,
    PerThousandAYear,
    PerYear,
    by_crime,
    param,
    refuse_more_than_all,
)


class Force(Parameters):
    """Officers by role, and how many of them a shift finds on duty."""

    n_response: Count = param(234, "response officers in cars", source="ct_police", high=100_000, note="with the other sworn officers 390, 3.0 for 1,000 residents; published 2.6 to 3.4; how they divide into roles is our judgement")
    n_foot: Count = param(39, "officers on foot patrol", source="prior", high=100_000)
    n_community: Count = param(52, "community officers", source="prior", high=100_000)
    n_detective: Count = param(65, "detectives", source="prior", high=100_000)
    n_auxiliary: Count = param(0, "auxiliaries", source="prior", high=100_000)
    n_mediator: Count = param(0, "mediators", source="prior", high=100_000)
    n_worker: Count = param(0, "civilian workers of grid services", source="prior", high=100_000)
    n_warden: Count = param(0, "pairs of wardens", source="prior", high=100_000)
    vacancy_days: Days = param(60.0, "mean time that a post of hired staff stands empty when somebody leaves", source="prior")
    n_districts: Count = param(10, "districts (beats) of the city", source="new_haven_2014", low=1, high=10_000)
    p_on_duty: Fraction = param(0.60, "chance that an officer works on a given day: days off, leave, sickness", source="prior", low=0.05)
    night_share: Fraction = param(0.22, "share of response officers rostered for the shift from midnight", source="prior")
    day_share: Fraction = param(0.38, "share rostered for the shift from eight; the evening shift has the rest", source="prior")
    foot_start_h: Hours = param(8.0, "hour at which the first of the two shifts of foot officers begins; the second follows eight hours later", source="prior", high=16)
    community_start_h: Hours = param(8.0, "the same for community officers; 7 brings them to the streets before school", source="prior", high=16)
    warden_start_h: Hours = param(14.0, "hour at which the duty of wardens begins", source="prior", high=16)
    rest_min: Minutes = param(30.0, "break in a shift", source="prior", high=240)
    patrol_kmh: Factor = param(20.0, "speed of a car on patrol", source="dense_city_speeds", unit="km/h", low=1, high=90)
    foot_kmh: Factor = param(4.5, "speed on foot patrol", source="prior", unit="km/h", low=1, high=10)
    stop_min: Minutes = param(12.0, "length of a stop and search", source="prior", low=1, high=240)
    old_alone_known: Fraction = param(0.6, "share of old people who live alone whom police books name before anybody has called there", source="prior")
    visit_min: Minutes = param(12.0, "length of a household visit", source="peyton2019", low=1, high=240, supports="range", note="visits of some ten minutes, read at second hand")
    meeting_min: Minutes = param(90.0, "length of a meeting with residents", source="prior", low=5, high=480)
    mediation_min: Minutes = param(90.0, "length of a mediation session", source="mediation_practice", low=5, high=480, published=(120.0, 180.0), note="as mediators in North America say; of China nothing was found")
    mediation_until_h: Hours = param(22.0, "hour by which a mediation session is to end; none begins that would end later", source="prior", low=12, high=24)
    report_min: Minutes = param(15.0, "paper work after a recorded incident", source="prior", high=480)
    arrest_min: Minutes = param(90.0, "mean time that a prisoner takes the officer beyond the call: the way to the cells, booking, waiting", source="uk_arrest_time", high=480, published=(20.0, 600.0), note="300 min in England; what is counted differs")
    arrest_spread: Factor = param(0.6, "standard deviation of the logarithm of that time", source="prior", high=3)
    arrest_longest_min: Minutes = param(300.0, "longest time after which another officer takes over", source="uk_arrest_time", low=1, supports="mechanism", note="means up to 600 min between forces; whether somebody takes over is not told")
    problem_hours: Factor = param(40.0, "officer-hours after which half of the largest cut of a problem place is reached", source="prior", unit="h", low=1, high=10_000)
    problem_max: Fraction = param(0.5, "largest cut of opportunity that work on a place can reach", source="hinkle2020", published=(0.14, 0.34), note="cuts of crime in the mean, from lighting [welsh2022] to all work on problems; the default is a maximum")
    p_cause_found: Fraction = param(0.7, "problem places at which work finds the cause", source="prior", note="elsewhere it changes nothing but what is in disorder")
    problem_half_life_days: Days = param(365.0, "half-life of the work on a place", source="prior", low=1)
    tidy_min: Minutes = param(600.0, "work on a place after which 0.37 of its visible disorder is left, found cause or not", source="prior", low=1, high=100_000)
    p_hospital: Fraction = param(0.05, "prisoners who are guarded in hospital after it", source="prior")
    guard_h: Hours = param(4.0, "mean length of such a guard, over the change of shift", source="prior", high=240)
    p_court: Fraction = param(0.25, "arrests after which the officer must come to court", source="prior")
    court_min: Minutes = param(180.0, "time of a day in court, waiting included", source="prior", high=480)
    court_delay_days: Days = param(45.0, "mean time until that day, in days on duty", source="prior", low=1)
    training_days: PerYear = param(5.0, "days in a year on which an officer is in training and on no street", source="prior", high=120)
    briefing_min: Minutes = param(15.0, "briefing at the begin of a shift", source="prior", high=120)
    handover_min: Minutes = param(10.0, "handing over at its end", source="prior", high=120)
    least_crew: Fraction = param(0.7, "least crew of response officers of a district and shift, as a share of those who usually work it, rounded down; who is missing comes from another district or works overtime", source="prior")
    overtime_h: Hours = param(4.0, "how long somebody stays on to fill a post", source="prior", high=8)
    stops_per_hour: Factor = param(0.10, "occasions in an hour on patrol to stop somebody on suspicion, or to begin to look out for cause until there is some", source="prior", unit="per h", high=10)
    p_notice_search: Fraction = param(0.3, "chance that an officer who passes, and looks out for cause, notices somebody who searches for a target in that street", source="prior")
    p_notice_goods: Fraction = param(0.2, "the same of somebody who carries goods home after a burglary or a theft", source="prior")
    p_recognised: Fraction = param(0.3, "the same of a wanted person among those in the street, each time that there is an occasion", source="prior")
    eye_spread: Factor = param(0.4, "standard deviation of the logarithm of how well officers notice what can be seen", source="prior", high=2)
    skill_spread: Factor = param(0.3, "the same of the odds by which officers differ in treating people fairly", source="prior", high=2)
    p_hit_cause: Fraction = param(0.6, "chance that a stop on cause finds the goods on who carries them", source="prior")
    p_hit_suspicion: Fraction = param(0.15, "the same in a stop on suspicion", source="prior", note="how many stops end in an arrest is to be compared as an outcome: 5 to 6 % [nypd_stops]")
    p_wanted_found: Fraction = param(0.8, "chance that a stop of any kind finds out that a person is wanted", source="prior")
    p_suspicion: Fraction = param(0.5, "share of these occasions taken for a stop on suspicion of anybody who is out; in the others an officer looks out for cause", source="macdonald2016")

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
    violence_under_way_min: Minutes = param(15.0, "delay up to which a report of robbery or assault counts as under way: priority 1", source="prior")
    violence_grave: Fraction = param(0.3, "seriousness above which it does", source="prior")
    fresh_burglary_min: Minutes = param(30.0, "delay up to which a report of burglary is fresh: priority 2, later 3", source="prior")
    fresh_min: Minutes = param(10.0, "the same of theft, disorder and help", source="prior")
    turnout_min: Minutes = param(1.0, "mean time from the instruction until the wheels move", source="prior", high=60, note="within 5 min of the instruction in 62 to 71 % of calls in the centre of one Chinese city [ankang], which is a mean of 4 to 5 min")
    service_median_min: Minutes = param(23.0, "median time at a call of mean work, arrival to end", source="pontiac1983", low=0.01, note="with the spread the mean is 36 min; 37.7 were published. Travel and turning out are apart")
    service_spread: Factor = param(0.95, "standard deviation of its logarithm", source="prior", high=3, note="from instruction to feedback, way and report included, it is 1.1 [ankang]")
    service_crime: ByCrime = param(by_crime(1.2, 1.5, 1.2, 1.5, 0.75), "work at an offence against the mean call", source="morgan_hill", unit="factor", low=0, high=20, note="crimes against persons 1.56 of the mean of all calls, against property 1.24, suspicious persons 0.73; the way included")
    service_traffic: Factor = param(1.35, "the same of a traffic call", source="morgan_hill", high=20, published=(0.75, 1.52), note="from complaints about traffic to accidents")
    service_noise: Factor = param(0.6, "the same of noise", source="prior", high=20, note="below disturbances of all kinds, 0.83 [morgan_hill]")
    service_dispute: Factor = param(0.85, "the same of a quarrel", source="morgan_hill", high=20, published=(0.83, 0.83), note="disturbances of all kinds")
    service_welfare: Factor = param(0.85, "the same of a call for help", source="morgan_hill", high=20, published=(0.45, 1.19), note="from alarms to assistance; checks 1.05")
    service_urgent: Factor = param(1.3, "the same of priority 1 against others of its kind", source="prior", low=0.1, high=10)
    second_crime: ByCrime = param(by_crime(0.5, 1.0, 0.4, 1.0, 0.7), "offences, not of priority 1, to which two officers go", source="morgan_hill", unit="fraction", low=0, high=1, note="units a call: crimes against persons 2.1, against property 1.5, suspicious persons 1.8")
    second_traffic: Fraction = param(0.8, "the same of traffic calls", source="morgan_hill", note="units a call: accidents 2.3, complaints about traffic 1.4")
    second_noise: Fraction = param(0.6, "the same of noise", source="prior")
    second_dispute: Fraction = param(0.9, "the same of quarrels", source="morgan_hill", note="disturbances of all kinds: 2.1 units a call")
    second_welfare: Fraction = param(0.5, "the same of calls for help", source="morgan_hill", note="units a call: alarms and checks 1.7, others 1.2 to 1.3")
    backup_share: Fraction = param(0.6, "share of the time at a call that a second unit stays", source="prior")
    preemption: Fraction = param(1.0, "1 lets a critical call break off a break, desk and paper work, a briefing or a call of priority 3; 0 lets it break off visits and work on places alone", source="prior")
    stack_reserve: Fraction = param(0.15, "share of the response officers on duty who are kept free for urgent calls while calls of priority 3 wait", source="prior")
    stack_max_min: Minutes = param(60.0, "longest time that a call of priority 3 waits for that reason", source="prior")
    service_exponential: Fraction = param(0.0, "1 makes service times exponential with that median, for checks against queueing theory", source="model")
    own_cell_min: Minutes = param(0.0, "travel minutes that a unit of the call's own cell may be farther away", source="prior")
    own_district_min: Minutes = param(0.0, "the same for a unit that is assigned to the call's own district; 1440 sends it first wherever it is free", source="prior")
    kept_a_district: Count = param(0, "response units of a district that are kept free for priority 1 while other calls wait", source="prior", high=100)
    kept_max_min: Minutes = param(60.0, "longest time that a call waits for that reason", source="prior")
    by_priority: Fraction = param(1.0, "1 serves waiting calls in the order of their priority, then of time; 0 in the order of time alone", source="prior")
    foot_reach_min: Minutes = param(15.0, "way beyond which officers on foot are sent to no call", source="prior")
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
    training_gain: Factor = param(0.71, "rise of the log odds of a fair contact by a full course in fair treatment", source="weisburd2022", high=5, supports="value", note="d = 0.39 of what observers saw, times pi / sqrt(3); residents asked later felt no clear difference")
    training_hours: Hours = param(40.0, "length of a full course", source="weisburd2022", low=1, high=1000, supports="range")
    training_half_life_days: Days = param(730.0, "half-life of what was learnt in it", source="prior", low=1)
    satisfaction_fair_odds: Factor = param(1.5, "odds of a fair contact where satisfaction is rewarded with full weight", source="prior", low=1, high=20)


class Helpers(Parameters):
    """Residents and agencies who take part: who joins, who stays, what they add."""

    join_per_year: PerYear = param(0.10, "adults with full trust and ties who join in a year, where asked and thanked", source="prior", high=10)
    leave_per_year: PerYear = param(1.0, "volunteers who leave in a year where nobody thanks them", source="special_constables", high=20, published=(0.17, 0.35), note="of volunteers who are trained and thanked")
    p_helper_sees: Fraction = param(0.05, "chance that a volunteer notices an offence in the own street that nobody else reports", source="prior")
    p_watch_sees: Fraction = param(0.3, "chance that one resident on patrol notices what happens or goes on in view in the same street", source="prior")
    watch_street_min: Minutes = param(10.0, "time after which a patrol of residents goes on to the next street", source="prior", low=1, high=240)
    helper_call_min: Minutes = param(2.0, "time after which such a volunteer has called", source="prior", high=240)
    p_helper_tells: Fraction = param(0.02, "chance in a day that a volunteer hears of a quarrel in the own street and tells", source="prior")
    unaware_takes_part: Fraction = param(0.2, "chance of who does not know of a service to come to its meetings or to join, against who does", source="prior")
    aware_on_telling: Factor = param(0.3, "log odds of telling the police what one saw, of who knows of the service against who does not; may be zero", source="prior", high=10)
    services_half_life_days: Days = param(365.0, "time in which half of those who learnt of a service forget it", source="prior", low=1)
    p_head_agrees: Fraction = param(0.4, "chance that an adult with usual trust in the police who is asked to be head of a building agrees; in proportion to trust", source="prior")
    p_head_registers: Fraction = param(0.2, "chance in a day that such a head puts a tenant who has come of late on the register", source="prior")
    head_new_days: Days = param(14.0, "how long a tenant is new to a head", source="prior", high=365)
    p_head_names: Fraction = param(0.8, "chance that a head whom an officer looks in on names a tenant who is not on the register", source="prior")
    p_head_hears: Fraction = param(0.05, "chance in a day that a head hears of a quarrel in the own building and tells", source="prior")
    head_patience_days: Days = param(90.0, "time without a visit of the police after which heads tire of it, as volunteers do whom nobody thanks", source="prior", high=3650)
    agency_factor: Factor = param(1.0, "work that agencies add to an hour of an officer at full partnership", source="prior")
    sharing_delay_days: Days = param(14.0, "delay until partners' data reach the police", source="prior")
    help_relief: Fraction = param(0.5, "share of the strain of a known offender that help takes off", source="prior")
    help_half_life_days: Days = param(60.0, "half-life of that after the last help", source="prior", low=1)
    p_false_ticket: Fraction = param(0.03, "inspections that end in a ticket for nothing", source="prior")
    handling_days: Days = param(5.0, "mean time from a ticket to its handling", source="prior")
    handling_cuts: Fraction = param(0.7, "visible disorder that handling a ticket takes away", source="prior")


class Rooms(Parameters):
    """Walk-in police rooms: who comes, with what, and what is told there. Without a strategy that opens some, of no effect."""

    room_half_m: Metres = param(500.0, "distance over which the number of those who go to a room halves", source="prior", low=1)
    room_known: Fraction = param(0.5, "residents around a room who know of it though they know none of its officers", source="prior")
    room_affairs: PerThousandAYear = param(500.0, "affairs of which police hear nothing otherwise that 1,000 adults would bring to a room that they know at their door", source="prior")
    room_instead: Fraction = param(0.3, "calls that can wait, of somebody at home, that would be brought there instead", source="prior")
    room_report: Fraction = param(0.15, "offences reported to nobody of which the victim would tell there", source="prior")
    room_days: Days = param(2.0, "mean time until the victim does, from the next day on", source="prior", high=365)
    room_tries: Count = param(2, "times that who finds nobody there comes again", source="prior", unit="times", high=100)
    room_tells: Fraction = param(0.3, "chance that who walks in tells of the problem of the street and of quarrels of the household, if there are any", source="prior")
    walk_in_min: Minutes = param(10.0, "time that an officer has for somebody who walks in", source="prior", low=1, high=240)


class Cost(Parameters):
    """What things cost, in hours of a sworn officer, so that no currency is needed."""

    cost_auxiliary: Factor = param(0.45, "an hour of an auxiliary", source="pcso_cost", unit="sworn hours", published=(0.56, 0.60), note="community support officers of the United Kingdom")
    cost_mediator: Factor = param(0.5, "an hour of a mediator", source="prior", unit="sworn hours")
    cost_worker: Factor = param(0.4, "an hour of a civilian worker", source="prior", unit="sworn hours")
    cost_place: Factor = param(60.0, "equipment of a place that is worked on: lamps, locks, cameras", source="prior", unit="sworn hours", high=100_000)
    cost_volunteer: Factor = param(5.0, "a volunteer for a year: training, thanks, insurance", source="prior", unit="sworn hours", high=10_000)
    cost_doorstaff: Factor = param(0.4, "an hour of one of the doorstaff", source="prior", unit="sworn hours")
    cost_camera: Factor = param(150.0, "a camera for a year: equipment, line, and its share of somebody who watches", source="prior", unit="sworn hours", high=10_000)
    cost_warden: Factor = param(0.9, "an hour of a pair of wardens, twice that of an auxiliary", source="pcso_cost", unit="sworn hours", published=(1.12, 1.20), note="twice the community support officers of the United Kingdom")
    cost_support: Factor = param(60.0, "a known offender who is helped for a year: the hours of a case worker", source="prior", unit="sworn hours", high=10_000)
    cost_post_day: Factor = param(2.0, "a fixed post or a police room for a day: hut, power, equipment", source="prior", unit="sworn hours", high=10_000)
