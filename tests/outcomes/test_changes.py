"""What changed between two runs: every offence once, totals that add up, and a case of each class by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street_grid import make_grid

from sim.errors import InputError
from sim.outcomes import changes as module
from sim.outcomes.changes import CLASSES, count_changes, list_changes
from sim.outcomes.changes_pairs import WINDOWS_DAYS, estimate_tables, vary_window
from sim.outcomes.changes_places import (
    BY_PLACE,
    find_treated,
    measure_extra_police,
    tabulate_ring_changes,
    tabulate_segments,
)
from sim.outcomes.displacement import find_rings
from sim.params import CRIMES

NET = make_grid(4)
DAY = 1440.0
COLUMNS = ("cause", "t", "type", "segment", "offender", "dispute", "n_turned")
BURGLARY, ROBBERY, THEFT, ASSAULT = range(4)


def table(*rows):
    """Make a table of offences: cause, day, and by name type, segment, offender, dispute, n_turned."""
    plain = {"type": THEFT, "segment": 0, "offender": 1, "dispute": 0, "n_turned": 0}
    filled = [{"cause": cause, "t": day * DAY} | plain | more for cause, day, more in rows]
    frame = pd.DataFrame(filled, columns=list(COLUMNS))
    return frame.astype({"cause": np.uint64, "dispute": np.uint64})


def classes(a, b, **settings):
    return list_changes(a, b, **settings)["class"].tolist()


@st.composite
def ledgers(draw):
    """Draw a table in which few causes, offenders, disputes and moments meet often."""
    causes = draw(st.lists(st.integers(0, 30), unique=True, max_size=25))
    rows = [
        (
            cause + 2**63,
            draw(st.integers(0, 60)) / 2,
            {
                "type": draw(st.integers(0, len(CRIMES) - 1)),
                "segment": draw(st.integers(0, NET.n_segments - 1)),
                "offender": draw(st.integers(-1, 3)),
                "dispute": draw(st.sampled_from([0, 0, 0, 2**63 + 1, 2**63 + 2])),
                "n_turned": draw(st.integers(0, 2)),
            },
        )
        for cause in causes
    ]
    return table(*rows)


windows = st.sampled_from([0.0, 0.5, 3.0, 14.0, 100.0])


def check_totals(a, b, changes):
    """Refuse changes in which an offence is missing or counted twice, over the city, by type and by place."""
    for side, ledger in (("a", a), ("b", b)):
        assert sorted(changes[f"cause_{side}"].dropna()) == sorted(ledger["cause"])
    counts = count_changes(changes)
    kept = counts["unchanged"] + counts["moved"] + counts["delayed"] + counts["advanced"]
    for side, ledger, rest in (
        ("a", a, counts["switched_from"] + counts["prevented"]),
        ("b", b, counts["switched_to"] + counts["caused"]),
    ):
        of_type = np.bincount(ledger["type"], minlength=len(CRIMES)).tolist()
        assert counts[f"n_{side}"].tolist() == [len(ledger), *of_type]
        assert (kept + rest).tolist() == [len(ledger), *of_type]
    assert counts["net"].tolist() == (counts["prevented"] - counts["caused"]).tolist()
    assert counts.loc["all", "net"] == len(a) - len(b)
    places = tabulate_segments(changes, NET.n_segments)
    for side, ledger, gone in (("a", a, ("moved_out", "prevented")), ("b", b, ("moved_in", "caused"))):
        of_segment = np.bincount(ledger["segment"], minlength=NET.n_segments).tolist()
        assert places[f"n_{side}"].tolist() == of_segment
        assert (places["stayed"] + places[gone[0]] + places[gone[1]]).tolist() == of_segment


@settings(deadline=None, max_examples=60)
@given(ledgers(), ledgers(), windows)
def test_every_offence_counts_once_and_totals_add_up(a, b, window):
    check_totals(a, b, list_changes(a, b, net=NET, window_days=window))


def match_with_reuse(lost, gained, window_days):
    """Match every lost offence with its nearest gained one, taken already or not: what the rule must not do."""
    pairs = []
    for row, one in lost.iterrows():
        others = gained[(gained["offender"] == one["offender"]) & (gained["dispute"] == one["dispute"])]
        apart = (others["t"] - one["t"]).abs()
        if len(apart) and apart.min() <= window_days * DAY:
            pairs.append((row, apart.idxmin()))
    return np.array(pairs, np.int64).reshape(-1, 2)


def test_matching_with_reuse_would_not_add_up(monkeypatch):
    a, b = table((1, 10, {}), (2, 11, {})), table((3, 12, {}))
    check_totals(a, b, list_changes(a, b))
    monkeypatch.setattr(module, "match_nearest", match_with_reuse)
    with pytest.raises(AssertionError):
        check_totals(a, b, list_changes(a, b))


@settings(deadline=None, max_examples=20)
@given(ledgers())
def test_equal_runs_are_unchanged(a):
    found = list_changes(a, a, net=NET)
    assert set(found["class"]) <= {"unchanged"}
    assert not found[["days", "metres"]].to_numpy().any()
    assert not found[["next_door", "turned"]].to_numpy().any()
    check_totals(a, a, found)


def test_the_other_way_round_prevented_is_caused_and_later_is_earlier():
    a = table((1, 10, {}), (2, 20, {}), (3, 30, {"offender": 2}))
    b = table((1, 10, {"segment": 3}), (4, 22, {}))
    swap = {"prevented": "caused", "delayed": "advanced"}
    assert classes(a, b) == ["moved", "delayed", "prevented"]
    assert classes(b, a) == [swap.get(name, name) for name in classes(a, b)]


HAND_MADE = {
    "the same": (table((1, 10, {})), table((1, 10, {})), ["unchanged"]),
    "the same cause elsewhere": (table((1, 10, {})), table((1, 10, {"segment": 5})), ["moved"]),
    "the same cause, other type": (table((1, 10, {})), table((1, 10, {"type": ROBBERY})), ["switched"]),
    "the same cause, other type and place": (
        table((1, 10, {})), table((1, 10, {"type": ROBBERY, "segment": 5})), ["switched"],
    ),
    "the same cause, put off": (table((1, 10, {})), table((1, 10.3, {"n_turned": 1})), ["delayed"]),
    "the same cause, sooner": (table((1, 40, {"n_turned": 1})), table((1, 10, {})), ["advanced"]),
    "the same cause, looked over for longer": (table((1, 10, {})), table((1, 10.04, {})), ["unchanged"]),
    "the same cause, put off and elsewhere": (table((1, 10, {})), table((1, 10.3, {"segment": 5})), ["moved"]),
    "later": (table((1, 10, {})), table((2, 23, {"segment": 5})), ["delayed"]),
    "earlier": (table((1, 10, {})), table((2, 8, {})), ["advanced"]),
    "another type": (table((1, 10, {})), table((2, 8, {"type": BURGLARY})), ["switched"]),
    "at the end of the window": (table((1, 10, {})), table((2, 24, {})), ["delayed"]),
    "beyond the window": (table((1, 10, {})), table((2, 24.001, {})), ["prevented", "caused"]),
    "another offender": (table((1, 10, {})), table((2, 11, {"offender": 2})), ["prevented", "caused"]),
    "nobody known": (
        table((1, 10, {"offender": -1})), table((2, 11, {"offender": -1})), ["prevented", "caused"],
    ),
    "the same dispute": (
        table((1, 10, {"offender": -1, "dispute": 7})), table((2, 12, {"offender": -1, "dispute": 7})), ["delayed"],
    ),
    "the same dispute, the other party": (
        table((1, 10, {"offender": 1, "dispute": 7})), table((2, 12, {"offender": -1, "dispute": 7})), ["delayed"],
    ),
    "another dispute": (
        table((1, 10, {"offender": -1, "dispute": 7})), table((2, 12, {"offender": -1, "dispute": 8})),
        ["prevented", "caused"],
    ),
    "blows and a search of the same person": (
        table((1, 10, {"dispute": 7})), table((2, 12, {})), ["prevented", "caused"],
    ),
    "nearest first, each once": (
        table((1, 10, {}), (2, 14, {})), table((3, 13, {})), ["prevented", "advanced"],
    ),
    "the other takes what is left": (
        table((1, 10, {}), (2, 14, {})), table((3, 13, {}), (4, 20, {})), ["delayed", "advanced"],
    ),
    "nothing at all": (table(), table(), []),
    "all gone": (table((1, 10, {})), table(), ["prevented"]),
    "all new": (table(), table((1, 10, {})), ["caused"]),
}  # fmt: skip


@pytest.mark.parametrize("case", HAND_MADE)
def test_a_case_of_each_class_by_hand(case):
    a, b, expected = HAND_MADE[case]
    assert classes(a, b) == expected
    check_totals(a, b, list_changes(a, b))


def test_every_class_has_a_case():
    assert {name for _, _, expected in HAND_MADE.values() for name in expected} == set(CLASSES)


def test_ties_go_by_cause():
    a, b = table((5, 10, {})), table((9, 11, {"segment": 1}), (8, 11, {"segment": 2}), (7, 9, {"segment": 3}))
    found = list_changes(a, b).set_index("cause_b")["class"]
    assert found.to_dict() == {7: "advanced", 8: "caused", 9: "caused"}


@settings(deadline=None, max_examples=25)
@given(ledgers(), ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(a, b, random):
    shuffled = [ledger.iloc[random.sample(range(len(ledger)), len(ledger))] for ledger in (a, b)]
    pd.testing.assert_frame_equal(list_changes(a, b, net=NET), list_changes(*shuffled, net=NET))


@settings(deadline=None, max_examples=15)
@given(ledgers(), ledgers())
def test_a_longer_window_only_adds_pairs(a, b):
    def pairs(window):
        found = list_changes(a, b, window_days=window)
        found = found[(found["cause_a"] != found["cause_b"]).fillna(value=False)]
        return set(zip(found["cause_a"], found["cause_b"], strict=True))

    assert pairs(0.5) <= pairs(3.0) <= pairs(14.0) <= pairs(100.0)


def renumber(net, new):
    """Number segments anew: segment s becomes new[s]."""
    old = np.argsort(new)
    per_segment = (
        "segment_from", "segment_to", "segment_length_m", "segment_speed_kmh", "segment_class", "drive_forward",
        "drive_backward", "walkable",
    )  # fmt: skip
    points = {name: getattr(net, name).reshape(-1, 2)[old].ravel() for name in ("geometry_x", "geometry_y")}
    return replace(net, **{name: getattr(net, name)[old] for name in per_segment}, **points)


@settings(deadline=None, max_examples=15)
@given(ledgers(), ledgers(), st.permutations(range(NET.n_segments)))
def test_numbering_segments_anew_changes_nothing_but_numbers(a, b, new):
    new = np.array(new)
    extra_min = np.arange(NET.n_segments) ** 2 % 7.0
    numbered = [ledger.assign(segment=new[ledger["segment"]]) for ledger in (a, b)]
    net = renumber(NET, new)
    first, second = list_changes(a, b, net=NET), list_changes(*numbered, net=net)
    places = ["segment_a", "segment_b"]
    pd.testing.assert_frame_equal(first.drop(columns=places), second.drop(columns=places))
    for place in places:
        known = first[place] >= 0
        assert new[first.loc[known, place]].tolist() == second.loc[known, place].tolist()
        assert (second.loc[~known, place] == -1).all()
    pd.testing.assert_frame_equal(count_changes(first), count_changes(second))

    tables = [tabulate_segments(found, NET.n_segments) for found in (first, second)]
    pd.testing.assert_frame_equal(tables[0], tables[1].loc[new].reset_index(drop=True).rename_axis("segment"))
    extra = [extra_min, extra_min[np.argsort(new)]]
    rings = [find_rings(at, find_treated(minutes, share=0.1)) for at, minutes in zip((NET, net), extra, strict=True)]
    sums = [tabulate_ring_changes(table, ring) for table, ring in zip(tables, rings, strict=True)]
    pd.testing.assert_frame_equal(*sums)


def test_moves_are_measured_along_the_streets():
    a = table(*((cause, 10 + cause, {"segment": 0}) for cause in range(1, 5)))
    b = table((1, 11, {"segment": 1, "n_turned": 1}), (2, 12, {"segment": 2}), (3, 13, {}), (4, 14, {"segment": 12}))
    found = list_changes(a, b, net=NET)
    assert found["metres"].tolist() == [100.0, 200.0, 0.0, 100.0]  # along the row; round the corner
    assert found["next_door"].tolist() == [True, False, False, True]
    assert found["turned"].tolist() == [True, False, False, False]
    counts = count_changes(found).loc["all"]
    assert counts[["moved", "moved_next_door", "moved_turned", "moved_m"]].tolist() == [3, 2, 1, 100.0]
    assert list_changes(a, b)["metres"].isna().tolist() == [True, True, False, True]


def test_words_and_codes_of_types_are_the_same():
    a, b = HAND_MADE["another type"][:2]
    words = [ledger.assign(type=[CRIMES[code] for code in ledger["type"]]) for ledger in (a, b)]
    pd.testing.assert_frame_equal(list_changes(a, b), list_changes(*words))
    assert list_changes(a, b)[["type_a", "type_b"]].to_numpy().tolist() == [["theft", "burglary"]]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda a: list_changes(a, a, window_days=-1), "0 days or more, got -1"),
        (lambda a: list_changes(a, a, window_days=float("nan")), "0 days or more, got nan"),
        (lambda a: list_changes(a, a.drop(columns="dispute")), "second table of offences .* lacks dispute"),
        (lambda a: list_changes(pd.concat([a, a]), a), "first table of offences must name each cause once"),
        (lambda a: find_treated(np.ones(4), share=0.0), "above 0 and at most at 1, got 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(act, expected):
    with pytest.raises(InputError, match=expected):
        act(table((1, 10, {})))


def test_treated_segments_are_those_where_police_minutes_rose_most():
    panels = [pd.DataFrame({"segment": [0, 1, 2, 3, 0], "police_min": minutes}) for minutes in
              ([5.0, 5, 5, 5, 5], [90.0, 6, 30, 5, 0])]  # fmt: skip
    extra = measure_extra_police(*panels, 5)
    assert extra.tolist() == [80, 1, 25, 0, 0]
    assert find_treated(extra, share=0.4).tolist() == [0, 2]
    assert find_treated(extra, share=1.0).tolist() == [0, 1, 2]  # no rise, no treatment
    assert find_treated(np.array([3.0, 5, 3, 1]), share=0.5).tolist() == [0, 1, 2]  # a tie lets both in
    assert find_treated(np.zeros(4)).tolist() == []


def test_rings_sum_the_segments():
    a = table((1, 10, {"segment": 0}), (2, 11, {"segment": 0}), (3, 12, {"segment": 11, "offender": 2}))
    b = table((2, 11, {"segment": 1}))
    places = tabulate_segments(list_changes(a, b), NET.n_segments)
    ring = find_rings(NET, np.array([0]), 1)
    found = tabulate_ring_changes(places, ring)
    assert found.index.tolist() == [0, 1, -1]
    assert found["n_segments"].tolist() == [1, int((ring == 1).sum()), int((ring == -1).sum())]
    assert found["prevented"].tolist() == [1, 0, 1]
    assert found["moved_out"].tolist() == [1, 0, 0]
    assert found["moved_in"].tolist() == [0, 1, 0]
    assert found[list(BY_PLACE)].sum().tolist() == places[list(BY_PLACE)].sum().tolist()
    nowhere = tabulate_ring_changes(places, find_rings(NET, np.array([], np.int64)))
    assert nowhere.index.tolist() == [-1]


def test_the_window_is_varied_and_chance_is_told():
    """Offences put off by five days are found from a week on; a shift of half a run leaves no such pair."""
    days = np.arange(40, 200, 40)
    a = table(*((2 * i + 1, day, {"offender": i}) for i, day in enumerate(days)), (100, 400, {"offender": 99}))
    b = table(*((2 * i + 2, day + 5, {"offender": i}) for i, day in enumerate(days)), (100, 400, {"offender": 99}))
    found = vary_window(a, b)
    assert found.index.tolist() == list(WINDOWS_DAYS)
    assert found["pairs"].tolist() == [0, 4, 4, 4]
    assert found["delayed"].tolist() == [0, 4, 4, 4]
    assert found["prevented"].tolist() == [4, 0, 0, 0]
    assert found["by_chance"].tolist() == [0, 0, 0, 0]


def test_chance_alone_makes_as_many_pairs_as_it_is_told_to():
    """Two ledgers of the same busy offenders that have nothing to do with each other."""
    rng = np.random.default_rng(4)

    def draw(first):
        return table(*((first + i, rng.uniform(0, 365), {"offender": rng.integers(20)}) for i in range(300)))

    found = vary_window(draw(0), draw(1000), windows_days=(14,)).loc[14]
    assert found["pairs"] > 100
    assert found["by_chance"] == pytest.approx(found["pairs"], rel=0.15)


def test_means_over_pairs_have_students_interval():
    tables = [pd.DataFrame({"n": [n, 2]}, index=pd.Index([0, -1], name="ring")) for n in (1, 2, 6)]
    found = estimate_tables([*tables, tables[0].iloc[1:]]).set_index(["ring", "column"])
    first, rest = found.loc[(0, "n")], found.loc[(-1, "n")]
    assert first["mean"] == pytest.approx(9 / 4)  # who lacks the ring has nothing in it
    half = 3.182446 * np.std([1, 2, 6, 0], ddof=1) / 2
    assert (first["low"], first["high"]) == pytest.approx((9 / 4 - half, 9 / 4 + half))
    assert rest[["mean", "low", "high", "n_pairs"]].tolist() == [2, 2, 2, 4]
