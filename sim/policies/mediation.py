"""Mediation first: quarrels are found early and settled close by (the Fengqiao experience)."""

from __future__ import annotations

from numpy.random import Generator

from sim.params import Count, Days, Factor, Fraction, param
from sim.policies.contract.registry import policy
from sim.policies.duties import places_with_role, sessions, spread_over_cells
from sim.policies.levers import Levers, Participation, Team
from sim.policies.protocol import CityBrief, Observation, Orders, Organisation
from sim.policies.visiting import Visiting


@policy("mediation")
class Mediation(Visiting):
    """Find quarrels early by visits and referrals, hear them in one to three sessions, look after agreements.

    What officers do and when: by day and in the evening, community officers visit the households of their cell that
    are due, the old who live alone and newcomers most often, and hear of quarrels; calls to quarrels and volunteers in
    the street bring others to notice. Mediators hear both parties; an agreement that breaks is taken up again where it
    is followed up. Minor blows between the parties are referred to mediation and not recorded; whoever strikes hard is
    left to the prosecutor.

    Resources: hired mediators (a civilian staff that costs what the scenario says), community officers' time, and
    volunteers as far as they trust the police and are thanked. Data needed: quarrels that police know of.

    Known side effects: pressure to settle, which the weaker party pays with trust; settled cases leave the
    statistics, so recorded crime falls by more than crime; an agreement is not an agreement that lasts. The
    official success rates of 96 to 98 % count agreements. No evaluation of Fengqiao with a comparison was found.

    Parameters: mediators 0 to 5 for 1,000 residents (China has 2.2, an eighth of them full-time), visit_share 0 to
    1, cases_a_shift 1 to 6, volunteers, recognition, diversion and follow_up 0 to 1.
    """

    tenants_days: Days = param(365.0, "days between visits to other tenants; 0 for none", source="prior", high=3650)
    mediators: Factor = param(
        0.3, "full-time mediators for 1,000 residents", source="mediation_figures", unit="per 1,000", high=5
    )
    visit_share: Fraction = param(
        0.6, "share of a community officer's shift at most that visits may take", source="prior"
    )
    cases_a_shift: Count = param(4, "quarrels that a mediator takes up in a shift", source="prior", low=1, high=6)
    volunteers: Fraction = param(0.3, "share of willing adults who are asked to help", source="prior")
    recognition: Fraction = param(0.5, "how far volunteers are thanked", source="prior")
    diversion: Fraction = param(0.5, "share of minor blows that are referred and not recorded", source="prior")
    follow_up: Fraction = param(0.6, "share of broken agreements that are taken up again", source="prior")

    def levers(self) -> Levers:
        """Hire mediators, ask volunteers, refer minor blows."""
        return Levers(
            team=Team(mediators=self.mediators),
            participation=Participation(
                volunteers=self.volunteers,
                recognition=self.recognition,
                diversion=self.diversion,
                follow_up=self.follow_up,
            ),
        )

    def organise(self, brief: CityBrief) -> Organisation:
        """Give mediators and community officers a cell each."""
        return Organisation(cell=brief.cell, officer_cell=spread_over_cells(brief, ("community", "mediator")))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Send community officers on visits and mediators to the quarrels that are known."""
        if seen.shift == 0:  # nobody is visited or heard at night
            return Orders()
        end = self.visit_share * seen.brief.shift_min
        rounds = self.visits(seen, places_with_role(seen, "community"), rng, end=end)
        heard = sessions(
            seen, places_with_role(seen, "mediator"), start=0.0, end=seen.brief.shift_min, most=self.cases_a_shift
        )
        return Orders((*rounds, *heard))
