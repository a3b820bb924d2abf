"""The budget of officer-hours, to the minute.

What is conserved: the roster. Which sworn officers start which shift depends on the seed and the calendar alone, and
each start is worth 480 minutes, which the orders share out and can neither stretch nor shrink. Who is still at a call
or a visit when the shift ends stays until it is done; that overtime depends on what happened, so it differs between
strategies, and it is paid and booked to what was done in it. Hence, by role,

    paid minutes = 480 x shifts started + overtime = minutes booked to activities,

and two strategies without a budget of their own differ in sworn minutes by their overtime and by nothing else.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from accounts import Account, account, check_account, check_orders
from numpy.random import Generator
from worlds import Busy, play, scenario

from sim.agents.tables import AUXILIARY, MEDIATOR, N_ROLES, RESPONSE, WARDEN, WORKER
from sim.clock import SHIFT_MIN
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.outcomes.cost import count_post_days
from sim.policies.contract.registry import make_policy, policy_names
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.world import build_world

HIRED = (AUXILIARY, MEDIATOR, WORKER, WARDEN)


@cache
def of(spec: str) -> Account:
    return account(build_world(scenario(), 1), Busy() if spec == "busy" else make_policy(spec))


def sworn(found: Account) -> set[tuple[float, int]]:
    return {(end, key) for end, key in found.started if key not in found.hired}


@pytest.mark.parametrize("name", [*policy_names(), "busy", "grid(within_budget=True)", "posts + mediation"])
def test_paid_time_is_the_time_of_the_shifts_and_overtime_and_all_of_it_is_booked(name):
    found = of(name)
    check_account(found)
    assert found.overtime.sum() > 0.0


@pytest.mark.parametrize("name", [*policy_names(), "busy"])
def test_no_strategy_has_more_sworn_officers_than_another_but_by_their_overtime(name):
    found, usual = of(name), of("reactive")
    assert sworn(found) == sworn(usual)
    hired = np.isin(np.arange(N_ROLES), HIRED)
    # The scenario's own auxiliaries and mediators are there under every strategy; what is more was hired.
    n_hired = sum(key in found.hired for _, key in found.started)
    more = found.n_started - usual.n_started
    assert more[hired].sum() == n_hired
    assert more[~hired].sum() == 0
    minutes = found.ledger["days"]["duty_min"].sum(axis=0)[~hired].sum()
    reference = usual.ledger["days"]["duty_min"].sum(axis=0)[~hired].sum()
    overtime = (found.overtime - usual.overtime)[~hired].sum()
    assert minutes - reference == pytest.approx(overtime, abs=1e-4)


@pytest.mark.parametrize("name", [*policy_names(), "busy"])
def test_orders_share_out_the_shift_of_each_officer_and_no_minute_more(name):
    check_orders(of(name))


class Greedy(PolicyModel):
    """Ask for more than there is: one task beyond the shift, or two at the same time."""

    twice: bool = False

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        officer = int(seen.on_duty[0])
        if self.twice:
            return Orders((Task(officer, "patrol", end=300.0), Task(officer, "patrol", start=200.0)))
        return Orders((Task(officer, "patrol", end=SHIFT_MIN + 1.0),))


Greedy.name = "greedy"


@pytest.mark.parametrize(("twice", "why"), [(False, "must lie within"), (True, "must follow one another")])
def test_orders_for_more_time_than_there_is_are_refused(twice, why):
    with pytest.raises(InputError, match=why):
        play(scenario(), Greedy(twice=twice))


EVERYBODY = {"force__p_on_duty": 1.0, "force__n_response": 40, "force__n_auxiliary": 0, "force__n_mediator": 0}


@pytest.mark.parametrize("name", ["posts", "grid_services", "posts + grid_services"])
def test_staff_within_the_budget_is_paid_to_half_an_officer(name):
    """Everybody works every day here, so that chance does not blur the account; overtime is left out."""
    parts = [f"{part}(within_budget=True)" for part in name.split(" + ")]
    free, paid, usual = (
        account(build_world(scenario(**EVERYBODY), 1), make_policy(s)) for s in (name, " + ".join(parts), "reactive")
    )
    cost = scenario().cost
    price = np.ones(N_ROLES)
    price[list(HIRED)] = cost.cost_auxiliary, cost.cost_mediator, cost.cost_worker, cost.cost_warden
    rostered = {id(one): SHIFT_MIN * (price * one.n_started).sum() for one in (free, paid, usual)}
    half = 0.5 * SHIFT_MIN * scenario().n_days
    assert rostered[id(free)] - rostered[id(usual)] > half
    assert abs(rostered[id(paid)] - rostered[id(usual)]) <= half * (1 + 1e-9)
    assert paid.n_started[RESPONSE] < usual.n_started[RESPONSE]
    assert sworn(paid) < sworn(usual)
    assert {key for _, key in paid.started} & paid.hired == {key for _, key in free.started} & free.hired


def test_a_post_is_paid_for_once_a_day_however_many_hold_it():
    found = of("posts(residents_a_post=400)")
    held = frame_of("orders", found.ledger["orders"]).query("kind == 'post'")
    n_cells = held["cell"].nunique()
    assert n_cells == 4
    assert held["officer"].nunique() > 10 * n_cells
    assert count_post_days(held) == n_cells * scenario().n_days
