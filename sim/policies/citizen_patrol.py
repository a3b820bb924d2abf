"""Citizen patrol: volunteers who walk their own streets, two and two, on some evenings (Zhengzhou, Fengqiao)."""

from __future__ import annotations

from dataclasses import replace

from numpy.random import Generator

from sim.params import Count, Fraction, Hours, param
from sim.policies.contract.registry import policy
from sim.policies.levers import Levers, Participation, Watch
from sim.policies.protocol import CityBrief, Observation, Orders, Organisation, PolicyModel

IN_TURN = (4, 5, 1, 3, 6, 0, 2)
"""Weekdays in the order in which they become evenings of patrol: Friday, Saturday, Tuesday, Thursday and so on."""


@policy("citizen_patrol")
class CitizenPatrol(PolicyModel):
    """Ask residents to volunteer, and those who do to walk their own street and those next to it, two and two.

    What is done and when: residents are asked to help, and thanked. On `evenings` of the week those volunteers who are
    at home at `from_h` and turn up meet whoever else does so in their street or the next one, and walk there for
    `walk_hours`; nobody walks alone. They call when they see something and have no powers. Officers work as without it.

    Dose: volunteer-hours for 1,000 residents a year (`watch_hours_per_1000`). It is not set: it follows from who trusts
    the police and knows the neighbours (they join), how they are thanked (they stay), who is at home, and whether a
    neighbour turns up too. It grows over a year or two, since there is nobody at first.

    Resources: no officer's time; training and thanks (`cost.cost_volunteer`). Data needed: none.

    Known side effects: streets whose residents trust nobody have no patrol, whatever happens there. Zhengzhou and the
    Fengqiao experience tell of such patrols; no evaluation of them with a comparison was found. No effect is written in
    here: who is about to offend sees them as other guardians (`deterrence.watch_weight`), less than an officer.

    Parameters: asked 0 to 1, thanked 0 to 1, evenings 1 to 7, from_h 17 to 22 h, walk_hours 0.5 to 4 h, turnout 0 to 1.
    """

    asked: Fraction = param(1.0, "share of willing adults who are asked to take part", source="prior")
    thanked: Fraction = param(0.8, "how far volunteers are thanked and heard", source="prior")
    evenings: Count = param(3, "evenings of the week with patrols", source="prior", unit="evenings", low=1, high=7)
    from_h: Hours = param(19.5, "hour at which they set out", source="prior", low=17, high=22)
    walk_hours: Hours = param(2.0, "how long they walk", source="prior", low=0.5, high=4)
    turnout: Fraction = param(0.5, "share of the volunteers at home that turns up on such an evening", source="prior")

    def levers(self) -> Levers:
        """Ask for volunteers, and thank them."""
        return Levers(participation=Participation(volunteers=self.asked, recognition=self.thanked))

    def organise(self, brief: CityBrief) -> Organisation:
        """Say when volunteers go on patrol, wherever somebody lives."""
        watch = Watch(
            evenings=tuple(sorted(IN_TURN[: self.evenings])),
            from_h=self.from_h,
            hours=self.walk_hours,
            turnout=self.turnout,
        )
        return replace(super().organise(brief), watch=watch, watch_streets=brief.dwellings > 0.0)

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order nothing: volunteers are not under orders."""
        return Orders()
