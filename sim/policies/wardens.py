"""Wardens: hired civilians in uniform who walk the hottest streets in pairs, with powers over disorder (Exeter)."""

from __future__ import annotations

from numpy.random import Generator

from sim.params import Count, Factor, Fraction, Hours, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.hotspot import rounds_nearby
from sim.policies.levers import Levers, Team
from sim.policies.maps.estimates import hottest_by_estimate
from sim.policies.protocol import Observation, Orders, PolicyModel


@policy("wardens")
class Wardens(PolicyModel):
    """Pairs of civilian wardens walk the hottest streets on record from the afternoon into the evening.

    What wardens do and when: on duty from `start_h` for eight hours, each pair walks a round of streets that lie close
    together, of the `share` with most on record in the last `weeks`, after weekly maps, and stays `dwell` minutes at
    each. They deal with disorder that they come upon: whoever does it is spoken to, reported and let go. They arrest
    and stop nobody, answer no calls, and call officers to whatever else begins before their eyes. Officers work as
    without them.

    Dose: hours of pairs for 1,000 residents a year (`warden_hours_per_1000`), all of them on foot in chosen streets
    but for breaks and the way there.

    Resources: hired pairs, at twice the price of an auxiliary (`cost.cost_warden`). Data needed: incidents on record
    with place and time.

    Known side effects: minor disorder on record rises where they walk, and with it the map; offences may move to
    streets and hours without them. Devon and Cornwall tells of pilots with hot-spot teams and street marshals; no
    evaluation of these with a comparison was found. No effect is written in: they are seen as an officer on foot is, as
    far as `deterrence.warden_visibility` says.

    Parameters: pairs 0.01 to 5 for 1,000 residents, start_h 8 to 16 h, share 0.005 to 0.10, weeks 1 to 52, dwell 1 to
    60 min, every_min 30 to 480, foot_kmh for planning.
    """

    pairs: Factor = param(
        0.08, "pairs of wardens for 1,000 residents", source="prior", unit="per 1,000", low=0.01, high=5
    )
    start_h: Hours = param(14.0, "hour at which their duty of eight hours begins", source="prior", low=8, high=16)
    share: Fraction = param(
        0.02, "share of segments on the weekly map", source="weisburd2024", low=0.005, high=0.10, supports="mechanism"
    )
    weeks: Count = param(8, "incidents of this many weeks make the map", source="prior", unit="weeks", low=1, high=52)
    dwell: Minutes = param(15.0, "length of a stop; 10 to 16 in the literature", source="koper1995", low=1, high=60)
    every_min: Minutes = param(120.0, "a place is visited at least so often", source="prior", low=30, high=480)
    foot_kmh: Factor = param(
        3.5, "planned speed on foot, as the crow flies", source="prior", unit="km/h", low=1, high=10
    )

    def levers(self) -> Levers:
        """Hire the wardens."""
        return Levers(team=Team(warden_pairs=self.pairs, warden_start_h=self.start_h))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Send each pair on a round of hot streets near where its duty begins."""
        crew = rng.permutation(seen.with_role("warden")).tolist()
        hot = hottest_by_estimate(seen, self.share, weeks=self.weeks, until=seen.week_began)
        hot = hot[: len(crew) * int(self.every_min // self.dwell)]
        return rounds_nearby(
            seen,
            crew,
            hot,
            rng,
            kmh=[self.foot_kmh] * len(crew),
            dwell=self.dwell,
            every_min=self.every_min,
            once=False,
        )
