"""Every strategy keeps the contract, and every way of breaking it is noticed."""

from pathlib import Path

import broken
import broken_peeker
import numpy as np
import pytest
from made_up_world import make_world

from sim.observation import observe
from sim.policies.contract.conformance import RULES, ConformanceError, check_contract, example_observation
from sim.policies.contract.registry import make_policy, policy_names
from sim.policies.contract.relabelling import relabel_observation

STRANGER = Path(__file__).with_name("stranger.py")
VARIANTS = ("reactive(patrol_in=district)", "hotspot(share=0.1,dwell=10,every_min=60)", "hotspot(share_of_force=0.5)")


@pytest.mark.parametrize("spec", [*policy_names(), *VARIANTS, str(STRANGER)])
def test_every_strategy_conforms(spec):
    assert check_contract(make_policy(spec)) == tuple(RULES)


@pytest.mark.parametrize("spec", policy_names())
def test_every_strategy_conforms_on_a_world(spec):
    check_contract(make_policy(spec), seen=observe(make_world()))


@pytest.mark.parametrize(("rule", "kind"), [(rule, kind) for rule, kinds in broken.BREAKS.items() for kind in kinds])
def test_a_broken_policy_is_refused_for_its_rule(rule, kind):
    with pytest.raises(ConformanceError) as caught:
        check_contract(kind())
    assert caught.value.rule == rule
    assert kind.__name__ in str(caught.value)


def test_a_peeker_is_refused():
    with pytest.raises(ConformanceError, match=r"sim\.agents") as caught:
        check_contract(broken_peeker.Peeker())
    assert caught.value.rule == "imports"


def test_every_rule_has_a_policy_that_breaks_it():
    assert set(broken.BREAKS) | {"imports"} == set(RULES)


def test_a_class_instead_of_a_policy_is_refused():
    with pytest.raises(ConformanceError, match="instance"):
        check_contract(broken.Sound)


def test_the_sound_base_of_the_broken_ones_passes():
    assert check_contract(broken.Sound()) == tuple(RULES)


def test_an_observation_of_ones_own_is_tried_too():
    four_officers = example_observation(9, n_officers=4, n_on_duty=4)

    with pytest.raises(ConformanceError, match="your own observation"):
        check_contract(broken.OnlySmallForces(), seen=four_officers)


def test_the_stranger_needs_under_thirty_lines():
    assert len(STRANGER.read_text().splitlines()) < 30


def test_the_stranger_gives_orders_at_all():
    orders = make_policy(str(STRANGER)).decide(example_observation(1, shift=2), np.random.default_rng(1))

    assert [task.kind for task in orders.tasks] == ["post"]


def test_examples_are_reproducible_and_differ_by_seed():
    a, b, c = (example_observation(seed).record.segment for seed in (1, 1, 2))

    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_an_example_cannot_be_written_to():
    seen = example_observation()

    for array in (seen.on_duty, seen.registered, seen.record.t, seen.brief.dwellings, seen.known_disputes):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_example_neighbours_are_mutual():
    brief = example_observation(n_segments=60).brief
    rows = [
        set(brief.neighbours[a:b]) for a, b in zip(brief.neighbours_start, brief.neighbours_start[1:], strict=False)
    ]

    assert all(s in rows[other] for s, row in enumerate(rows) for other in row)
    assert all(s not in row for s, row in enumerate(rows))


def test_renumbering_keeps_what_stands_where():
    seen = example_observation(3, n_segments=50, n_officers=24)
    rng = np.random.default_rng(1)
    segment, officer = rng.permutation(50).astype(np.int32), rng.permutation(24).astype(np.int32)
    other = relabel_observation(seen, segment, officer)

    assert np.array_equal(other.counts(weeks=8)[segment], seen.counts(weeks=8))
    assert np.array_equal(segment[seen.hottest(0.2, weeks=8)], other.hottest(0.2, weeks=8))
    assert set(officer[seen.with_role("foot")]) == set(other.with_role("foot"))
    s = 7
    a, b = seen.brief.neighbours_start[s : s + 2]
    c, d = other.brief.neighbours_start[segment[s] : segment[s] + 2]
    assert set(segment[seen.brief.neighbours[a:b]]) == set(other.brief.neighbours[c:d])
