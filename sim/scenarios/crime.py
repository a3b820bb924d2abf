"""Parameters of offending: who offends, where, how often, and what stands against it."""

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
    PerYear,
    by_crime,
    param,
)


class Offending(Parameters):
    """Offenders, their awareness space and their choice of a target."""

    share_offending: Fraction = param(0.20, "share of residents of 12 and more with an offending rate above zero", source="cjs2003", supports="mechanism", note="2 to 10 % of those aged 10 to 65 offended in a year, the prolific and all; with these rates 7 % of people of 12 and more do, others once in years")
    level: Factor = param(1.0, "how readily offenders act against the rest of the scenario; a timeline can let it fall or rise", source="model", high=10)
    searches_per_year: PerYear = param(5.6, "searches for a target of an average offender, if none were put off by sleep, work or company", source="prior", high=1000)
    rate_spread: Factor = param(1.5, "standard deviation of the logarithm of the rate", source="martinez2017", supports="range", high=3, published=(1.0, 1.7), note="1 gives a tenth of active offenders 39 % of the crime; about 1.5 by what offenders tell themselves [cjs2003]")
    male_share_offending: Fraction = param(0.80, "share of men among offenders", source="age_crime")
    age_peak_factor: Factor = param(3.0, "offending of ages 12 to 24 against 45 and more", source="age_crime", high=20)
    unequal_origin: Factor = param(1.0, "propensity of migrants against locals: 1 except in a sensitivity run", source="model", low=0.1, high=10)
    mix: ByCrime = param(by_crime(0.17, 0.05, 0.40, 0.15, 0.23), "what an offender looks for, as shares", source="prior", unit="share", low=0, high=1)
    specialisation: Fraction = param(0.3, "how far an offender keeps to one type", source="prior")
    awareness_size: Count = param(48, "segments that an offender knows as places to offend", source="brantingham1981", low=4, high=250)
    aware_from_ways: Fraction = param(0.4, "share of them that are known from the ways between home, work and leisure, not from these places", source="prior")
    awareness_decay_m: Metres = param(400.0, "distance from home, work, leisure or a path over which awareness halves", source="birks2012", low=20)
    home_buffer_m: Metres = param(100.0, "offenders spare the streets closer than this to their home", source="birks2012")
    p_from_home: Fraction = param(0.30, "chance that a search to steal or rob starts while the offender is at home and awake; on the way and at leisure by day it is 1", source="prior")
    p_from_work: Fraction = param(0.55, "the same while due at work or school: on the way between jobs, in a break, by staying away", source="prior")
    p_from_evening: Fraction = param(0.30, "the same for burglary and theft while out for the evening in company", source="prior")
    robbery_from_evening: Fraction = param(0.45, "the same for robbery, whose victims come out of the same places", source="prior")
    violence_from_home: Fraction = param(0.20, "chance that a search that ends in blows or disorder starts while the offender is at home and awake; out for the evening it is 1", source="prior")
    violence_from_work: Fraction = param(0.10, "the same while at work or school", source="prior")
    violence_by_day: Fraction = param(0.30, "the same on the way, in shops and on visits", source="prior")
    n_tries: Count = param(3, "targets looked at in one search", source="prior", low=1, high=10)
    p_try_again: Fraction = param(0.35, "chance to look at another target after turning back", source="prior")
    p_later: Fraction = param(0.25, "chance to take a search up again another time, after turning back for now", source="prior")
    later_hours: Factor = param(24.0, "mean time until then", source="prior", unit="h", low=0.1, high=1000)
    share_in_view: ByCrime = param(by_crime(0.40, 0.65, 0.55, 0.35, 0.80), "share of what is done that can be seen from the street", source="prior", unit="fraction", low=0, high=1, note="the rest is done indoors or out of sight, by who lives, works or visits there")
    p_return: Fraction = param(0.25, "chance to go back to the place of the last success, just after it", source="johnson2007", supports="mechanism", note="that burglaries follow near by and soon is published, not how often the same offender comes back")
    search_min: ByCrime = param(by_crime(10.0, 15.0, 8.0, 0.0, 0.0), "mean time in the street for which an offender looks a target over; 0 acts at once", source="prior", unit="min", low=0, high=240)
    co_offending: Fraction = param(0.2, "offenders with a partner who hears of an arrest", source="prior")
    opportunity_spread: ByCrime = param(
        by_crime(0.7, 0.7, 0.7, 0.7, 0.7), "standard deviation of the logarithm of opportunity between segments", source="prior", unit="log", low=0, high=4
    )
    opportunity_range_m: Metres = param(250.0, "distance over which opportunity stays alike", source="prior", low=10)
    opportunity_homes: ByCrime = param(by_crime(1.0, 0.0, 0.5, 0.5, 0.0), "weight of the homes of a street in what it offers, by type, before chance", source="prior", unit="share", low=0, high=1)
    opportunity_shops: ByCrime = param(by_crime(0.0, 0.3, 0.25, 0.0, 0.2), "the same of its shops", source="prior", unit="share", low=0, high=1)
    opportunity_venues: ByCrime = param(by_crime(0.0, 0.0, 0.0, 0.25, 0.2), "the same of its bars and restaurants", source="prior", unit="share", low=0, high=1)
    opportunity_stations: ByCrime = param(by_crime(0.0, 0.1, 0.05, 0.0, 0.0), "the same of its stations and stops", source="prior", unit="share", low=0, high=1)
    opportunity_length: ByCrime = param(by_crime(0.0, 0.6, 0.2, 0.25, 0.6), "the same of its length", source="prior", unit="share", low=0, high=1)
    season: ByCrime = param(by_crime(0.055, 0.0, 0.04, 0.055, 0.06), "amplitude over the year, highest in late July", source="bjs2014", unit="share", low=0, high=1)

    @model_validator(mode="after")
    def _looks_for_something(self) -> Offending:
        if self.mix.as_array().sum() <= 0:
            raise ValueError("mix must be above 0 for one type at least, got 0 for all; searches_per_year = 0 ends offending")
        return self


class Repeat(Parameters):
    """What a success does to the place: the boost behind repeats and near repeats (Short et al. 2009)."""

    boost: ByCrime = param(by_crime(2.0, 0.5, 0.5, 0.3, 0.3), "rise of opportunity just after a success there", source="short2009", unit="factor", low=0, high=50)
    boost_half_life_days: Days = param(10.0, "half-life of the boost", source="johnson2007", low=0.1)
    boost_next_door: Fraction = param(0.4, "share of the boost that neighbouring segments get", source="johnson2007", supports="mechanism", note="how far and how long near repeats reach is published, not the share of neighbours")
    boost_max: Factor = param(20.0, "largest rise of opportunity that successes add up to", source="prior", high=1000)
    disorder_added: Fraction = param(0.1, "visible disorder that an offence of disorder adds, a share of what is missing to the full", source="prior")
    disorder_left: Fraction = param(0.97, "share of visible disorder that is left after a day", source="prior")


class Deterrence(Parameters):
    """What police presence and the risk of arrest do to an offender's choice."""

    p_deter_present: Fraction = param(0.75, "chance that an officer on foot who is in sight turns an offender away", source="ditella2004", published=(0.75, 0.75), note="published of all that a guard does in the own block; what offenders learn of a guard comes on top here")
    car_visibility: Fraction = param(0.4, "what a police car, driving or in front of a house, counts against an officer on foot", source="prior")
    warden_visibility: Factor = param(1.0, "what a pair of wardens counts against one officer on foot, for offenders and residents alike", source="prior", high=2)
    sight_m: Metres = param(80.0, "distance along a street within which an officer is noticed by who is about to offend", source="prior", low=1, high=1000)
    residue_max: Fraction = param(0.75, "chance that police who have been seen at length turn an offender away, after they have left", source="koper1995", note="by the source 4 % after a stay against 15 % after a drive-by, a fall of 0.73")
    residue_rise_min: Factor = param(2.0, "minutes in sight after which presence has gone two thirds of the way to its ceiling", source="koper1995", unit="min", low=0.1, high=60)
    residue_power: Factor = param(2.0, "how slowly the effect of presence grows at first: what was seen for seconds leaves next to nothing", source="koper1995", low=0.5, high=4)
    residue_half_life_min: Factor = param(30.0, "half-life of the minutes of police that were seen", source="koper1995", unit="min", low=5, high=600)
    presence_on_disorder: Fraction = param(1.0, "deterrence of disorder against that of crime", source="prior")
    presence_on_violence: Fraction = param(0.6, "deterrence of assault against that of crime", source="prior")
    shun_per_turn: Fraction = param(0.3, "how far an offender who turned back at a place keeps away from it, a share of what is left of its pull", source="prior")
    shun_next_door: Fraction = param(0.3, "the same for the streets that touch it, as a share", source="braga2019")
    shun_half_life_days: Days = param(14.0, "half-life of what offenders remember of a place, and of what is said of it", source="prior", low=0.5)
    heed: Fraction = param(0.3, "pull that a street loses where police are known to be in sight all day", source="prior")
    heed_half_min: Factor = param(120.0, "minutes a day in sight at which half of that is reached", source="prior", unit="min", low=1, high=1440)
    heed_told: Fraction = param(0.5, "share of it that an offender knows from others", source="prior")
    risk_per_sighting: Fraction = param(0.01, "perceived risk anywhere added by meeting police on a search", source="prior")
    risk_per_stop: Fraction = param(0.03, "perceived risk added by being stopped and let go", source="prior", note="half of what an arrest adds")
    risk_per_arrest: Fraction = param(0.06, "perceived risk added by one's own arrest", source="anwar2011")
    risk_per_partner: Fraction = param(0.02, "perceived risk added by the arrest of a partner", source="lochner2007", supports="mechanism", note="arrests of a sibling count, those of people at large do not; how much was not seen")
    risk_per_call: Fraction = param(0.03, "perceived risk added by being called on at home as a known offender", source="prior", note="as much as being stopped")
    risk_half_life_days: Days = param(60.0, "half-life of perceived risk", source="prior", low=1)
    sober_weight: Fraction = param(0.15, "how much violence somebody at work, in a shop or on a visit gives occasion to, against one on foot in the street", source="prior")
    drink_weight: Factor = param(4.0, "the same for somebody who is out for the evening, where people drink", source="prior", high=20)
    most_company: Factor = param(10.0, "how many times the people of a usual street give occasion to violence and disorder at most: a crowd watches itself", source="prior", low=1, high=1000)
    most_exposed: Factor = param(20.0, "how many times the people of a usual street give occasion to robbery at most", source="prior", low=1, high=1000)
    theft_by_visitors: Fraction = param(0.4, "share of the opportunity for theft that goes with how many are at work, in shops and on visits; the rest is always there", source="prior")
    most_visitors: Factor = param(4.0, "how many times the visitors of a usual street give occasion to theft at most", source="prior", low=1, high=1000)
    assault_at_home: Fraction = param(0.3, "share of the occasion to assault that goes with how many residents are at home; the rest goes with who is out", source="prior")
    disorder_by_company: Fraction = param(0.5, "share of the occasion to disorder that goes with who is out; the rest is always there", source="prior")
    share_outside: Fraction = param(0.15, "share of those out for the evening who are in the street, on their own or between two places", source="prior")
    guardian_indoors: Fraction = param(0.15, "how much somebody at work or in a shop watches the street, against one in it", source="prior")
    guardian_weight: Factor = param(0.5, "how much one person in the street who would act lowers opportunity", source="felson_cohen", high=10)
    neighbour_weight: Factor = param(0.01, "the same of one resident at home in a street of full ties, for property", source="felson_cohen", high=10)
    camera_weight: Factor = param(0.15, "the same of a camera that is watched, for property", source="piza2019", high=10)
    watch_weight: Factor = param(0.5, "the same of a resident on patrol", source="felson_cohen", high=10)
    doorstaff_weight: Factor = param(0.5, "the same of one of the doorstaff in the evening, for violence and disorder", source="felson_cohen", high=10)
    evening_from_h: Hours = param(19.0, "hour from which doorstaff stand there", source="prior", low=12, high=24)
    evening_until_h: Hours = param(4.0, "hour until which they do", source="prior", high=12)
    occupancy_weight: Fraction = param(0.9, "share of burglaries that a fully occupied street prevents", source="felson_cohen")
    usual_at_home: Fraction = param(0.6, "share of residents at home at a usual moment, against which burglary and assault are measured", source="prior", low=0.05, high=0.95)


class Reporting(Parameters):
    """Who tells the police, and how soon."""

    p_reported: ByCrime = param(by_crime(0.51, 0.60, 0.24, 0.46, 0.20), "chance that an offence of mean seriousness is reported", source="ncvs", unit="fraction", low=0, high=1, published={"robbery": (0.42, 0.64), "theft": (None, 0.25), "assault": (0.40, 0.51)}, note="theft: out of a home, the reference of all others but of cars; other than of vehicles in 2023; all property crime 0.30 to 0.40")
    seriousness_weight: Factor = param(1.2, "log odds of reporting per unit of seriousness above the mean", source="liu2018", high=10)
    trust_weight: Factor = param(0.3, "log odds of reporting per unit of trust; zero is as well supported", source="zoorob2020", high=5)
    unregistered_theft: Factor = param(0.5, "log odds lost when the victim of a minor theft is not registered", source="liu2018", high=5)
    p_immediate: ByCrime = param(by_crime(0.20, 0.70, 0.25, 0.70, 0.60), "share of reports made on the spot", source="kansas_response", unit="fraction", low=0, high=1, note="somebody was involved and could report at once in 0.38 of serious crimes together; 0.62 were discovered")
    immediate_least_min: Minutes = param(1.0, "least time until such a report", source="prior", high=60)
    immediate_more_min: Minutes = param(4.0, "most that it takes beyond that", source="prior", high=240)
    report_delay_min: ByCrime = param(by_crime(360.0, 30.0, 180.0, 60.0, 30.0), "median delay of the other reports", source="pontiac1983", unit="min", low=0, high=20_000, supports="mechanism", note="medians from the offence to arrival, of all reports: burglary 330, robbery 37.5, theft 480, assault 42 min")
    place_spread: Factor = param(0.5, "standard deviation of the log odds of reporting between streets", source="prior", high=5)
    p_noticed_by_officer: Fraction = param(0.5, "chance that an officer on foot notices what is done in view on the spot, or still goes on", source="prior")
    in_view_min: ByCrime = param(by_crime(8.0, 3.0, 3.0, 5.0, 30.0), "mean time that goes on in view what nobody has reported", source="prior", unit="min", low=0, high=1440)
    record_share: ByCrime = param(by_crime(1.0, 1.0, 1.0, 1.0, 1.0), "share of attended reports that are recorded", source="recording_reform", unit="fraction", low=0, high=1)
    record_delay_h: Factor = param(8.0, "mean delay from attendance to the record", source="prior", unit="h", high=2000)
    p_downgraded: Fraction = param(0.02, "records that are downgraded", source="prior")


class Investigation(Parameters):
    """What is known of an offence, how cases are cleared and what an arrest does."""

    p_seen: ByCrime = param(by_crime(0.05, 0.30, 0.05, 0.30, 0.30), "chance that a passer-by sees an offence in the street and knows it for one", source="prior", unit="fraction", low=0, high=1)
    seen_from_inside: Fraction = param(0.10, "the same for residents at home and visitors of the street, against passers-by", source="prior")
    p_told: Fraction = param(0.5, "chance that who saw it tells the police what they know, with mean trust and knowing no officer", source="prior")
    trust_on_telling: Factor = param(0.5, "log odds of telling per unit of trust in the police; may be zero", source="prior", high=10)
    familiarity_on_telling: Factor = param(0.5, "log odds of telling of who knows the officers of the street well; may be zero", source="prior", high=10)
    p_victim_saw: ByCrime = param(by_crime(0.10, 0.70, 0.20, 0.90, 0.0), "chance that the victim can describe the offender", source="prior", unit="fraction", low=0, high=1)
    p_named: Fraction = param(0.8, "chance that a victim who saw an offender whom they know gives the name", source="prior")
    p_traces: ByCrime = param(by_crime(0.30, 0.15, 0.10, 0.10, 0.0), "chance that traces are left of which something can be made", source="prior", unit="fraction", low=0, high=1)
    witness_wait_min: Minutes = param(15.0, "median time after the call for which a witness waits for the police", source="blanes2018", low=0.5, supports="mechanism")
    victim_wait_min: Minutes = param(25.0, "median time after the call after which a victim who waits in vain gives up", source="blanes2018", low=0.5, supports="mechanism")
    traces_kept_min: Minutes = param(60.0, "median time after the call for which a place is left as it was", source="prior", low=0.5)
    wait_spread: Factor = param(0.6, "standard deviation of the logarithm of these three times", source="prior", high=4)
    p_caught_at_once: ByCrime = param(
        by_crime(0.15, 0.20, 0.20, 0.30, 0.25), "chance that a search of the area finds an offender who was described, when it begins at once", source="fbi2019", unit="fraction", low=0, high=1
    )
    scene_half_life_min: Factor = param(10.0, "time from the offence on in which that chance halves, as the offender gets away", source="prior", unit="min", low=0.5, high=500)
    search_undescribed: Fraction = param(0.2, "the same chance where nobody could describe the offender, against where somebody could", source="prior")
    p_solved: ByCrime = param(by_crime(0.25, 0.20, 0.30, 0.20, 0.05), "chance that a worked case is solved by the word of a witness, and again by that of the victim", source="fbi2019", unit="fraction", low=0, high=1)
    p_solved_named: Fraction = param(0.6, "chance that a worked case is solved where the offender was named", source="greenwood1975", supports="mechanism")
    p_solved_traces: Fraction = param(0.2, "chance that traces lead to the offender", source="prior")
    p_solved_without: Fraction = param(0.02, "chance that a worked case is solved with nothing secured at the scene", source="greenwood1975", supports="mechanism")
    information_weight: Fraction = param(0.3, "rise of the chance to solve where the police know the people", source="prior")
    hours_per_case: ByCrime = param(by_crime(4.0, 8.0, 1.5, 5.0, 0.5), "detective hours that a case takes", source="prior", unit="h", low=0, high=500)
    hours_without_leads: Fraction = param(0.25, "detective hours on a case with nothing secured at the scene, against others: it is looked at and filed", source="greenwood1975", supports="mechanism")
    case_life_days: Days = param(60.0, "age at which an unworked case is filed", source="prior", low=1)
    custody_at_start: Fraction = param(0.006, "share of offenders who are in custody when a run begins, the more active the likelier; about as many as later", source="model")
    file_years: Factor = param(5.0, "years before the run of whose arrests there are files when it begins; 0 for none", source="prior", unit="years", high=50)
    arrests_per_search: Fraction = param(0.011, "arrests in those years for each search that an offender planned; about as many as later in New Haven", source="model")
    days_to_arrest: Days = param(14.0, "mean time from the work on a case to the arrest", source="prior", low=0.1)
    p_charged: Fraction = param(0.6, "arrests that lead to custody", source="prior")
    custody_days: ByCrime = param(by_crime(60.0, 150.0, 20.0, 45.0, 5.0), "mean custody", source="jail_stays", unit="days", low=0, high=10_000, published={"burglary": (None, 40.0), "robbery": (100.0, None), "theft": (None, 40.0), "disorder": (None, 9.0)}, note="stays in jail, 21 to 26 days over all; prison comes on top; assault can be of any grade")
