"""A round of stops starts over at its end, or each stop is made once and the rest of the time is patrol."""

from __future__ import annotations

import pytest
from worlds import scenario

from sim.engine import simulate
from sim.errors import InputError
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.rules import Limits, check_orders
from sim.policies.protocol import Orders, PolicyModel, Task

PLACES, DWELL = (11, 47), 20.0


class OneRound(PolicyModel):
    """Send one officer to two places in the day shift of one day, off the radio; all others sit at a desk."""

    once: bool = True

    def decide(self, seen, rng):
        end, crew = seen.brief.shift_min, seen.on_duty.tolist()
        if seen.day != 1 or seen.shift != 1:
            return Orders(tuple(Task(o, "desk", end=end) for o in crew))
        walker = int(seen.with_role("response")[0])
        sent = Task(walker, "rounds", PLACES, DWELL, 0.0, end, protected=True, once=self.once)
        return Orders((sent, *(Task(o, "desk", end=end) for o in crew if o != walker)))


OneRound.name = "one round"


def minutes_at_places(policy):
    run = simulate(scenario(n_days=3, demand__other_calls=0.0, offending__level=0.0), policy, 1)
    shown = run.tables["segments"]
    return shown[shown["segment"].isin(PLACES)].groupby("segment")["police_min"].sum().to_numpy()


def test_each_stop_is_made_once_and_a_round_otherwise_starts_over():
    once, again = minutes_at_places(OneRound()), minutes_at_places(OneRound(once=False))
    assert (once >= DWELL).all()
    assert (once < 2 * DWELL).all()  # in full, and what patrol passes by
    assert (again > 4 * DWELL).all()


def test_what_is_shown_of_police_is_no_more_than_their_time_in_the_street():
    run = simulate(scenario(n_days=3, demand__other_calls=0.0, offending__level=0.0), OneRound(once=False), 1)
    shown = run.tables["segments"].groupby("segment")["police_min"].sum()
    forgotten = 0.5 ** (1.0 / run.world.scenario.deterrence.shun_half_life_days)
    noticed = run.world.state.segments["usual_min"][list(PLACES)] / (1.0 - forgotten)
    assert (noticed > 0.4 * shown[list(PLACES)].to_numpy()).all()
    assert (noticed <= shown[list(PLACES)].to_numpy() + 1e-3).all()


def test_once_is_refused_for_what_is_no_round():
    seen = example_observation()
    post = Task(int(seen.on_duty[0]), "post", (1,), once=True)
    with pytest.raises(InputError, match="once is for 'rounds'"):
        check_orders(Orders((post,)), Limits.of(seen, "p"))
