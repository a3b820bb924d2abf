"""Policies that each break one rule of the contract. They must be refused, each for its own rule."""

import random
import time

import numpy as np
from pydantic import ConfigDict, PrivateAttr

from sim.params import Fraction, Minutes, param
from sim.policies.protocol import Orders, Organisation, PolicyModel, Task


class Sound(PolicyModel):
    """Patrol."""

    name = "sound"

    def decide(self, seen, rng):
        return Orders()


class Nameless(Sound):
    """No name."""

    name = ""


class Undocumented(Sound):
    pass


class WithoutSource(Sound):
    """No source."""

    dwell: Minutes = param(15.0, "length of a stop", source="")


class WithoutUnit(Sound):
    """No unit and range."""

    weight: float = param(1.0, "weight", source="prior")


class Undeclared(Sound):
    """A field of pydantic's own."""

    share: Fraction = 0.5


class AnyText(Sound):
    """Text without a list of values."""

    mode: str = param("one", "how", source="prior")


class Thawed(Sound):
    """Not frozen."""

    model_config = ConfigDict(frozen=False)


class HoldsList(Sound):
    """A list can change."""

    roles: list[str] = param(["foot"], "roles", source="prior")


class Secretive(Sound):
    """A private attribute."""

    _seen: int = PrivateAttr(0)


class WrongShape(Sound):
    """Cells for one segment only."""

    def organise(self, brief):
        return Organisation(cell=brief.district[:1], officer_cell=brief.officer * 0)


class NoSuchCell(Sound):
    """Officers in a cell that has no segments."""

    def organise(self, brief):
        return Organisation(cell=brief.district, officer_cell=brief.officer * 0 + 99)


class Moody(Sound):
    """Another division every time."""

    def organise(self, brief):
        cell = np.random.default_rng().integers(0, 1000, brief.n_segments)
        return Organisation(cell=cell, officer_cell=np.full(len(brief.officer), -1))


class WakesTheSleeping(Sound):
    """Order who is not on duty."""

    def decide(self, seen, rng):
        asleep = sorted(set(seen.brief.officer.tolist()) - set(seen.on_duty.tolist()))
        return Orders((Task(asleep[0], "patrol"),))


class NeedsSomebody(Sound):
    """Fail where nobody is on duty."""

    def decide(self, seen, rng):
        return Orders((Task(int(seen.on_duty[0]), "patrol"),))


class ForgetsToReturn(Sound):
    """Return nothing."""

    def decide(self, seen, rng):
        return None


class OffTheMap(Sound):
    """Send officers beyond the last segment."""

    def decide(self, seen, rng):
        return Orders.rounds(seen.on_duty, [seen.brief.n_segments] * len(seen.on_duty), dwell=10)


class Writes(Sound):
    """Write into what it is shown."""

    def decide(self, seen, rng):
        seen.registered[:] = 0
        return Orders()


class PicksTheLock(Sound):
    """Make an array writable before writing."""

    def decide(self, seen, rng):
        seen.registered.setflags(write=True)
        seen.registered += 1
        return Orders()


class OwnChance(Sound):
    """Draw from a generator that nobody seeded."""

    def decide(self, seen, rng):
        crew = np.random.default_rng().permutation(seen.on_duty)
        return Orders.rounds(crew, range(min(3, len(crew))), dwell=10)


class Remembers(Sound):
    """Go where the shift before had its last incident, and keep that in the class."""

    model_config = ConfigDict(ignored_types=(dict,))
    memory = {"segment": 0}  # noqa: RUF012

    def decide(self, seen, rng):
        before, self.memory["segment"] = self.memory["segment"], len(seen.record.t) % 3
        return Orders.rounds(seen.on_duty, [before], dwell=10) if len(seen.on_duty) else Orders()


class Counts(Sound):
    """Count the shifts, in the class."""

    model_config = ConfigDict(ignored_types=(dict,))
    memory = {"n": 0}  # noqa: RUF012

    def decide(self, seen, rng):
        self.memory["n"] += 1
        return Orders.rounds(seen.on_duty, [self.memory["n"] % 3], dwell=10) if len(seen.on_duty) else Orders()


class RemembersInItself(Sound):
    """Keep the last shift in the instance."""

    def decide(self, seen, rng):
        object.__setattr__(self, "last", seen.shift)
        return Orders()


class SetsItself(Sound):
    """Set an own parameter."""

    share: Fraction = param(0.5, "share", source="prior")

    def decide(self, seen, rng):
        self.share = 0.1
        return Orders()


class GlobalNumpy(Sound):
    """Draw from NumPy's global generator."""

    def decide(self, seen, rng):
        np.random.random()  # noqa: NPY002
        return Orders()


class GlobalRandom(Sound):
    """Draw from the global generator of Python."""

    def decide(self, seen, rng):
        random.random()
        return Orders()


def local_policy():
    """Define a policy where no worker can import it."""

    class Local(Sound):
        """Patrol."""

    return Local


class EqualsNothing(Sound):
    """Differ even from a copy."""

    def __eq__(self, other):
        return False

    __hash__ = Sound.__hash__


class OnlySmallForces(Sound):
    """Fail at one size of force only."""

    name = "only_small_forces"

    def decide(self, seen, rng):
        assert len(seen.on_duty) != 4
        return Orders()


class Slow(Sound):
    """Ponder."""

    def decide(self, seen, rng):
        if seen.brief.n_segments > 1000:
            time.sleep(0.025)
        return Orders()


class CountsOfficers(Sound):
    """Prefer low numbers, and claim not to."""

    number_blind = True

    def decide(self, seen, rng):
        return Orders.rounds(seen.on_duty[:1], seen.hottest(0.05, weeks=8)[:1], dwell=10)


BREAKS = {
    "name": (Nameless,),
    "docstring": (Undocumented,),
    "parameters": (WithoutSource, WithoutUnit, Undeclared, AnyText),
    "frozen": (Thawed, HoldsList, Secretive),
    "organise": (WrongShape, NoSuchCell, Moody),
    "orders": (WakesTheSleeping, NeedsSomebody, ForgetsToReturn, OffTheMap),
    "observation untouched": (Writes, PicksTheLock),
    "repeatable": (OwnChance, Counts),
    "memoryless": (Remembers, RemembersInItself, SetsItself),
    "own chance": (GlobalNumpy, GlobalRandom),
    "picklable": (local_policy(), EqualsNothing),
    "fast": (Slow,),
    "number blind": (CountsOfficers,),
}
"""Broken policies by the rule that must refuse them."""
