"""The force sees what is on record, when it is on record, and nothing else."""

from datetime import date

import numpy as np
import pytest
from made_up_world import make_incidents, make_world

from sim.agents.events import INCIDENTS
from sim.agents.tables import row_dtype
from sim.observation import RecordBook, brief, observe
from sim.policies.contract.conformance import example_observation

DAY = 1440.0


def incidents(*recorded, segment=0, cause=None):
    rows = np.zeros(len(recorded), row_dtype(INCIDENTS))
    rows["t_recorded"] = recorded
    rows["t"] = np.array(recorded) - 60.0
    rows["segment"] = segment
    rows["cause"] = np.arange(len(recorded)) if cause is None else cause
    return rows


def test_an_incident_shows_once_it_is_recorded():
    book = RecordBook()
    book.add(incidents(100.0, 200.0))

    assert len(book.visible(99.9).t) == 0
    assert book.visible(100.0).t_recorded.tolist() == [100.0]
    assert book.visible(200.0).t.tolist() == [40.0, 140.0]


def test_incidents_stand_in_the_order_of_recording_however_they_come():
    rng = np.random.default_rng(1)
    rows = make_incidents(rng, 5000, 50, first=0.0, last=100 * DAY)
    whole, parts = RecordBook(), RecordBook()
    whole.add(rows)
    for part in np.array_split(rng.permutation(rows), 37):
        parts.add(part)
    a, b = whole.visible(200 * DAY), parts.visible(200 * DAY)

    assert np.all(np.diff(a.t_recorded) >= 0)
    assert len(a.t) == 5000
    for column in ("t", "t_recorded", "type", "segment", "discovered"):
        assert np.array_equal(getattr(a, column), getattr(b, column))


def test_equal_times_are_ordered_by_cause_not_by_arrival():
    one, other = RecordBook(), RecordBook()
    one.add(incidents(5.0, 5.0, segment=[1, 2], cause=[9, 4]))
    other.add(incidents(5.0, segment=[2], cause=[4]))
    other.add(incidents(5.0, segment=[1], cause=[9]))

    assert one.visible(6.0).segment.tolist() == other.visible(6.0).segment.tolist() == [2, 1]


def test_the_window_is_400_days_and_the_book_does_not_grow_beyond_it():
    book = RecordBook()
    for day in range(1200):
        book.add(incidents(*(day * DAY + np.arange(10.0))))
    shown = book.visible(1200 * DAY)

    assert shown.t_recorded[0] > 800 * DAY
    assert len(shown.t) == 4000 - 1  # of day 800 the first was recorded exactly 400 days ago
    assert len(book._rows["t"]) < 20_000


def test_an_observation_that_is_kept_does_not_change():
    book = RecordBook()
    book.add(incidents(*np.arange(500.0)))
    kept = book.visible(600.0)
    before = kept.t_recorded.copy()
    for day in range(500):
        book.add(incidents(*(day * DAY + np.linspace(3.0, 1000.0, 20))))
    book.add(incidents(1.5, 2.5))

    assert np.array_equal(kept.t_recorded, before)


def test_a_late_entry_is_shown_from_then_on():
    book = RecordBook()
    book.add(incidents(10.0, 30.0))
    book.visible(40.0)
    book.add(incidents(20.0))

    assert book.visible(40.0).t_recorded.tolist() == [10.0, 20.0, 30.0]


def test_nothing_added_changes_nothing():
    book = RecordBook()
    book.add(incidents())

    assert len(book.visible(1e9).t) == 0


def test_a_briefing_tells_who_starts_the_shift(world):
    world.state.officers["on_duty"][0] = 1  # of the night shift, still at a call
    world.state.officers["duty_end"][0] = seen_at = 70 * DAY + 480
    seen = observe(world)

    assert (seen.day, seen.shift, seen.now) == (70, 1, seen_at)
    assert seen.on_duty.tolist() == list(range(8, 16))
    assert seen.role == tuple(seen.brief.role[o] for o in seen.on_duty)
    assert seen.n_queued == 3
    assert seen.with_role("foot", "mediator").tolist() == [11, 15]


def test_the_force_knows_open_disputes_that_it_has_heard_of(world):
    seen = observe(world)

    assert seen.known_disputes.tolist() == [1, 2, 3, 4, 5]
    assert seen.dispute_segment.tolist() == [11, 12, 13, 14, 15]


def test_a_row_without_a_dispute_is_none(world):
    world.state.disputes["known"][30] = 1

    assert 30 not in observe(world).known_disputes


def test_the_register_counts_registered_migrants_once_a_day(world):
    residents = world.state.residents
    expected = np.bincount(
        residents["home"][(residents["migrant"] == 1) & (residents["registered"] == 1)], minlength=200
    )
    assert np.array_equal(observe(world).registered, expected)

    residents["registered"] = 0
    named = np.flatnonzero(residents["migrant"])[:3]
    residents["gone"][named] = 1  # still named, and gone
    world.state.c["now"] += 480
    assert np.array_equal(observe(world).registered, expected)

    world.state.c["now"] += 1440
    assert np.array_equal(observe(world).registered, np.bincount(residents["home"][named], minlength=200))


def test_observing_leaves_the_world_writable(world):
    seen = observe(world)
    state = world.state

    for array in (state.segments, state.officers, state.disputes, state.neighbours, state.neighbours_start):
        assert array.flags.writeable
    state.segments["dwellings"] = 99
    state.officers["cell"] = 7
    assert seen.brief.dwellings.max() < 99
    assert seen.cell.max() == -1


def test_what_is_shown_cannot_be_written_to(world):
    seen = observe(world)

    for array in (seen.registered, seen.record.segment, seen.brief.neighbours, seen.on_duty, seen.cell):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_city_is_described_once(world):
    assert observe(world).brief is observe(world).brief
    told = brief(world)
    assert told.n_segments == 200
    assert told.shift_min == 480.0
    streets, base = world.city.streets, world.state.officers["base"]
    assert np.all((streets.segment_from[told.base] == base) | (streets.segment_to[told.base] == base))
    assert np.array_equal(told.segment_x, world.city.streets.midpoint_x)


@pytest.mark.parametrize(
    ("start", "day", "weekday"), [(date(2014, 1, 1), 0, 2), (date(2014, 1, 1), 5, 0), (date(2024, 2, 26), 7, 0)]
)
def test_the_weekday_follows_the_calendar(start, day, weekday):
    seen = observe(make_world(start=start, day=day, shift=2))

    assert seen.weekday == weekday
    assert seen.week_began == (day - weekday) * DAY


def test_counts_keep_to_period_type_and_place(world):
    seen = observe(world)
    record = seen.record
    chosen = (record.t >= seen.now - 14 * DAY) & np.isin(record.type, [0, 2])

    assert np.array_equal(
        seen.counts(weeks=2, types=(0, 2)), np.bincount(record.segment[chosen], minlength=seen.brief.n_segments)
    )
    assert seen.counts(weeks=52).sum() == len(record.t)


def test_a_map_until_monday_stays_the_same_all_week():
    world = make_world(day=90, n_incidents=2000, start=date(2014, 1, 6))
    maps = []
    for day in range(70, 84):
        world.state.c["now"] = day * DAY + 480
        seen = observe(world)
        maps.append(tuple(seen.hottest(0.1, weeks=8, until=seen.week_began)))

    assert len(set(maps[:7])) == 1
    assert len(set(maps[7:])) == 1
    assert maps[0] != maps[7]
    assert len(maps[0]) == 20


def test_what_was_recorded_after_monday_is_not_on_its_map():
    seen = example_observation(1, day=73)
    record = seen.record
    recorded_later = (record.t < seen.week_began) & (record.t_recorded > seen.week_began)

    assert recorded_later.any()
    n_before = ((record.t >= seen.week_began - 56 * DAY) & (record.t_recorded <= seen.week_began)).sum()
    assert seen.counts(weeks=8, until=seen.week_began).sum() == n_before


def test_the_hottest_come_first_and_none_without_an_incident():
    seen = example_observation(2, n_segments=200, n_incidents=60)
    counts, hot = seen.counts(weeks=8), seen.hottest(1.0, weeks=8)

    assert np.all(np.diff(counts[hot]) <= 0)
    assert set(hot) == set(np.flatnonzero(counts))
    assert len(seen.hottest(0.05, weeks=8)) == 10


def test_ties_go_to_the_segment_with_the_more_recent_incident():
    seen = example_observation(2, n_incidents=60)
    counts, hot = seen.counts(weeks=8), seen.hottest(1.0, weeks=8)
    last = [seen.record.t[seen.record.segment == s].max() for s in hot]

    assert all(last[i] > last[i + 1] for i in range(len(hot) - 1) if counts[hot[i]] == counts[hot[i + 1]])
