"""Landlords and heads of buildings who register their tenants and tell of quarrels (Zhengzhou)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sim.params import Count, Days, Fraction, Minutes, param
from sim.policies.contract.registry import policy
from sim.policies.duties import crew_or_one, places_of
from sim.policies.protocol import HOMES_A_HEAD, CityBrief, Ints, Observation, Orders, Organisation, PolicyModel
from sim.policies.visiting import DAY_MIN, OTHERS, deal_visits

TRIED_AGAIN_DAYS = 7.0
"""Where nobody opened, an officer tries again after so long."""
ASKED_AGAIN_DAYS = 365.0
"""Who has said no is asked again after so long."""


@policy("landlords")
class Landlords(PolicyModel):
    """Find heads of buildings where many rooms are let to newcomers; they register tenants and tell of quarrels.

    What officers do and when: by day and in the evening, community officers spend up to `share` of their shift at the
    door, from its begin. They look in on each head every `look_in_days`, go through the rooms with them, and put on the
    register who is not; and in each building without a head, in the streets where most newcomers are on the register,
    they ask somebody every `ask_days` to become one. Heads live there. In their own building they register new tenants
    within days and hear of quarrels, of which police then know as after a visit. Where a small force has no community
    officer on duty, one in a car does it. Added to another strategy, these visits come first and cut its orders short.

    Dose: a head for each `homes_a_head` homes of the chosen streets where somebody agrees; `heads_per_1000`,
    `head_registrations_per_1000` and `head_tips_per_1000` count what comes of it, `told_of_per_1000` the people of
    whom police are told.

    Resources: community officers' time. Data needed: the register of newcomers by address, the books of visits and of
    heads. A street of which no newcomer is on the register is not chosen.

    Known side effects: neighbours watch neighbours and tell; who is told of pays with privacy and some trust, newcomers
    most. Zhengzhou tells of landlords who register their tenants; no evaluation was found. Nets of informers elsewhere
    were made for surveillance, with severe abuse of rights: here nobody's movements are noted, and no attribute of a
    person is known but being a newcomer of the register.

    Parameters: let_share 0 to 1 of the streets, homes_a_head 2 to 200, share 0 to 1, look_in_days and ask_days 1 to
    3,650, visit_takes 5 to 120 min.
    """

    let_share: Fraction = param(
        0.15, "share of streets in which heads are sought, those with most newcomers on the register", source="prior"
    )
    homes_a_head: Count = param(
        HOMES_A_HEAD, "homes that the head of a building looks after", source="prior", unit="homes", low=2, high=200
    )
    share: Fraction = param(
        0.25, "share of a community officer's shift at most that goes to heads and to finding some", source="prior"
    )
    look_in_days: Days = param(
        30.0, "days after which an officer looks in on a head again", source="prior", low=1, high=3650
    )
    ask_days: Days = param(
        30.0,
        "days after which somebody else of a building is asked, where one said no",
        source="prior",
        low=1,
        high=3650,
    )
    visit_takes: Minutes = param(20.0, "minutes to plan for a visit and the way to it", source="prior", low=5, high=120)

    def organise(self, brief: CityBrief) -> Organisation:
        """Say how many homes a head looks after."""
        return replace(super().organise(brief), homes_a_head=self.homes_a_head)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Look in on heads first, most overdue first, then look for more."""
        if seen.shift == 0:
            return Orders()
        crew = places_of(seen, crew_or_one(seen, rng, "community"))
        homes = np.concatenate([self._due(seen), self._candidates(seen, rng)]).astype(np.int32)
        end = self.share * seen.brief.shift_min
        return Orders(deal_visits(seen, crew, homes, rng, kind="heads", end=end, visit_takes=self.visit_takes))

    def _due(self, seen: Observation) -> Ints:
        """Name the homes of heads whom nobody has looked in on for too long."""
        heads = np.unique(seen.home_head[seen.home_head >= 0])
        heads = heads[seen.brief.household_segment[heads] >= 0]
        waited = seen.now - seen.home_visited[heads]
        order = np.argsort(-waited, kind="stable")
        return heads[order[waited[order] >= self.look_in_days * DAY_MIN]]

    def _candidates(self, seen: Observation, rng: Generator) -> Ints:
        """Name a home in each building that lacks a head where somebody can be asked, most newcomers first."""
        segment = seen.brief.household_segment
        building = buildings(segment, self.homes_a_head)
        let = np.where(segment >= 0, seen.registered[segment], 0)
        chosen = np.isin(segment, streets_of_newcomers(seen.registered, self.let_share))
        asked = np.full(int(building.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(asked, building, seen.home_asked)
        can = (
            chosen
            & (seen.home_head < 0)
            & (asked[building] <= seen.now - self.ask_days * DAY_MIN)
            & (seen.home_asked <= seen.now - ASKED_AGAIN_DAYS * DAY_MIN)
            & (seen.home_visited <= seen.now - TRIED_AGAIN_DAYS * DAY_MIN)
        )
        homes = np.flatnonzero(can)
        luck = rng.random(len(homes))
        homes = homes[np.lexsort((luck, seen.home_kind[homes] != OTHERS, -let[homes]))]
        _, first = np.unique(building[homes], return_index=True)
        return homes[np.sort(first)].astype(np.int32)


def streets_of_newcomers(registered: Ints, share: float) -> Ints:
    """Name a share of the streets, those with most newcomers on the register first; one without any is never named."""
    order = np.argsort(-registered, kind="stable")[: round(share * len(registered))]
    return order[registered[order] > 0].astype(np.int32)


def buildings(segment: Ints, homes: int) -> Ints:
    """Number the buildings: so many homes each, side by side in a street, as households are listed.

    Parameters
    ----------
    segment
        (n_households,) where each lives, street by street
    homes
        homes of a building
    """
    n = len(segment)
    begins = np.flatnonzero(np.diff(segment, prepend=-2))
    in_street = np.arange(n) - np.repeat(begins, np.diff(np.append(begins, n)))
    return (np.cumsum(in_street % homes == 0) - 1).astype(np.int32)
