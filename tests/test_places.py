"""The scenarios of the package: what they say, where it comes from, and that they run."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from accounts import Account, account, check_account, check_orders
from small_force import FEW

from sim.agents.tables import AWAY, NEVER
from sim.city.land_use import City
from sim.cli import main
from sim.command import look_at_calendar, take_command
from sim.engine import run_shifts, simulate
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.ledger.run_folder import read_manifest
from sim.policies.contract.registry import make_policy, policy_names
from sim.scenarios.scenario import Scenario, load_scenario, scenario_names
from sim.scenarios.sources import load_sources
from sim.world import build_city, build_world

FOLDER = Path(__file__).parents[1] / "sim/scenarios"
HISTORIES = [name for name in scenario_names() if name.startswith("zhengzhou_")]
PLACES = [name for name in scenario_names() if name not in HISTORIES]
UNSOURCED = {"like", "name", "title", "start", "n_days", "policy", "compare", "parameter", "why"} | {
    "streets",
    "stands_for",
    "part",
}
"""What is chosen and not known: names, dates of a run, strategies, kinds of street. `part` follows from the scale."""


def small(name: str, n_residents: int = 1000, **changes) -> Scenario:
    """Bring a scenario to few people who call often."""
    scenario = load_scenario(name)
    scale = min(scenario.people.n_residents * scenario.people.residents_per_agent / n_residents, 10_000.0)
    return scenario.at_scale(scale).replace({"n_days": 3, "demand.other_calls": 5000.0} | changes)


def unsourced(text: str) -> list[str]:
    """List the lines that set something with no source key beside them or in the comment above."""
    known, keys, found, inside = set(load_sources()), set(), [], False
    fresh = True
    for line in text.splitlines():
        named = set(re.findall(r"\[([a-z_0-9]+)\]", line.partition("#")[2])) & known
        if line.startswith("#"):
            keys = named if fresh else keys | named
            fresh = False
            continue
        fresh = True
        inside = line.startswith("[[timeline]]") or (inside and not line.startswith("["))
        if not line.strip():
            keys = set()
            inside = False
        elif "=" in line and line.split("=")[0].strip() not in UNSOURCED and not (named | keys):
            found.append(line)
    return found


def test_there_are_scenarios_and_other_histories():
    assert len(HISTORIES) == 5
    assert set(PLACES) >= {
        "new_haven", "zhengzhou", "urban_village", "exeter", "new_york_precinct", "fengqiao_town", "huangpu",
        "dense_posts",
    }  # fmt: skip


@pytest.mark.parametrize("name", scenario_names())
def test_whatever_a_scenario_sets_has_a_source(name):
    assert unsourced((FOLDER / f"{name}.toml").read_text(encoding="utf-8")) == []


def test_a_number_without_a_source_is_noticed():
    assert unsourced("# some [prior]\na = 1\nb = 2\n\nc = 3\nd = 4  # [acs]\n# [nobody]\ne = 5") == ["c = 3", "e = 5"]


LATE_TO_BEGIN = {"problem_oriented": 100, "partnership": 245}
"""Days of a run that shows a strategy at work which looks at a quarter's record and prepares first; others have ten."""


@cache
def town(name: str) -> tuple[Scenario, City]:
    """Bring a scenario to a few people who offend often, so that maps have something to show within ten days."""
    often = {"offending.searches_per_year": 300.0, "offending.share_offending": 0.15}
    scenario = small(name, **often)
    return scenario, build_city(scenario)


@cache
def account_of(name: str, policy: str, n_days: int = 10, start: date | None = None) -> Account:
    scenario, city = town(name)
    scenario = scenario.replace({"n_days": n_days, "start": start or scenario.start})
    world = build_world(scenario, 1, city)
    found = account(world, make_policy(policy))
    assert world.state.c["n_calls_lost"][0] == 0
    return found


def sworn(found: Account) -> set[tuple[float, int]]:
    return {(end, key) for end, key in found.started if key not in found.hired}


def check_run(name: str, policy: str, start: date | None = None) -> Account:
    """Hold a run to its end, its orders to the shifts, and its minutes to those of the force under random patrol."""
    n_days = LATE_TO_BEGIN.get(policy, 10)
    found, usual = (account_of(name, spec, n_days, start) for spec in (policy, "reactive"))
    days = found.ledger["days"]
    assert len(days) == n_days
    assert days["n_calls"].sum() > 0
    check_account(found)
    check_orders(found)
    assert sworn(found) == sworn(usual)
    return found


@pytest.mark.parametrize("policy", policy_names())
@pytest.mark.parametrize("name", PLACES)
def test_a_place_runs_under_every_strategy_within_the_budget_to_the_minute(name, policy):
    check_run(name, policy)


USUAL_KINDS = {"patrol", "desk"}
OFTEN = {
    "meetings": "meetings(residents_a_meeting=100, every_days=7)",
    "wardens": "wardens(pairs=5, start_h=16)",
}
"""Strategies that would order something once in a quarter in places so small, or have nobody there to order."""
NOTHING_TO_ORDER = {"citizen_patrol", "known_offenders"}
"""Volunteers take no orders, and within three days nobody is on file; both are played out in tests of their own."""


def kinds_of(found: Account) -> list[str]:
    """Name the kinds of task that were carried out."""
    return sorted(frame_of("orders", found.ledger["orders"])["kind"].unique())


@pytest.mark.parametrize("policy", sorted(set(policy_names()) - NOTHING_TO_ORDER - {"reactive"}))
def test_every_strategy_has_orders_of_its_own_carried_out_in_some_place(policy):
    """Without this, a strategy that gives no orders would keep its budget everywhere."""
    assert all(set(kinds_of(account_of(name, "reactive"))) <= USUAL_KINDS for name in PLACES)
    assert any(set(kinds_of(check_run(name, OFTEN.get(policy, policy)))) - USUAL_KINDS for name in PLACES)


UNDER_HISTORIES = dict(zip(HISTORIES, ("hotspot", "mediation", "reform", "posts", "problem_oriented"), strict=True))


@pytest.mark.parametrize(("name", "policy"), UNDER_HISTORIES.items())
def test_another_history_runs_under_a_strategy_within_the_budget(name, policy):
    check_run(name, policy, date(2014, 9, 26))


@pytest.mark.parametrize("name", ["zhengzhou", *HISTORIES])
def test_a_history_of_zhengzhou_runs_over_its_own_turn(name):
    scenario = small(name, 3000, start=date(2014, 9, 29))
    policy = make_policy(scenario.policy)
    n_employed = [
        np.count_nonzero(world.state.officers["employed"] & world.state.officers["hired"])
        for world in [build_world(scenario, 1)]
        for _ in run_shifts(world, policy)
    ]
    hires = name in {"zhengzhou", "zhengzhou_true_rise", "zhengzhou_auxiliaries_no_grids"}
    assert n_employed == ([0] * 6 + [1] * 3 if hires else [0] * 9)


def test_all_strategies_that_scenarios_name_can_be_made():
    for name in scenario_names():
        scenario = load_scenario(name)
        for spec in (scenario.policy, *scenario.compare):
            assert make_policy(spec).name


def test_the_recording_reform_has_the_ratios_of_the_published_years():
    change = next(c for c in load_scenario("zhengzhou").timeline if c.parameter == "reporting.record_share")
    mean = {}
    for year, n_days in ((2013, 365), (2014, 365), (2015, 365)):
        days = [date(year, 1, 1) + timedelta(days=i) for i in range(n_days)]
        mean[year] = float(np.mean([change.value_on(day) for day in days]))
    assert mean[2014] / mean[2013] == pytest.approx(44.7 / 25.2, rel=0.01)
    assert mean[2015] / mean[2013] == pytest.approx(57.7 / 25.2, rel=0.01)


def test_a_timeline_is_in_force_on_its_dates():
    world = build_world(small("zhengzhou", n_days=2557), 1)
    policy = make_policy("reactive")
    take_command(world, policy)
    found = {}
    for day in (date(2012, 1, 1), date(2014, 5, 27), date(2015, 1, 1), date(2017, 4, 1)):
        look_at_calendar(world, policy, 3 * (day - date(2012, 1, 1)).days)
        found[day] = (float(world.state.p["record_share"][0, 2]), float(world.state.p["level"][0]))
    assert found[date(2012, 1, 1)] == (0.393, 1.0)
    assert found[date(2014, 5, 27)] == (pytest.approx(0.393 + 0.507 * 146 / 291), 1.0)
    assert found[date(2015, 1, 1)] == (0.9, 1.0)
    assert found[date(2017, 4, 1)] == (0.9, pytest.approx(0.9125, abs=0.001))


CITY = {"city.streets": "grid", "city.n_segments": 100, "force.n_districts": 2} | FEW
BUSY = CITY | {"people.n_residents": 3000, "offending.searches_per_year": 1000.0, "offending.share_offending": 0.15}


def test_a_recording_reform_doubles_the_record_while_true_crime_stands_still():
    scenario = Scenario().replace(BUSY | {"n_days": 120, "start": date(2014, 1, 1)})
    reform = {"parameter": "reporting.record_share", "at": [date(2014, 3, 2)], "values": [0.9]}
    step = reform | {"at": [date(2014, 1, 1), date(2014, 3, 2)], "values": [0.393, 0.9], "between": "step"}
    with_it, without = (
        simulate(scenario.replace({"timeline": [change]}), make_policy("reactive"), 1).tables["days"]
        for change in (step, reform)
    )
    true, kept = (
        np.array([days[[c for c in days if c.startswith(start)]].sum(axis=1) for days in (with_it, without)])
        for start in ("n_offences_", "n_recorded_")
    )
    assert true.sum() > 8000  # some 1,300 records before the reform: a tenth is three standard errors
    assert (true[0] == true[1]).all()
    assert kept[0, :60].sum() == pytest.approx(kept[1, :60].sum() * 0.393 / 0.9, rel=0.1)
    assert kept[0, 61:].sum() == pytest.approx(kept[1, 61:].sum(), rel=0.05)
    assert kept[0, 61:].sum() / true[0, 61:].sum() > 2.0 * kept[0, :59].sum() / true[0, :59].sum()


GROWING = CITY | {
    "people.n_residents": 3000, "people.share_renting": 1.0, "migrants.share_of_residents": 0.4,
    "migrants.share_at_start": 0.25, "migrants.fill_years": 40 / 365.25, "migrants.mean_stay_days": 36_000.0,
    "n_days": 45,
}  # fmt: skip


def test_rooms_that_are_empty_at_first_fill_evenly_until_all_are_let():
    world = build_world(Scenario().replace(GROWING), 1)
    rooms = world.state.residents["migrant"] == 1
    present = world.state.residents["present"]
    assert present[~rooms].all()
    assert not (world.state.residents["registered"].astype(bool) & (present == 0)).any()
    assert world.state.c["n_at_home"][0] == present.sum() == world.state.crowds["n_home"].sum()
    assert (world.state.where[present == 0] == AWAY).all()
    share = {0: present[rooms].mean()}
    for shift, _ in run_shifts(world, make_policy("reactive")):
        if shift % 3 == 0:
            share[shift // 3] = present[rooms].mean()
    tolerance = 3.0 * np.sqrt(0.25 / rooms.sum())
    assert share[0] == pytest.approx(0.25, abs=tolerance)
    assert share[10] == pytest.approx(0.25 + 0.75 * 10 / 40, abs=tolerance)
    assert share[20] == pytest.approx(0.25 + 0.75 * 20 / 40, abs=tolerance)
    assert share[45] > 0.99
    assert rooms.mean() == pytest.approx(0.4, abs=0.03)


def test_where_all_rooms_are_let_at_the_start_the_years_of_filling_change_nothing():
    one, other = (
        build_world(Scenario().replace(CITY | {"people.n_residents": 500, "migrants.fill_years": years}), 1).state
        for years in (1.0, 9.0)
    )
    assert (one.residents == other.residents).all()
    assert one.residents["present"].all()
    assert (one.residents["leaves"][one.residents["migrant"] == 0] >= NEVER * 0.99).all()


def test_a_scale_keeps_the_density_of_people_officers_homes_and_streets():
    whole = load_scenario("zhengzhou").at_scale(10.0)
    piece = load_scenario("zhengzhou").at_scale(200.0)
    for scenario, factor in ((whole, 10.0), (piece, 0.5)):
        assert scenario.people.n_residents == 103_200 * factor
        assert scenario.force.n_response == 48 * factor
        assert scenario.city.n_segments == 800 * factor
        assert scenario.city.part == pytest.approx(0.01 * factor)
    assert piece.force.n_districts == 1
    assert (piece.force.n_auxiliary, piece.migrants) == (0, whole.migrants)
    homes = [build_city(s).land_use.dwellings.sum() / s.people.n_residents for s in (piece, load_scenario("zhengzhou"))]
    assert homes[0] == pytest.approx(homes[1], rel=0.01)
    assert load_scenario("zhengzhou").at_scale(100.0) == load_scenario("zhengzhou")


def test_a_scale_never_grows_more_streets_than_the_place_has_and_leaves_real_ones():
    precinct = load_scenario("new_york_precinct").at_scale(1.0)
    assert (precinct.city.n_segments, precinct.city.part, precinct.people.n_residents) == (800, 1.0, 100_000)
    real = load_scenario("new_haven").at_scale(130.0)
    assert (real.people.n_residents, real.force.n_response, real.force.n_districts) == (1000, 2, 10)
    assert build_city(real).streets.n_segments == 3457
    tiny = load_scenario("zhengzhou").at_scale(10_000.0)
    assert (tiny.city.n_segments, tiny.force.n_foot) == (20, 1)
    assert tiny.city.part == pytest.approx(0.01 * 20 / 800)


def test_a_file_stands_upon_another_one(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'like = "zhengzhou_true_rise"\nname = "mine"\n[reporting.record_share]\ntheft = 0.5\n'
    )
    (tmp_path / "again.toml").write_text('like = "mine.toml"\nname = "again"\ntimeline = []\n')
    under, mine = load_scenario("zhengzhou_true_rise"), load_scenario(str(tmp_path / "mine.toml"))
    assert mine.force == load_scenario("zhengzhou").force
    assert mine.timeline == under.timeline != load_scenario("zhengzhou").timeline
    assert (mine.reporting.record_share.theft, mine.reporting.record_share.robbery) == (0.5, 0.9)
    again = load_scenario(str(tmp_path / "again.toml"))
    assert (again.timeline, again.reporting) == ((), mine.reporting)


def test_a_file_that_stands_upon_itself_or_nothing_is_refused(tmp_path):
    (tmp_path / "self.toml").write_text('like = "self.toml"\n')
    (tmp_path / "lost.toml").write_text('like = "nowhere"\n')
    with pytest.raises(InputError, match=r"like must name a scenario .* that is not like this one"):
        load_scenario(str(tmp_path / "self.toml"))
    with pytest.raises(InputError, match=r"one of .*new_haven.*got 'nowhere'"):
        load_scenario(str(tmp_path / "lost.toml"))


LABEL = "ynthetic streets stand in for Zhengzhou"


def test_a_stand_in_says_so_in_the_manifest_the_map_the_table_and_the_scenario(tmp_path, capsys):
    assert (
        main(["run", "zhengzhou_recording_only", "--scale", "10000", "--days", "2", "--out", str(tmp_path / "run")])
        == 0
    )
    assert LABEL in capsys.readouterr().out
    manifest = read_manifest(tmp_path / "run")
    assert LABEL in manifest["label"]
    assert LABEL in manifest["attribution"]
    assert manifest["scale"]["residents_per_agent"] == 10_000
    assert manifest["scale"]["residents"] == pytest.approx(10_320_000, rel=0.01)
    assert manifest["inputs"]["policy"]["name"] == "reactive"
    assert main(["plot", str(tmp_path / "run")]) == 0
    assert LABEL in (tmp_path / "run/pictures/map_offences.svg").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["scenario", "show", "zhengzhou"]) == 0
    shown = capsys.readouterr().out
    assert f"# S{LABEL}" in shown
    (tmp_path / "shown.toml").write_text(shown, encoding="utf-8")
    assert load_scenario(str(tmp_path / "shown.toml")) == load_scenario("zhengzhou")


def test_a_comparison_on_a_stand_in_says_so_and_takes_the_strategies_of_the_scenario(tmp_path, capsys):
    words = [
        "compare",
        "fengqiao_town",
        "--scale",
        "200",
        "--days",
        "2",
        "--seeds",
        "1",
        "--workers",
        "1",
        "--no-plots",
    ]
    assert main([*words, "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "Synthetic streets stand in for a town of the kind of Fengqiao" in told
    assert "baseline: reactive" in told
    assert sorted(path.name for path in tmp_path.glob("*-seed1")) == ["mediation-seed1", "reactive-seed1"]
    assert "Synthetic streets stand in for" in (tmp_path / "compare.md").read_text(encoding="utf-8")
    assert "合成街道" in (tmp_path / "compare.zh.md").read_text(encoding="utf-8")


def test_real_streets_carry_no_such_label():
    scenario = load_scenario("zhengzhou").replace({"city.streets": "new_haven"})
    assert scenario.stand_in == ""
    assert "stand in" not in build_city(scenario.replace({"city.streets": "new_haven"})).streets.attribution
    assert load_scenario("new_haven").stand_in == ""


def test_scale_and_what_it_would_overrule_are_refused_and_a_lonely_change_of_people_is_told(capsys):
    assert main(["scenario", "show", "exeter", "--scale", "10", "--set", "people.n_residents=5"]) == 2
    assert "say the same thing" in capsys.readouterr().err
    assert main(["scenario", "show", "exeter", "--scale", "0"]) == 2
    assert "--scale must lie between" in capsys.readouterr().err
    assert main(["scenario", "show", "exeter", "--set", "people.n_residents=5000"]) == 0
    assert "--scale 24.8 brings residents and force" in capsys.readouterr().err
    assert main(["scenario", "show", "exeter", "--set", "people.n_residents=119000"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["scenario", "show", "exeter", "--scale", "62", "--set", "force.n_response=7"]) == 0
    told = capsys.readouterr()
    assert "n_response = 7" in told.out
    assert "n_residents = 2000" in told.out
    assert "brings residents and force" not in told.err
    assert "7 response officers answer all calls" in told.err
