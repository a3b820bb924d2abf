"""Which numbers of officers are enough, from few runs with chance in them: a range, not a number that looks sharp.

Every force that is tried lives through the same months. `sim.batch.staffing.likely` says how likely each number meets
all targets over all calls of these months. The edge is bracketed and halved, and further months are spent where the
answer is open, until what cannot be told apart is narrow, or the runs are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sim.batch.staffing.likely import EVEN, Likely
from sim.errors import InputError

Ask = Callable[[int, int], int]
"""Called with a force and a number of months: sees that as many were tried, in all, and gives how many there are."""
Judge = Callable[[], Likely]
"""Called when more months were tried: what is likely now."""
NARROW = 0.05
"""A range is narrow enough if it is no wider than this share of its upper end, or one officer."""


@dataclass(frozen=True)
class Rule:
    """Say when a number counts as enough, or as not enough, and how much is spent to find out."""

    sure: float = 0.95
    """chance at which a number is called enough; called not enough it has at most the rest"""
    first: int = 6
    """months tried with each force at first"""
    most_months: int = 24
    """months tried with one force at most"""
    most_runs: int = 120
    """months tried in all"""

    def __post_init__(self) -> None:
        if not 0.5 < self.sure < 1.0:
            raise InputError(f"--sure must lie above 0.5 and below 1, got {self.sure:g}")
        if not 2 <= self.first <= self.most_months:
            raise InputError(
                f"--seeds must be 2 at least, for months differ, and --most-seeds no fewer, got {self.first} and "
                f"{self.most_months}"
            )
        if self.most_runs < self.first:
            raise InputError(f"--most-runs must be at least the {self.first} of --seeds, got {self.most_runs}")


class Found(NamedTuple):
    """Hold the end of a search."""

    likely: Likely
    months: dict[int, int]
    """months that could be judged, by force"""
    low: int | None
    """any smaller number has at most the rest of `sure`; none if even the smallest tried may be enough"""
    high: int | None
    """the smallest number that is enough with the chance `sure`; none if none is"""
    middle: int | None
    """the smallest number that is more likely enough than not; none if none is"""

    @property
    def is_sharp(self) -> bool:
        """Tell whether one number is enough and the one below it is not."""
        return self.low is not None and self.low == self.high


def find_range(  # noqa: PLR0913 - whom to ask, where to begin, how far to go, when to stop
    ask: Ask, judge: Judge, *, guess: int, least: int, most: int, rule: Rule, known: Mapping[int, int] | None = None
) -> Found:
    """Search the numbers that are enough.

    Parameters
    ----------
    guess
        where to begin
    least, most
        the smallest and the largest force to think of
    known
        months tried before, by force
    """
    months, full = dict(known or {}), set[int]()
    begin = min(max(guess, least), most)
    while True:
        look = _next_look(judge(), months, (least, most), rule, full) if begin in months else (begin, rule.first)
        left = rule.most_runs - sum(months.values())
        if look is None or left <= 0:
            break
        force, n = look
        n = min(n, months.get(force, 0) + left)
        got = ask(force, n)
        if got <= months.get(force, 0):  # no further month can be judged: nothing more can be learnt here
            full.add(force)
            if got == 0:
                raise InputError(f"no month with {force} officers could be judged; try longer months (--days)")
        months[force] = max(got, months.get(force, 0))
    return sum_up(judge(), months, least, rule)


def sum_up(likely: Likely, months: dict[int, int], least: int, rule: Rule) -> Found:
    """Read the range off what is likely."""
    low = likely.first(1.0 - rule.sure)
    # The smallest number tried may be enough already: then no number is known not to be, if there is a smaller one.
    if low == int(likely.force[0]) and low > least:
        low = None
    return Found(likely, months, low, likely.first(rule.sure), likely.first(EVEN))


def _next_look(
    likely: Likely, months: dict[int, int], ends: tuple[int, int], rule: Rule, full: set[int]
) -> tuple[int, int] | None:
    """Choose the force to try next and the months that it should then have, or nothing more."""
    least, most = ends
    smallest, largest = min(months), max(months)
    p_least, p_most = float(likely.p_helped[0]), float(likely.p_helped[-1])
    step = max(1, round(0.1 * largest)) * 2 ** max(0, len(months) - 1)
    # First a number on each side of the edge, then one that is clearly enough and one that is clearly not.
    if p_most < EVEN and largest < most:
        return min(most, largest + step), rule.first
    if p_least >= EVEN and smallest > least:
        return max(least, smallest - step), rule.first
    middle = likely.first(EVEN)
    if middle is not None:
        above = min((f for f in months if f >= middle), default=largest)
        below = max((f for f in months if f < middle), default=smallest)
        # Between a number that is clearly enough and one that clearly is not, a straight line would decide: try.
        is_clear = likely.helped_at(above) >= rule.sure and likely.helped_at(below) <= 1.0 - rule.sure
        if above - below > (1 if is_clear else _narrow(above)):
            return (above + below) // 2, rule.first
    near = max(1, round(0.05 * largest))
    if p_most < rule.sure and largest < most and p_most >= EVEN:
        return min(most, largest + near), rule.first
    if p_least > 1.0 - rule.sure and smallest > least and p_least < EVEN:
        return max(least, smallest - near), rule.first
    return _more_months(likely, months, rule, full)


def _more_months(likely: Likely, months: dict[int, int], rule: Rule, full: set[int]) -> tuple[int, int] | None:
    """Ask for more months with the force that has the fewest, among those on which the answer is open."""
    low, high = likely.first(1.0 - rule.sure), likely.first(rule.sure)
    first = int(likely.force[0]) if low is None else low
    last = int(likely.force[-1]) if high is None else high
    if high is not None and low is not None and last - first <= _narrow(last):
        return None
    tried = sorted(months)
    inside = [f for f in tried if first <= f <= last]
    below, above = [f for f in tried if f < first], [f for f in tried if f > last]
    around = [below[-1] if below else tried[0], above[0] if above else tried[-1]]
    open_ones = [f for f in {*inside, *around} if f not in full and months[f] < rule.most_months]
    if not open_ones:
        return None
    force = min(open_ones, key=lambda f: (months[f], f))
    return force, min(months[force] + max(2, rule.first // 2), rule.most_months)


def _narrow(force: int) -> int:
    return max(1, round(NARROW * force))
