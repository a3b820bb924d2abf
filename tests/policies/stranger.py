"""A strategy written as a stranger would write it: outside the package, against the protocol alone."""

from sim.params import Fraction, param
from sim.policies.contract.registry import policy
from sim.policies.protocol import Observation, Orders, PolicyModel, Task


@policy("evening_posts")
class EveningPosts(PolicyModel):
    """In the evening, foot officers stand at the segments with most robberies; else they patrol.

    Data needed: robberies on record. Side effect: streets without a post see fewer officers.
    """

    share: Fraction = param(0.02, "share of segments considered", source="prior", low=0.0, high=0.2)

    def decide(self, seen: Observation, rng) -> Orders:
        if seen.shift != 2:
            return Orders()
        hot = seen.hottest(self.share, weeks=26, types=[1])
        walkers = seen.with_role("foot")[:1]
        return Orders(tuple(Task(int(o), "post", (int(s),), end=240) for o, s in zip(walkers, hot, strict=False)))
