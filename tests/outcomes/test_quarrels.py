"""Agreements that last and pairs who call again, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from sim.agents.events import DISPUTE_STEPS
from sim.outcomes.quarrels import count_agreements, measure_repeat_calls

DAY = 1440.0


def steps(*rows):
    """Make dispute steps from (dispute, day, what); dispute 7 is between residents 70 and 71."""
    table = pd.DataFrame(rows, columns=["dispute", "day", "what"])
    table["dispute"] = table["dispute"].astype("uint64") + np.uint64(2**63)
    table["t"] = table["day"] * DAY
    table["what"] = pd.Categorical(table["what"], list(DISPUTE_STEPS))
    number = (table["dispute"] - np.uint64(2**63)).astype(int)
    return table.assign(resident_a=10 * number, resident_b=10 * number + 1)


def blows(*rows):
    table = pd.DataFrame(rows, columns=["dispute", "reported"])
    told = table["dispute"] > 0
    key = table["dispute"].astype("uint64") + np.where(told, np.uint64(2**63), np.uint64(0))
    return table.assign(dispute=key.astype("uint64"))


def counts(table, end=400.0):
    return tuple(count_agreements(table, end_min=end * DAY))


def test_an_agreement_lasts_if_it_is_not_broken_within_180_days():
    assert counts(steps((1, 10, "agreed"))) == (1, 1, 1)
    assert counts(steps((1, 10, "agreed"), (1, 189, "broken"))) == (1, 1, 0)
    assert counts(steps((1, 10, "agreed"), (1, 191, "broken"))) == (1, 1, 1)
    assert counts(steps((1, 10, "pressed"), (1, 11, "broken"))) == (1, 1, 0)
    assert counts(steps((1, 10, "agreed"), (2, 11, "broken"))) == (1, 1, 1)
    assert counts(steps((1, 10, "failed"), (1, 11, "broken"))) == (0, 0, 0)


def test_only_agreements_that_were_followed_for_so_long_are_asked():
    table = steps((1, 10, "agreed"), (2, 230, "agreed"), (2, 231, "broken"), (3, 300, "agreed"))
    assert counts(table) == (3, 1, 1)
    assert counts(table, end=500) == (3, 3, 2)
    assert counts(steps((1, 10, "agreed")), end=100) == (1, 0, 0)


def test_a_second_agreement_is_one_of_its_own():
    table = steps((1, 10, "agreed"), (1, 50, "broken"), (1, 60, "agreed"))
    assert counts(table) == (2, 2, 1)
    assert counts(table.sample(frac=1, random_state=2)) == (2, 2, 1)


def test_repeat_calls_are_those_after_the_first_of_a_pair():
    table = steps((1, 1, "called"), (1, 2, "called"), (1, 3, "called"), (2, 4, "called"), (3, 5, "flared"))
    nothing = blows((0, 1))
    assert measure_repeat_calls(table, nothing) == pytest.approx((3 + 1) / 2 - 1)
    assert np.isnan(measure_repeat_calls(table[:0], nothing))


def test_reported_blows_are_calls_and_hidden_ones_are_not():
    table = steps((1, 1, "called"), (2, 4, "assault"))
    assert measure_repeat_calls(table, blows((1, 1), (2, 0), (0, 1))) == 1.0
    assert measure_repeat_calls(table, blows((1, 1), (2, 1), (0, 1))) == 0.5


def test_two_quarrels_of_the_same_two_people_are_one_pair():
    table = steps((1, 1, "called"), (2, 4, "called"))
    table.loc[1, ["resident_a", "resident_b"]] = [11, 10]
    assert measure_repeat_calls(table, blows((0, 0))) == 1.0
