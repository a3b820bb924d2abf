"""The ledger names persons, not only the rooms that they live in."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import Busy, Ledger, run, scenario

from sim.agents.tables import NONE
from sim.clock import DAY_MIN
from sim.engine import run_shifts
from sim.ledger.columns import frame_of
from sim.world import build_world

BRIEF_STAYS: dict[str, Any] = {
    "n_days": 40,
    "people__share_renting": 1.0,
    "migrants__share_of_residents": 0.4,
    "migrants__mean_stay_days": 8.0,
    "migrants__mean_vacancy_days": 1.0,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 3.0,
    "force__stops_per_hour": 4.0,
}
NAMED = (
    ("offences", "resident", "t"), ("offences", "victim", "t"), ("calls", "caller", "t_call"),
    ("contacts", "resident", "t"), ("arrests", "resident", "t"),
    ("disputes", "resident_a", "t"), ("disputes", "resident_b", "t"),
)  # fmt: skip
CALENDAR_MIN = 240


@cache
def town() -> tuple[Ledger, NDArray[np.uint64]]:
    """Run a town of short stays; give its ledger and who lived in each row after the calendar of each day."""
    world = build_world(scenario(**BRIEF_STAYS), 1)
    keys, rows = [world.state.residents["key"].copy()], []
    for shift, some in run_shifts(world, Busy()):
        rows.append(some)
        if shift % 3 == 1:  # the shift that holds four o'clock in the morning has ended
            keys.append(world.state.residents["key"].copy())
    return {name: np.concatenate([some[name] for some in rows]) for name in rows[0] if name != "people"}, np.array(keys)


@pytest.mark.parametrize(("table", "who", "when"), NAMED)
def test_a_key_is_that_of_who_lived_there_at_that_moment(table, who, when):
    ledger, keys = town()
    rows = ledger[table]
    somebody = rows[who] != NONE
    assert somebody.sum() > 10
    assert (rows[f"{who}_key"][~somebody] == 0).all()
    # Tenants change at four in the morning; a dispute with who left ends at that very minute, under the old name.
    settled = somebody & (rows[when] % DAY_MIN != CALENDAR_MIN)
    day = ((rows[when] - CALENDAR_MIN) // DAY_MIN).astype(int) + 1
    assert np.array_equal(rows[f"{who}_key"][settled], keys[day[settled], rows[who][settled]])


def test_contacts_with_a_person_again_are_fewer_than_with_a_room():
    ledger, _ = town()
    contacts = frame_of("contacts", ledger["contacts"])
    again = {name: int((contacts.groupby(name).size() - 1).sum()) for name in ("resident", "resident_key")}
    later_tenants = contacts.groupby("resident")["resident_key"].nunique() - 1
    assert again["resident"] - again["resident_key"] == later_tenants.sum() > 100
    assert contacts.groupby("resident_key")["resident"].nunique().max() == 1


def test_a_key_is_never_given_again_and_feelings_end_with_the_last():
    ledger, keys = town()
    spells = Counter(int(key) for row in keys.T for key in row[np.flatnonzero(np.diff(row, prepend=0))])
    assert len(spells) > 1.3 * keys.shape[1]
    assert set(spells.values()) == {1}
    assert np.array_equal(ledger["feelings"]["key"], keys[-1])


def test_without_a_new_tenant_a_room_is_a_person():
    contacts = run(build_world(scenario(**BRIEF_STAYS | {"migrants__share_of_residents": 0.0}), 1), Busy())["contacts"]
    assert len(np.unique(contacts["resident_key"])) == len(np.unique(contacts["resident"]))
