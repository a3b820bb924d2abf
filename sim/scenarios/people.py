"""Parameters of the people: who lives here, how they spend the day, how they feel, how they quarrel."""

from __future__ import annotations

from pydantic import model_validator

from sim.params import (
    Age,
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
    param,
    refuse_more_than_all,
)


class People(Parameters):
    """Residents and households, and the places of their days."""

    n_residents: Count = param(130_000, "simulated residents, migrants included", source="new_haven_2014", low=1, high=2e7)
    residents_per_agent: Factor = param(
        1.0, "real residents that one simulated resident stands for; above 1 the streets of a city are thinned", source="model", low=0.01, high=10_000
    )
    mean_household: Factor = param(2.4, "mean household size", source="acs", unit="people", low=1, high=8)
    share_under_12: Fraction = param(0.15, "share of residents aged under 12", source="acs")
    share_12_17: Fraction = param(0.07, "share aged 12 to 17", source="acs")
    share_18_24: Fraction = param(0.17, "share aged 18 to 24", source="acs")
    share_25_44: Fraction = param(0.30, "share aged 25 to 44; those of 45 and more are the rest", source="acs")
    share_65: Fraction = param(0.10, "share aged 65 and more", source="acs")
    share_male: Fraction = param(0.48, "share of men", source="acs")
    share_renting: Fraction = param(0.60, "share of households that rent", source="ctdata_tenure", published=(0.71, 0.72), note="of 2022 and 2023")
    income_spread: Factor = param(0.92, "standard deviation of the logarithm of household income, tenants and owners apart", source="ct_gini2014", high=3)
    income_area_share: Fraction = param(0.15, "share of its variance that lies between areas", source="lobmayer2002")
    income_range_m: Metres = param(800.0, "distance over which incomes stay alike", source="prior", low=10)
    income_tenant: Factor = param(0.5, "income of tenants against that of owners", source="acs_tenure", low=0.05, high=5)
    share_employed: Fraction = param(0.66, "share of those aged 18 to 64 with a work place", source="acs")
    rounds_per_street: Count = param(16, "daily rounds (places and the ways between them) of one kind that the people of a street share", source="model", low=1, high=256)
    work_decay_m: Metres = param(3500.0, "distance over which a work place loses half its pull", source="prior", low=50)
    school_decay_m: Metres = param(900.0, "the same for a school", source="prior", low=50)
    leisure_decay_m: Metres = param(1200.0, "the same for shops and places to go out", source="prior", low=50)
    walk_up_to_m: Metres = param(1200.0, "people walk shorter ways and drive longer ones", source="prior")
    walking_kmh: Factor = param(4.8, "walking speed", source="prior", unit="km/h", low=1, high=8)
    driving_share_of_limit: Fraction = param(0.6, "mean speed in traffic as a share of the speed limit", source="prior", low=0.05)

    @model_validator(mode="after")
    def _ages_are_parts_of_one_whole(self) -> People:
        refuse_more_than_all(self, ("share_under_12", "share_12_17", "share_18_24", "share_25_44", "share_65"))
        return self


class Migrants(Parameters):
    """The floating population: residents who come for a time, rent a room and may register."""

    share_of_residents: Fraction = param(0.08, "share of rooms let to migrants", source="prior")
    share_at_start: Fraction = param(1.0, "share of these rooms that are let when the run begins; the others fill evenly over `fill_years`", source="model")
    fill_years: Factor = param(5.0, "years until the last of the rooms that were not let at the start has had its first tenant", source="model", unit="years", low=0.01, high=100)
    mean_stay_days: Days = param(500.0, "mean planned stay", source="prior", low=1)
    mean_vacancy_days: Days = param(20.0, "mean time a room stays empty between two tenants", source="prior")
    arrival_season: Fraction = param(0.3, "amplitude of arrivals over the year, highest in early March", source="prior")
    p_registered_on_arrival: Fraction = param(0.3, "chance to register with the police on arrival", source="prior")
    stale_per_month: Fraction = param(0.04, "registrations that go stale in a month", source="prior", low=0, high=0.5)
    p_signed_off: Fraction = param(0.3, "chance that the register learns at once of a registered tenant who leaves; otherwise the entry stays until it goes stale or a visitor finds somebody else", source="prior")
    registration_min: Minutes = param(6.0, "time that a registration takes the tenant, and afterwards the officer or clerk", source="prior", low=0, high=240)
    ties_growth_per_year: Factor = param(0.5, "share of the gap to full local ties closed in a year", source="prior", high=5)


class Strain(Parameters):
    """Strain shocks, their decay and what they do (Agnew's general strain theory)."""

    job_loss_per_year: PerYear = param(0.08, "job losses of a worker in a year", source="jolts2014", high=5, published=(0.126, 0.138), note="twelve months at 1.1 %, of jobs")
    strain_shock: Factor = param(0.5, "strain that one shock adds", source="prior", high=1)
    strain_half_life_days: Days = param(60.0, "half-life of strain", source="prior", low=1)
    strain_on_offending: Factor = param(0.5, "rise of the offending rate at full strain without ties", source="prior", high=5)


class Disputes(Parameters):
    """Quarrels between households: how they start, simmer, come to blows and end."""

    disputes_per_household: PerYear = param(0.04, "new disputes of a household in a year", source="mediation_figures", high=5, published=(0.016, 0.19), note="from those mediated without the courts (0.028 with them) to those that people tell in polls of insurers [neighbour_polls]")
    tenancy_factor: Factor = param(1.6, "disputes of renters against owners", source="prior", high=10)
    density_factor: Factor = param(0.1, "rise of disputes per doubling of dwellings in the street", source="prior", high=5)
    dispute_events_per_month: Factor = param(3.0, "flare-ups of a dispute at full intensity", source="prior", unit="per month")
    dispute_half_life_days: Days = param(45.0, "half-life of the intensity of a dispute left alone", source="prior", low=1)
    dispute_least: Fraction = param(0.3, "least intensity with which a dispute begins; it is even from there to 1", source="prior")
    dispute_over: Fraction = param(0.05, "intensity below which a dispute is over", source="prior", low=0.001, high=0.5)
    p_dispute_call: Fraction = param(0.45, "chance that somebody calls the police on a flare-up", source="prior")
    p_dispute_assault: Fraction = param(0.15, "chance that a flare-up at full intensity comes to blows", source="prior")
    blow_least: Fraction = param(0.2, "least seriousness of such blows; it is even from there to 1", source="prior")
    response_calms: Fraction = param(0.2, "share of intensity that an officer's attendance takes away", source="prior")
    mediation_settles: Fraction = param(0.65, "chance that a mediation session ends in an agreement", source="njc1980", published=(0.71, 0.82), note="of cases heard, in the United States; 0.45 to 0.50 of all cases")
    agreement_calms: Fraction = param(0.8, "share of intensity that an agreement takes away", source="dayton2017", note="calls fell by 83 % after a mediation, at eight addresses; most agreements still held after six months [njc1980]")
    p_pressed: Fraction = param(0.25, "agreements reached under pressure on the weaker party", source="prior")
    pressed_calms: Fraction = param(0.5, "share of intensity that a pressed agreement takes away", source="prior")
    pressed_loss: Factor = param(0.4, "trust and satisfaction that the weaker party of a pressed agreement loses", source="prior", unit="SD", high=5)
    diversion_below: Fraction = param(0.6, "blows less serious than this can be referred to mediation instead of being recorded", source="prior")
    mediation_sessions: Count = param(3, "mediation sessions before a case is given up", source="mediation_practice", high=20)


class Attitudes(Parameters):
    """Security, satisfaction and trust: how people differ for good, what moves them, and how that fades.

    Gains and losses are in standard deviations of an attitude between residents (`attitude_spread`), the unit of field trials.
    """

    security_baseline: Fraction = param(0.70, "mean security where nothing happens", source="prior")
    satisfaction_baseline: Fraction = param(0.66, "mean satisfaction with the police", source="csew", note="a good job by 63 % of answers (2013/14), 49 % (2025); a share, no mean on this scale")
    trust_baseline: Fraction = param(0.62, "mean trust in the police", source="csew", note="overall confidence 76 %, later 67 % of answers; a share, no mean on this scale")
    attitude_spread: Fraction = param(0.16, "standard deviation between residents on one day", source="prior", low=0.01, high=0.3)
    trait_share: Fraction = param(0.65, "share of its square that is a lasting trait; the rest is mood", source="sao_paulo_panel", note="with the noise of an answer, correlations of answers near 0.5")
    attitude_area_share: Fraction = param(0.06, "share of the squared spread of traits that neighbours have in common", source="prior")
    attitude_range_m: Metres = param(500.0, "distance within which they do", source="prior", low=1)
    security_by_age: Factor = param(-0.10, "rise of security for 20 years of age", source="prior", unit="SD", low=-2, high=2)
    esteem_by_age: Factor = param(0.10, "the same of satisfaction and trust", source="prior", unit="SD", low=-2, high=2)
    mood_half_life_days: Days = param(21.0, "half-life of mood, which moves for reasons of a person's own", source="sao_paulo_panel", supports="mechanism", low=1, high=3650)
    fresh_days: Days = param(10.0, "half-life of the quicker part of an impression", source="prior", low=0.5, high=365)
    lasting_days: Days = param(150.0, "half-life of its slower part; the two mix so that half is left after the half-life of the kind", source="prior", low=10, high=3650)
    trait_learns: PerYear = param(0.10, "part of what a year's state is above or below the trait that the trait takes up", source="prior", high=2)

    contact_days: Days = param(30.0, "half-life of fair treatment: in a call, a visit, a session, a meeting", source="peyton2019", low=1, high=3650, published=(21.0, 21.0), note="of a visit at the door: about half was left then, at second hand; never fitted to it")
    stop_days: Days = param(45.0, "the same of stops and checks", source="sao_paulo_panel", supports="mechanism", low=1, high=3650, note="three waves over four years tell no half-life")
    unfair_days: Days = param(60.0, "half-life of unfair treatment", source="prior", low=1, high=3650)
    letter_days: Days = param(30.0, "half-life of a letter", source="prior", low=1, high=3650)
    crime_days: Days = param(60.0, "half-life of what crime does to people", source="prior", low=1, high=3650)
    gain_call: Factor = param(0.10, "satisfaction and trust gained by an officer who comes and treats one fairly", source="prior", unit="SD", high=3, note="may be 0: a gain was small and not told from zero [skogan2006]")
    gain_visit: Factor = param(0.20, "the same of a friendly visit at the door, where nobody is in need", source="peyton2019", unit="SD", high=3, published=(0.15, 0.5), note="three days after one, at second hand; never fitted to it")
    gain_stop: Factor = param(0.03, "the same of a stop or a check", source="sao_paulo_panel", supports="mechanism", unit="SD", high=3, note="of an ordinary stop, fair or not: fairness -0.06 (-0.24 to 0.12), effectiveness -0.16 (-0.37 to 0.05), not told from zero; never fitted to it")
    gain_mediation: Factor = param(0.15, "the same of a mediation session", source="prior", unit="SD", high=3)
    form_loss: Factor = param(0.05, "satisfaction and trust that a visit made for the form alone takes from who is at home", source="prior", unit="SD", high=3)
    gain_meeting: Factor = param(0.20, "the same of a meeting of residents with their officers", source="prior", unit="SD", high=3)
    gain_walk_in: Factor = param(0.10, "the same of a fair talk in a police room, as of a call", source="prior", unit="SD", high=3)
    watched_loss: Factor = param(0.05, "trust that a tenant loses of whom the head of the building tells the police, as by a visit made for the form", source="prior", unit="SD", high=3)
    gain_letter: Factor = param(0.04, "the same of a letter that is read", source="hohl2010", unit="SD", high=3, note="letters over months, over all residents of a ward: 0.05 to 0.15, at second hand; never fitted to it")
    unfair_satisfaction: Factor = param(0.70, "satisfaction lost by unfair treatment of any kind", source="skogan2006", supports="mechanism", unit="SD", high=5, note="4 to 14 times what a fair contact adds")
    unfair_trust: Factor = param(0.09, "trust lost by it", source="oliveira2021", supports="mechanism", unit="SD", high=5, note="about what a fair contact adds")
    p_fair_contact: Fraction = param(0.88, "chance that an ordinary contact is felt as fair", source="ppcs", published=(0.85, 0.90), note="0.88 of drivers who were stopped, 2011")
    p_fair_stop: Fraction = param(0.70, "the same for a stop in the street", source="ppcs", published=(0.66, 0.71), note="2011; 0.66 with respect too; between groups of those stopped 0.38 to 0.78")
    p_fair_visit: Fraction = param(0.96, "the same for a visit or a meeting", source="prior")
    told_min: Minutes = param(10.0, "wait that a caller of priority 2 is told to expect; half of it at priority 1, twice at 3", source="prior", low=0.5)
    told_queue_min: Minutes = param(5.0, "what the dispatcher adds for each call that waits", source="prior")
    gain_in_time: Factor = param(0.20, "satisfaction gained where an officer is there at once, less the longer it takes up to the time told", source="kansas_response", supports="mechanism", unit="SD", high=3)
    loss_late: Factor = param(0.50, "satisfaction lost where it takes twice as long as told, or nobody comes", source="kansas_response", supports="mechanism", unit="SD", high=3)
    p_outcome_told: Fraction = param(0.5, "chance that police tell a victim what became of the case", source="prior")
    outcome_days: Days = param(14.0, "time after which a victim expects to be told", source="prior", low=1, high=365)
    gain_outcome: Factor = param(0.20, "satisfaction gained by being told; as much is lost where nobody tells", source="csew", supports="mechanism", unit="SD", high=3)

    told_household: Fraction = param(0.35, "share of a contact that is felt by those who live with the person", source="rosenbaum2005", published=(0.2, 0.5))
    told_street: Fraction = param(0.20, "share that is felt by a neighbour who hears of it", source="rosenbaum2005", note="household more than street")
    p_street_hears: Fraction = param(0.05, "chance that a neighbour hears of a contact", source="prior")

    sight_per_hour: Factor = param(0.8, "how often somebody who is at home and awake notices an officer who walks an hour in the street", source="prior", unit="per h", high=100)
    sight_at_corner: Fraction = param(0.5, "how much of such a walk is seen in the streets at its corners, against the street itself", source="prior")
    sight_home_worker: Fraction = param(0.5, "share of the hours from seven to 23 that somebody with work or school is at home", source="prior")
    sight_work: Fraction = param(0.35, "share of them at work or school", source="prior")
    sight_home_other: Fraction = param(0.75, "share of them that all others are at home", source="prior")
    sight_leisure: Fraction = param(0.1, "share of them that these are at shops or on visits", source="prior")
    seen_days: Days = param(21.0, "half-life of the memory of how often officers on foot were seen", source="prior", low=1, high=3650)
    seen_security: Factor = param(0.25, "security gained where officers on foot are seen every other day", source="csew", supports="mechanism", unit="SD", high=3, note="0.43 between the ends, part of it not causal")
    seen_esteem: Factor = param(0.20, "satisfaction gained so", source="csew", supports="mechanism", unit="SD", high=3, note="0.43 between the ends, part of it not causal")
    seen_trust: Fraction = param(0.5, "share of it that trust gains", source="prior")
    cars_security: Factor = param(0.05, "security gained where police are in sight of the street all day", source="prior", unit="SD", high=3)
    watch_security: Factor = param(0.10, "security gained where residents are on patrol in the street all evening", source="prior", unit="SD", high=3)
    known_face: Factor = param(1.0, "rise of what the sight of an officer on foot does where the officers are known, and of that of residents on patrol where neighbours know each other", source="prior", high=10)

    victim_security: Factor = param(0.9, "security lost by an offence of mean seriousness against oneself", source="prior", unit="SD", high=5)
    neighbour_security: Factor = param(0.015, "security lost when a neighbour suffers and word gets round", source="prior", unit="SD", high=3)
    alarm_max: Factor = param(3.0, "offences of mean seriousness of one day beyond which a street takes no more alarm", source="prior", high=100)
    disorder_security: Factor = param(0.6, "security lost at full disorder in the street", source="prior", unit="SD", high=5)
    crime_satisfaction: Fraction = param(0.25, "share of these losses that satisfaction takes as well", source="jackson2007", supports="mechanism")
    crime_trust: Fraction = param(0.10, "share that trust takes", source="prior")
    habituation: Fraction = param(0.6, "share of crime, disorder and police in the street that is no longer felt where it is always so", source="prior")
    habituation_days: Days = param(120.0, "half-life of what is taken for usual", source="prior", low=1)

    problem_days: Days = param(60.0, "half-life of trouble and of police work in the memory of a street", source="prior", low=1)
    naming: Factor = param(0.15, "how readily a resident names a local problem, for each incident in the own street still in memory", source="prior", high=10)
    review_days: Count = param(30, "days after which a resident thinks anew of what is wrong in the street", source="prior", unit="days", low=1, high=3650)
    thinks_at_first: Fraction = param(0.25, "how far a problem that has just been named is thought to be dealt with", source="prior")
    gain_dealt_with: Factor = param(0.60, "satisfaction between those who think that the problem is dealt with and those who do not", source="myhill2008", supports="mechanism", unit="SD", high=3, published=(0.2, 0.5), note="at second hand")
    dealt_with_others: Fraction = param(0.5, "share of it that trust and security take as well", source="prior")
    answer_counts: Fraction = param(0.3, "how far an officer who came to an incident has dealt with it", source="prior")
    patrol_counts: Fraction = param(0.2, "incidents dealt with by an hour of police on foot or standing in the street", source="prior")
    problem_work_counts: Factor = param(1.0, "incidents dealt with by an hour of work on the place as a problem", source="prior", high=100)
    hearing: Fraction = param(0.5, "how far a resident follows who tells what was done: an officer at the door or at a meeting, a letter", source="prior")
    seeing_work: Fraction = param(0.1, "how far the sight of an officer on foot does the same", source="prior")
    p_reads: Fraction = param(0.4, "chance that somebody of 45 reads a letter of the police", source="prior")
    reads_by_age: Fraction = param(0.1, "rise of it for 20 years of age", source="prior")
    reads_from_age: Age = param(16, "youngest age of who reads it", source="prior")
    p_attends: Fraction = param(0.02, "chance that an adult with ties of 0.6 comes to a meeting in the own street or next to it", source="prior")
    attends_from_age: Age = param(18, "youngest age of who comes", source="prior")
    attends_with_problem: Factor = param(2.0, "how much likelier somebody comes who names a problem of the street", source="prior", high=50)

    familiar_visit: Fraction = param(0.7, "share of what is missing to know the officers that a visit, a mediation session or a meeting adds", source="prior")
    familiar_contact: Fraction = param(0.2, "the same for a fair contact of another kind with a community officer or auxiliary", source="prior")
    familiar_hour: Fraction = param(0.004, "the same for an hour a day of police on foot or standing in the street", source="prior", high=0.4)
    familiarity_half_life_days: Days = param(180.0, "time in which half of it is forgotten", source="prior", low=1)


class Survey(Parameters):
    """The questionnaire put to a sample of residents."""

    survey_sample: Count = param(800, "residents invited to a wave", source="prior", low=10, high=1e6)
    survey_response: Fraction = param(0.6, "chance to answer, before security and age shift it", source="csew_response", low=0.01, published=(0.42, 0.64), note="at the door; 0.06 to 0.36 on the telephone [pew_response], by which most are asked here")
    likert_noise: Fraction = param(0.08, "standard deviation of an answer around the attitude", source="prior")
    response_by_age: Factor = param(0.35, "rise of the log odds to answer for 20 years of age", source="prior", low=-3, high=3)
    response_by_security: Factor = param(0.5, "rise of the log odds to answer from no to full security", source="prior", low=-10, high=10)
    survey_at_door: Fraction = param(0.3, "share of the sample that is visited; all others are rung up", source="prior")
    door_response: Factor = param(0.5, "rise of the log odds to answer at the door against the telephone", source="prior", low=-3, high=3)
    door_kindness: Factor = param(0.03, "how much kinder to the police an answer at the door is, on the scale of attitudes", source="prior", low=-0.3, high=0.3)


class Demand(Parameters):
    """Calls that are no crime: the bulk of what police do."""

    other_calls: PerThousandAYear = param(420.0, "calls without an offence", source="henan_calls", low=0, high=10_000)
    hour_profile_flat: Fraction = param(0.0, "1 spreads these calls evenly over the day, for checks against queueing theory", source="model")
    share_traffic: Fraction = param(0.33, "of them: traffic", source="guangzhou_calls")
    share_noise: Fraction = param(0.12, "of them: noise", source="prior")
    share_welfare: Fraction = param(0.22, "of them: welfare and other help; the rest is invalid and ends on the telephone", source="guangzhou_calls")

    recorded_calls: str = param("", "CSV file of recorded calls that replace all calls of the model, as `cpsim force build` writes it; empty for none", source="model")
    place_call_spread: Factor = param(1.4, "standard deviation of the logarithm of a street's own propensity for each kind of call; 0 makes streets alike", source="sherman1989", high=3, supports="range", note="3.3 % of addresses made half of all calls")
    place_call_shared: Fraction = param(0.5, "share of its variance that is common to all kinds of call", source="prior")
    household_call_spread: Factor = param(1.5, "the same deviation of a household's need for help", source="prior", high=3)
    caller_spread: Factor = param(1.5, "the same deviation of a person's invalid calls", source="prior", high=3)
    old_welfare: Factor = param(2.5, "calls for help of people of 65 and more against others", source="prior", high=20)
    share_welfare_places: Fraction = param(0.45, "share of calls for help that shops, schools, hospitals, alarms and passers-by make, not a resident", source="prior")
    venue_noise: Factor = param(20.0, "noise of a bar or another place of the evening, counted in homes", source="prior", high=100)
    venue_calls: Factor = param(2.0, "calls for help of such a place against those of a shop", source="prior", high=100)
    job_calls: Factor = param(0.05, "the same of a work place", source="prior", high=10)
    least_flow: Factor = param(0.1, "traffic of a street that no shortest way uses, against the mean street", source="prior", high=10)
    planned_home_calls: PerThousandAYear = param(100.0, "calls about offences and quarrels that are counted by homes where cells are drawn by work; no call comes of it", source="prior", low=0, high=10_000)
    quiet_hours: Factor = param(4.0, "how much readier people are to call about noise in the hours of quiet", source="prior", high=20)
    quiet_from_h: Hours = param(22.0, "hour at which these hours of quiet begin", source="prior", low=12, high=24)
    quiet_until_h: Hours = param(6.0, "hour at which they end", source="prior", high=12)
    noise_wakes: Factor = param(0.5, "how readily somebody calls about noise who is asleep when it begins, against somebody awake at home", source="prior", high=10)
    calls_at_work: Factor = param(0.4, "how readily somebody calls the police at work or school, against awake at home", source="prior", high=100)
    calls_at_leisure: Factor = param(1.5, "the same in a shop or on a visit", source="prior", high=100)
    calls_out: Factor = param(1.2, "the same out for the evening", source="prior", high=100)
    calls_on_way: Factor = param(8.0, "the same on the way", source="prior", high=100)
    calls_asleep: Factor = param(0.10, "the same of somebody whom a noise, an illness or an alarm must wake first", source="prior", high=100)
    share_urgent: Fraction = param(0.10, "traffic calls and calls for help in which somebody is hurt or in danger: priority 1, and none is referred elsewhere", source="prior")
    referred_traffic: Fraction = param(0.25, "traffic calls that end on the telephone: nobody hurt, or another office", source="prior")
    referred_noise: Fraction = param(0.15, "the same of noise", source="prior")
    referred_welfare: Fraction = param(0.30, "the same of calls for help", source="prior")
    traffic_caller_met: Fraction = param(0.5, "callers about traffic whom the officers meet: after an accident, not after a complaint about parking or congestion", source="morgan_hill", note="458 accidents, 528 complaints")
    noise_caller_met: Fraction = param(0.35, "the same about noise: all others are not named or stay inside", source="prior")

    @model_validator(mode="after")
    def _kinds_are_parts_of_one_whole(self) -> Demand:
        refuse_more_than_all(self, ("share_traffic", "share_noise", "share_welfare"))
        return self
