"""What is watched is the run itself: any hour can be gone back to, a branch is the same up to it, a story is of it."""

from dataclasses import replace

import numpy as np
import pytest
from small_page import ask_town, load_town

from sim.engine import simulate
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.web import stories
from sim.web.binary import read_head
from sim.web.checkpoints import prune
from sim.web.question import SIDES, Asked, branched
from sim.web.strips import SCALES
from sim.web.watching import Wanted, WatchedRun, make_strips, watched_run
from sim.world import build_city

FEW_WALKERS = 20


def want(asked, side, hour, root, n=1):
    policy = asked.strategies[SIDES.index(side)].policy
    return Wanted(asked.id, side, asked.scenario(side), policy, hour, n, FEW_WALKERS, root, 1 << 30)


def arrays(strip, n_segments):
    head, at = read_head(strip)
    t, n, m = head["n_ticks"], head["n_officers"], head["n_walkers"]
    shapes = [
        ("segment", "<i4", (t, n)), ("along", "u1", (t, n)), ("activity", "u1", (t, n)), ("kind", "u1", (n,)),
        ("walker", "<u4", (m,)), ("walker_segment", "<i4", (t, m)), ("walker_along", "u1", (t, m)),
        *((name, "u1", (n_segments,)) for name in SCALES), ("on_foot", "u1", (m,)),
    ]  # fmt: skip
    read = {}
    for name, kind, shape in shapes:
        count = int(np.prod(shape))
        read[name] = np.frombuffer(strip, kind, count, at).reshape(shape)
        at += -(-count * np.dtype(kind).itemsize // 4) * 4
    assert at == len(strip)
    return head, read


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("watched")


def test_an_hour_is_the_same_whichever_way_one_comes_to_it(root):
    asked = ask_town()
    straight = dict(make_strips(want(asked, "instead", 0, root, n=24 * 6)))
    watched_run.cache_clear()
    back = dict(make_strips(want(asked, "instead", 100, root)))  # from a checkpoint, in a world of its own
    earlier = dict(make_strips(want(asked, "instead", 30, root)))
    assert back[100] == straight[100]
    assert earlier[30] == straight[30]


def test_what_is_watched_is_the_run(root):
    asked = ask_town()
    run = WatchedRun(asked.scenario("today"), make_policy("reactive"), 1, root / "own")
    rows = []
    for shift in range(18):
        run.put_before(shift)
        rows.append(run.run_shift(watch=True)[0]["offences"])
    whole = simulate(asked.scenario("today"), make_policy("reactive"), 1).tables["offences"]
    assert np.concatenate(rows)["cause"].tolist() == whole["cause"].tolist()


def test_a_strip_holds_what_the_readme_says(root):
    asked = ask_town()
    strips = dict(make_strips(want(asked, "today", 32, root, n=16)))
    n = 0
    for hour, strip in strips.items():
        head, seen = arrays(strip, len_of_town())
        assert (head["hour"], head["n_ticks"], head["tick_min"]) == (hour, 12, 5)
        for name in ("segment", "walker_segment"):
            assert seen[name].min(initial=-1) >= -1
            assert seen[name].max(initial=-1) < len_of_town()
        assert head["n_walkers"] <= FEW_WALKERS
        n += head["n_walkers"]
        for call in head["events"]["calls"]:
            assert call["minute"] < 60 * (hour + 1)
            assert call["ended"] is None or call["ended"] >= 60 * hour
        assert all(24 * 60 <= one["minute"] < 60 * (hour + 1) for one in head["events"]["offences"])
    assert n > 0
    moving = [arrays(strip, len_of_town())[1]["along"] for strip in strips.values()]
    assert len(np.unique(np.concatenate(moving))) > 20  # officers on the way are somewhere along their street


def len_of_town():
    return build_city(load_town("")).streets.n_segments


def test_both_sides_have_the_same_people_and_luck(root):
    asked = ask_town()
    today, instead = (dict(make_strips(want(asked, side, 8, root)))[9] for side in SIDES)
    a, b = (arrays(strip, len_of_town())[1] for strip in (today, instead))
    assert a["walker"].tolist() == b["walker"].tolist()


def test_a_branch_is_the_same_to_the_byte_up_to_its_hour(root):
    first = ask_town()
    second = Asked(branched(first, "today", 48, [{"key": "neighbourhood"}]), load_town)
    before = replace(want(first, "today", 24, root), n=24)
    after = replace(want(second, "instead", 24, root), n=24, id=first.id, side="today")
    assert make_strips(after) == make_strips(before)
    later = make_strips(replace(after, hour=48)), make_strips(replace(before, hour=48))
    assert later[0] != later[1]


def test_a_torn_checkpoint_costs_time_and_nothing_else(root, tmp_path):
    asked = ask_town()
    whole = make_strips(want(asked, "today", 130, tmp_path))
    for file in tmp_path.glob("*/shift-*.npz"):
        file.write_bytes(file.read_bytes()[:1000])
    watched_run.cache_clear()
    assert make_strips(want(asked, "today", 130, tmp_path)) == whole


def test_checkpoints_have_a_bound(root, tmp_path):
    make_strips(want(ask_town(), "today", 130, tmp_path))
    assert list(tmp_path.glob("*/shift-*.npz"))
    prune(tmp_path, 0)
    assert not list(tmp_path.glob("*/shift-*.npz"))


def test_an_hour_beyond_the_run_is_refused(root):
    with pytest.raises(InputError, match="between 0 and 143"):
        make_strips(want(ask_town(), "today", 144, root))


def tell(root, kind, row, begin=2 * 1440.0):
    asked = ask_town()
    return stories.tell_story(
        stories.Wanted(asked.scenario("today"), asked.strategies[0].policy, root, kind, row, begin)
    )


def test_a_call_is_told_from_the_ledger_in_both_languages(root):
    heads = [read_head(strip)[0] for _, strip in make_strips(want(ask_town(), "today", 48, root, n=24))]
    calls = [one for head in heads for one in head["events"]["calls"]]
    call = next(one for one in calls if one["answered"] and 2880 < one["minute"] < one["ended"] < 4320)
    told = tell(root, "call", call["row"])
    assert [line["minute"] for line in told["lines"]] == sorted(line["minute"] for line in told["lines"])
    assert told["lines"][-1]["minute"] == pytest.approx(call["ended"], abs=0.1)
    assert set(told["title"]) == {"en", "zh"}


@pytest.mark.parametrize("kind", ["officer", "resident", "segment"])
def test_everybody_and_every_street_has_a_story(root, kind):
    told = tell(root, kind, "3")
    assert told["title"]["en"] != told["title"]["zh"]


@pytest.mark.parametrize(("kind", "row"), [("segment", "999"), ("officer", "-1"), ("call", "12"), ("file", "1")])
def test_what_is_not_there_has_none(root, kind, row):
    with pytest.raises(InputError):
        tell(root, kind, row)
