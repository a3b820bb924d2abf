"""The night-time economy: doorstaff at venues, cameras in their streets, and officers who visit licensees (Exeter)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sim.params import Factor, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import EVENING, crew_or_one
from sim.policies.levers import EVERY_NIGHT
from sim.policies.protocol import CityBrief, Ints, Observation, Orders, Organisation, PolicyModel, Task

WEEKEND = (4, 5)
"""Weekdays on which nights out begin, where not all are: Friday and Saturday."""
VENUES_FILL_MIN = 180.0
"""Licensees are visited from three hours into the evening shift on, at seven, when doorstaff come on duty."""


@policy("night_economy")
class NightEconomy(PolicyModel):
    """Post doorstaff and cameras where most venues are, and visit their licensees on nights out.

    What officers do and when: on nights out (Friday and Saturday, or all) a share of the community and foot officers
    of the evening shift visit the licensees of the streets with most venues from seven on, `dwell` minutes a street,
    and report what is out of order there; where a small force has none of them on duty, an officer in a car does.
    Doorstaff stand at the venues of these streets from the evening until four
    (`deterrence.evening_from_h`, `evening_until_h`), and their cameras are watched at all hours. All else is as
    without it.

    Dose: `doorstaff_a_venue` on each night out at each venue of the chosen streets, and as many visits of licensees as
    the hours of the officers hold. `doorstaff_hours_per_1000` counts the first.

    Resources: doorstaff and cameras at the prices of the scenario (`cost.cost_doorstaff`, `cost_camera`), and officers
    on foot or of the community in the evening. Data needed: the register of businesses.

    Known side effects: who is turned away at a door is elsewhere, which is not modelled; cameras are privacy lost. Of
    Exeter such tools are told by its partnership; no evaluation of them there was found. Cameras go with a modest fall
    of property crime (Piza et al. 2019). No effect is written in here: doorstaff, cameras and officers watch as
    everybody else does who watches a street.

    Parameters: venue_streets 0.001 to 0.2 of the streets, doorstaff_a_venue 0 to 10, cameras_a_street 0 to 50,
    all_nights, licensing_share 0 to 1, dwell 5 to 120 min.
    """

    venue_streets: Fraction = param(
        0.02, "share of streets that are looked after, those with most venues", source="prior", low=0.001, high=0.2
    )
    doorstaff_a_venue: Factor = param(
        0.5, "doorstaff at each venue of these streets on a night out", source="prior", unit="people", high=10
    )
    cameras_a_street: Factor = param(
        2.0, "cameras that somebody watches in each of these streets", source="prior", unit="cameras", high=50
    )
    all_nights: bool = param(
        False, "every night is a night out; otherwise those that begin on Friday and Saturday", source="prior"
    )
    licensing_share: Fraction = param(
        0.25, "share of community and foot officers who visit licensees on the evening of a night out", source="prior"
    )
    dwell: Minutes = param(20.0, "length of a visit to the licensees of a street", source="prior", low=5, high=120)

    @property
    def nights(self) -> tuple[int, ...]:
        """Name the weekdays on which nights out begin, Monday 0."""
        return EVERY_NIGHT if self.all_nights else WEEKEND

    def organise(self, brief: CityBrief) -> Organisation:
        """Put doorstaff and cameras where most venues are."""
        chosen = np.zeros(brief.n_segments, bool)
        chosen[streets_of_venues(brief, self.venue_streets)] = True
        return replace(
            super().organise(brief),
            doorstaff=np.where(chosen, self.doorstaff_a_venue * brief.venues, 0.0),
            doorstaff_nights=self.nights,
            cameras=np.where(chosen, self.cameras_a_street, 0.0),
        )

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Visit the licensees of the streets with most venues."""
        if seen.shift != EVENING or seen.weekday not in self.nights:
            return Orders()
        n_able = len(seen.with_role("community", "foot"))
        n = round(self.licensing_share * n_able) if n_able else int(self.licensing_share > 0.0)
        crew = crew_or_one(seen, rng, "community", "foot")[:n].tolist()
        places = rng.permutation(streets_of_venues(seen.brief, self.venue_streets)).tolist()
        end = seen.brief.shift_min
        return Orders(
            tuple(
                Task(
                    officer, "inspect", tuple(places[i :: len(crew)]), dwell=self.dwell, start=VENUES_FILL_MIN, end=end
                )
                for i, officer in enumerate(crew)
                if len(places) > i
            )
        )


def streets_of_venues(brief: CityBrief, share: float) -> Ints:
    """Name a share of the streets, those with most venues first; one without any is never named."""
    order = np.argsort(-brief.venues, kind="stable")[: max(1, round(share * brief.n_segments))]
    return order[brief.venues[order] > 0].astype(np.int32)
