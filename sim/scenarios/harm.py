"""Parameters of harm: who is hurt, by whom, who strikes back, and what is stolen."""

from __future__ import annotations

from pydantic import model_validator

from sim.params import Count, Days, Factor, Fraction, Hours, Minutes, Parameters, param


class Exposure(Parameters):
    """Who among those present is hurt: where they are, in whose company, and one factor of their own."""

    exposed_at_leisure: Factor = param(0.15, "exposure to violence of somebody in a shop or on a visit, against somebody on foot in the street; who drives is not exposed", source="prior", high=10)
    exposed_out: Factor = param(2.0, "the same of somebody who is out for the evening, where people drink", source="prior", high=20)
    exposed_at_school: Factor = param(0.3, "the same of a pupil at school", source="prior", high=10)
    exposed_at_work: Factor = param(0.05, "the same at work", source="prior", high=10)
    exposed_at_home: Factor = param(0.002, "the same at home, to others than those with whom one quarrels", source="prior", high=10)
    robbery_indoors: Fraction = param(0.2, "robbery in these places, against other violence there", source="prior")
    frailty_spread: Factor = param(2.0, "standard deviation of the logarithm of the risk of each person, where and with whom the same: 0 makes all alike", source="ncvs", supports="mechanism", high=3, note="19 % of a year's victims of violence are hit again; no spread is published")
    violence_in_company: Fraction = param(0.5, "assaults sought among those with whom the offender spends the days, not among strangers", source="bjs_strangers2012", supports="range", note="38 % of violence in 2010 was by strangers; what relatives and neighbours do is in the quarrels")
    company_years: Factor = param(8.0, "difference of age over which company, and quarrels between strangers, halve", source="prior", unit="years", low=0.5, high=100)
    company_of_offenders: Factor = param(1.0, "rise of the company that one who offends keeps with another who does: 0 for none", source="prior", high=20)


class Retaliation(Parameters):
    """Who was hurt and knows by whom may strike back."""

    p_strike_back: Fraction = param(0.2, "chance that somebody who was hurt strikes back, mean over people of 12 and more; by age and sex as offending", source="prior")
    strike_back_days: Days = param(4.0, "mean time until then", source="ratcliffe2008", supports="range", high=365, note="shootings: a third more than expected within two weeks and a block")
    strike_soonest_min: Minutes = param(30.0, "least time until then, on the same day", source="prior")
    strike_same_day_min: Minutes = param(300.0, "time from then on within which what is avenged on the same day is avenged", source="prior")
    strike_about_min: Minutes = param(180.0, "width of the time of the day about which the two meet again on a later day", source="prior")
    strike_tries: Count = param(5, "days on which an avenger looks for the other one before giving up", source="prior", unit="days", low=0, high=100)
    p_strike_circle: Fraction = param(0.25, "chance that somebody of the circle is hit instead: a partner, or one of the household", source="prior")


class Theft(Parameters):
    """What thieves take, where it is, and how often each kind of theft is reported."""

    adults_with_car: Fraction = param(0.55, "share of adults with a car; they stand at home, or where their drivers are", source="prior")
    people_with_bicycle: Fraction = param(0.30, "share of people of 12 and more with a bicycle", source="prior")
    left_at_home: Fraction = param(0.2, "chance that a car or bicycle is at home while nobody of the household is, against others", source="prior")
    taken_from_person: Fraction = param(0.10, "share of thefts from a person, where as much can be taken as in the mean", source="prior")
    taken_bicycle: Fraction = param(0.06, "the same of a bicycle", source="prior")
    taken_vehicle: Fraction = param(0.06, "the same of a car", source="prior")
    taken_from_vehicle: Fraction = param(0.25, "the same of things in or on a car", source="fbi_larceny", published=(0.229, 0.262), note="of thefts known to the police, those of cars apart, 2013 to 2016")
    taken_from_home: Fraction = param(0.30, "the same out of a home, a yard or a stairwell without breaking in", source="prior")
    taken_from_shop: Fraction = param(0.23, "the same out of a shop", source="prior")
    shops_open_h: Hours = param(9.0, "hour at which shops open", source="prior", high=24)
    shops_close_h: Hours = param(21.0, "hour at which they close", source="prior", high=24)
    reported_vehicle: Fraction = param(0.77, "chance that the theft of a car is reported", source="ncvs", published=(0.72, 0.81))
    report_odds_person: Factor = param(1.3, "odds that a theft from a person is reported, against one from a home", source="prior", high=20)
    report_odds_bicycle: Factor = param(1.3, "the same of a bicycle", source="prior", high=20)
    report_odds_from_vehicle: Factor = param(1.2, "the same of things in or on a car", source="prior", high=20)
    report_odds_shop: Factor = param(0.4, "the same of a shop", source="prior", high=20)

    @model_validator(mode="after")
    def _something_is_taken(self) -> Theft:
        if sum(getattr(self, name) for name in type(self).model_fields if name.startswith("taken_")) <= 0:
            raise ValueError("one of the taken_ must be above 0, got 0 for all; offending.mix.theft = 0 ends thefts")
        return self
