"""Parameters of the days: who works when, who runs errands, who goes out in the evening and until when."""

from __future__ import annotations

from sim.params import Factor, Fraction, Parameters, param


class Days(Parameters):
    """The shape of days and nights, by kind of day and age."""

    share_late_shift: Fraction = param(0.08, "share of workers who work from the early afternoon into the evening", source="cps_shifts2004", note="nearly 15 % of full-time workers outside the day together")
    share_night_shift: Fraction = param(0.04, "share of workers who work at night", source="atus_night_work", supports="range", note="a little over 3 % of full-time workers are at work at 2 h")
    share_rota: Fraction = param(0.20, "share of workers on a rota of early and late turns on all days of the week: shops, health, hospitality", source="cps_shifts2004", supports="mechanism", note="slightly under a fifth work on Saturday, Sunday or both")
    share_students: Fraction = param(0.75, "share of those aged 18 to 24 without work who study", source="prior")
    p_at_work: Fraction = param(0.88, "chance that somebody is at the place of work or study on a day when it is due: leave, illness and work at home are the rest", source="atus2012", note="83 % of the employed work on a weekday and 34 % on a weekend day, some of them at home")
    p_at_work_weekend: Fraction = param(0.12, "the same on a Saturday or Sunday for those who usually work Monday to Friday", source="atus2012", supports="mechanism")
    p_errand: Fraction = param(0.80, "chance of a way to shops, services or people on a day without work or school", source="prior")
    p_second_errand: Fraction = param(0.50, "chance of a second one on such a day", source="prior")
    p_errand_after_work: Fraction = param(0.35, "chance of one on the way back from work or school", source="prior")
    p_evening_week: Fraction = param(0.16, "chance that somebody of 25 to 44 goes out in the evening, Monday to Thursday", source="prior")
    p_evening_friday: Fraction = param(0.30, "the same on a Friday", source="prior")
    p_evening_saturday: Fraction = param(0.36, "the same on a Saturday", source="prior")
    p_evening_sunday: Fraction = param(0.15, "the same on a Sunday", source="prior")
    evening_under_18: Factor = param(0.6, "evenings out of those aged 12 to 17, against 25 to 44", source="prior", high=5)
    evening_18_24: Factor = param(1.5, "the same at 18 to 24", source="prior", high=5)
    evening_45_64: Factor = param(0.7, "the same at 45 to 64", source="prior", high=5)
    evening_65: Factor = param(0.4, "the same at 65 and more", source="prior", high=5)
    share_venue: Fraction = param(0.65, "share of evenings out that adults spend in bars, restaurants and the like; the rest are visits", source="prior")
    share_to_closing: Fraction = param(0.35, "share of Friday and Saturday evenings out of those under 45 that last until closing time", source="prior")
    closing_h: Factor = param(26.0, "closing time of places to go out on Friday and Saturday nights, in hours after the midnight on which the day began: 26 is two in the morning", source="ct_closing", unit="h", low=20, high=27.5)
    closing_week_h: Factor = param(25.0, "the same on other nights", source="ct_closing", unit="h", low=20, high=27.5)
    share_visiting: Fraction = param(0.35, "share of people whose first leisure place is a home that they visit; to the others it is shops and services", source="prior")
    stay_in_fear: Fraction = param(0.10, "share of evenings out that somebody gives up who does not feel safe at all", source="prior")
