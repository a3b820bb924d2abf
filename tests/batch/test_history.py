"""Histories: their files, their runs, and whether what is said of them can be wrong."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import cpsim

from sim.batch.history.answer import answer, over_sets
from sim.batch.history.arms import Size, histories_of, make_worlds, marks_of, read_histories
from sim.batch.history.effects import balance_of_visits, effects_of, remembered_days, signs_over_sets
from sim.batch.history.figures import ACCOUNTED, COUNTED
from sim.batch.history.many import TWIN, Made, plan_runs
from sim.batch.history.once import run_by_month
from sim.batch.history.published import Published, read_published, read_sets
from sim.batch.history.verdicts import Collected, judge_pairs, verdict_of
from sim.engine import simulate
from sim.errors import InputError
from sim.report.history.picture import draw_years
from sim.report.history.text import describe_history
from sim.report.page import as_markdown
from sim.scenarios.sources import load_sources

HERE = Path(read_histories("zhengzhou")[1])
TOWN = """
scenario = "fengqiao_town"
districts = 8
published = "published.csv"
sets = "sets.csv"
[names]
grid = { en = "the grids", zh = "那些网格" }
[arms.grids]
name = { en = "grids come", zh = "实行网格" }
policy = "reactive until 2014-01-21 then grid"
[arms.as_before]
name = { en = "policed as ever", zh = "一直照旧" }
policy = "reactive"
[arms.record]
name = { en = "only the record", zh = "仅立案变化" }
policy = "reactive"
[[arms.record.timeline]]
parameter = "reporting.record_share"
at = [2014-01-11, 2014-01-21]
values = [0.3, 0.9]
why = "recording reform"
"""
SMALL = Size(scale=60.0, days=40)
COLLECTED = Collected(10_000, 12, 0.05)


@pytest.fixture
def town(tmp_path):
    (tmp_path / "town.toml").write_text(TOWN, encoding="utf-8")
    (tmp_path / "sets.csv").write_text("attitudes.unfair_satisfaction\n0.2\n2.8\n", encoding="utf-8")
    words = "figure,period,value,trusted,source\nrecorded,2013,300,0.1,a book\nrecorded,2014,310,0.1,a book\n"
    (tmp_path / "published.csv").write_text(words, encoding="utf-8")
    return tmp_path / "town.toml"


# Files


def test_the_histories_of_the_package_have_names_and_sources_and_share_what_is_the_same_run():
    histories, folder = read_histories("zhengzhou")
    published = read_published(folder / histories.published)
    assert {one.source for one in published} <= set(load_sources())
    worlds = make_worlds(histories, folder, Size(scale=1000.0))
    points, _ = read_sets(None, worlds)
    assert len(worlds) == 6
    # Three of the four histories with a reform are, without it, the decline without grids.
    assert len(plan_runs(worlds, points, (1,))) == 7
    marks = marks_of(histories, worlds["as_told"])
    assert [mark.begin for mark in marks] == [date(2014, 1, 1), date(2014, 10, 1), date(2015, 7, 1)]
    sets, weights = read_sets(folder / histories.sets, worlds)
    assert sum(weights) == pytest.approx(1.0)
    assert len(plan_runs(worlds, sets, (1, 2))) == 7 * len(sets) * 2


def test_histories_are_made_of_what_changes_in_a_scenario():
    histories = histories_of("zhengzhou")
    worlds = make_worlds(histories, Path(), Size())
    held = worlds["without_recording_reform"].scenario
    change = next(one for one in held.timeline if one.parameter == "reporting.record_share")
    assert change.value_on(date(2012, 1, 1)) == change.value_on(date(2018, 1, 1)) == 0.393
    assert worlds["without_reform"].reformed_on is None
    assert worlds["as_written"].reformed_on == date(2014, 10, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[arms.as_before]", "[arms.AsBefore]", "lower-case letters"),
        ("policed as ever", "grids come", "tell the arms apart"),
        ('policy = "reactive"\n[[', 'policyy = "reactive"\n[[', "policyy"),
        ("districts = 8", "districts = 2", "districts"),
        ("reporting.record_share", "reporting.recrd_share", "a timeline can change"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(old, new, words, town, capsys):
    town.write_text(TOWN.replace(old, new, 1), encoding="utf-8")
    assert cpsim("history", town, "--scale", 60, "--days", 40) == 2
    told = capsys.readouterr().err.strip()
    assert words in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("history new_haven", "a timeline, or with a strategy that comes in at a date"),
        ("history zhengzo", "did you mean 'zhengzhou'?"),
        ("history zhengzhou --days 60", "a switch must lie after"),
        ("history zhengzhou --parameters nowhere.csv", "must be a file that exists"),
        ("history zhengzhou --seeds x", "--seeds"),
        ("history zhengzhou --spread 1.5", "--spread"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(line, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cpsim(*line.split()) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("recordd,2014,1,0.1,x", "line 2: figure must be one of"),
        ("recorded,14,1,0.1,x", "line 2: period must be"),
        ("recorded,2014,-1,0.1,x", "line 2: value must be"),
        ("recorded,2014,1,0,x", "line 2: trusted must be"),
        ("recorded,2014,1,0.1,x\nrecorded,2014,2,0.1,x", "twice"),
    ],
)
def test_a_published_figure_that_does_not_fit_is_named_by_its_line(row, words, tmp_path):
    file = tmp_path / "published.csv"
    file.write_text(f"figure,period,value,trusted,source\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_published(file)


def test_a_set_of_what_a_timeline_changes_would_move_nothing(tmp_path):
    file = tmp_path / "sets.csv"
    file.write_text("reporting.record_share\n0.5\n", encoding="utf-8")
    histories, folder = read_histories("zhengzhou")
    with pytest.raises(InputError, match="no parameter that a timeline changes"):
        read_sets(file, make_worlds(histories, folder, Size()))


def test_a_copy_can_be_changed_and_is_never_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cpsim("history", "zhengzhou", "--copy", "mine.toml") == 0
    assert cpsim("history", "zhengzhou", "--copy", "mine.toml") == 2
    histories, folder = read_histories("mine.toml")
    assert list(histories.arms) == list(read_histories("zhengzhou")[0].arms)
    assert len(read_published(folder / histories.published)) == 13
    assert cpsim("history", "mine.toml", "--dry-run") == 0


# Runs


def test_months_count_what_the_same_run_counts_and_the_survey_changes_nothing(town):
    histories, folder = read_histories(str(town))
    world = make_worlds(histories, folder, SMALL)["grids"]
    months = pd.DataFrame(run_by_month(world, 1))
    run = simulate(world.scenario, world.policy, 1)
    days = run.tables["days"]
    assert months["month"].tolist() == ["2014-01", "2014-02"]
    assert months["days"].tolist() == [31, 9]
    assert months["recorded"].sum() == sum(
        days[f"n_recorded_{crime}"].sum() for crime in ("burglary", "robbery", "theft", "assault")
    )
    rung = (run.tables["calls"]["kind"] != "invalid").sum() + days["n_telephone"].sum()
    assert days["n_telephone"].sum() > 0
    assert months["calls_real"].sum() == rung * world.scenario.people.residents_per_agent
    assert months["satisfaction_days"].sum() == pytest.approx(days["satisfaction"].sum())
    assert months["safe"].between(0, 100).all()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Run the histories of the town with one worker, and again with two after some files were lost or damaged."""
    here = tmp_path_factory.mktemp("town")
    file = here / "town.toml"
    file.write_text(TOWN.replace('published = "published.csv"\n', ""), encoding="utf-8")
    line = ("history", file, "--scale", 60, "--days", 40, "--seeds", 2)
    assert cpsim(*line, "--workers", 1, "--out", here / "one") == 0
    assert cpsim(*line, "--workers", 2, "--no-plots", "--out", here / "two") == 0
    return here, line


def test_the_number_of_workers_moves_no_byte(told):
    here, _ = told
    one, two = (
        {file.relative_to(here / name): file.read_bytes() for file in (here / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert len(list((here / "one/runs").glob("*.json"))) == 3 * 2
    assert {name: content for name, content in one.items() if name.suffix not in {".png", ".svg"}} == two


def test_lost_and_damaged_runs_are_made_again_and_no_others(told, capsys):
    here, line = told
    files = sorted((here / "two/runs").glob("*.json"))
    before = {file: file.read_bytes() for file in files}
    files[0].unlink()
    content = json.loads(files[1].read_text(encoding="utf-8"))
    content["rows"][0]["recorded"] += 1
    files[1].write_text(json.dumps(content), encoding="utf-8")
    times = {file: file.stat().st_mtime_ns for file in files[2:]}
    assert cpsim(*line, "--dry-run", "--out", here / "two") == 0
    assert "6, of which 4" in capsys.readouterr().out
    assert cpsim(*line, "--workers", 1, "--no-plots", "--out", here / "two") == 0
    assert {file: file.read_bytes() for file in files} == before
    assert {file: file.stat().st_mtime_ns for file in files[2:]} == times


def test_every_table_calls_the_arms_by_their_names(told):
    here, _ = told
    page, chinese = ((here / "one" / name).read_text(encoding="utf-8") for name in ("history.md", "history.zh.md"))
    for words in ("grids come", "policed as ever", "only the record"):
        assert words in page
        assert words not in chinese
    for words in ("实行网格", "一直照旧", "仅立案变化", "那些网格"):
        assert words in chinese
    years = pd.read_csv(here / "one/years.csv")
    assert set(years["arm_name"]) == {"grids come", "policed as ever", "only the record"}


# Verdicts, on months that are made up


def made_up(change, *, seeds=4, scatter=0.02, n_sets=1):
    """Make months of five years for the arms of the town's file.

    Parameters
    ----------
    change
        factor of recorded crime by arm and month number; of a twin as of its arm without the reform
    """
    text = TOWN.replace("2014-01-21 then", "2016-01-01 then").replace('published = "published.csv"\n', "")
    file = HERE / "zhengzhou.toml"
    histories = type(read_histories(str(file))[0]).model_validate(__import__("tomllib").loads(text))
    worlds = make_worlds(histories, Path(), Size(days=1826))
    rows = []
    for key in (*worlds, TWIN.format("grids")):
        for point in range(n_sets):
            for seed in range(1, seeds + 1):
                rng = np.random.default_rng(seed)
                for i in range(60):
                    row = dict.fromkeys((*COUNTED, *ACCOUNTED), 1.0)
                    row |= {"days": 30.0, "person_years": 5000.0, "safe": 80.0, "satisfied": 80.0, "crimes": 500.0}
                    row |= {"met_fair": 96.0, "met_unfair": 4.0}
                    chance = 1.0 + scatter * rng.standard_normal()
                    row["recorded"] = 100.0 * chance * change(key, i)
                    rows.append(
                        {"arm": key, "set": point, "seed": seed, "month": f"{2014 + i // 12}-{i % 12 + 1:02d}"} | row
                    )
    points = pd.DataFrame(index=range(n_sets))
    return Made(histories, worlds, points, (1.0 / n_sets,) * n_sets, tuple(range(1, seeds + 1)), pd.DataFrame(rows), {})


def published(trusted=0.1):
    return [Published("recorded", str(year), 100.0, trusted, "a book") for year in range(2014, 2019)]


def verdict(pairs, way, one="as_before", other="record"):
    row = pairs[(pairs["way"] == way) & (pairs["one"] == one) & (pairs["other"] == other)].iloc[0]
    return verdict_of(row["low"], row["high"]), row["power"]


def test_totals_that_change_alike_cannot_be_told_apart_and_others_can():
    same = judge_pairs(made_up(lambda key, i: 1.0), published(), COLLECTED)
    assert verdict(same, "published") == ("no", pytest.approx(0.05))
    level = judge_pairs(made_up(lambda key, i: 3.0 if key == "record" else 1.0), published(), COLLECTED)
    assert verdict(level, "published") == ("no", pytest.approx(0.05))  # a level is no evidence
    doubled = made_up(lambda key, i: 2.0 if key == "record" and i >= 24 else 1.0)
    assert verdict(judge_pairs(doubled, published(), COLLECTED), "published")[0] == "yes"
    assert verdict(judge_pairs(doubled, published(trusted=1.0), COLLECTED), "published")[0] == "no"
    assert np.isnan(verdict(judge_pairs(doubled, published()[:1], COLLECTED), "published")[1])  # one year alone


def test_places_that_came_earlier_tell_of_the_reform_and_not_of_what_came_everywhere():
    reform = made_up(lambda key, i: 0.6 if key == "grids" and i >= 24 else 1.0)
    pairs = judge_pairs(reform, published(), COLLECTED)
    assert verdict(pairs, "districts", "grids", "as_before")[0] == "yes"
    assert (
        verdict(judge_pairs(reform, published(), COLLECTED._replace(spread=1.0)), "districts", "grids", "as_before")[0]
        == "no"
    )
    everywhere = made_up(lambda key, i: 2.0 if i >= 24 and key == "record" else 1.0)
    assert verdict(judge_pairs(everywhere, published(), COLLECTED), "districts")[0] == "no"
    effect = effects_of(reform, "grids", "recorded", point=0)
    assert effect == pytest.approx(np.full(4, np.log(0.6)))
    assert effects_of(reform, "record", "recorded", point=0).tolist() == [0.0] * 4


def test_a_larger_survey_tells_more_and_the_size_that_is_needed_does():
    made = made_up(lambda key, i: 1.0)
    rise = made.months["arm"].eq("record") & made.months["month"].ge("2016")
    made.months.loc[rise, "safe"] = 82.0
    small, large = (judge_pairs(made, (), COLLECTED._replace(surveyed=n)) for n in (300, 30_000))
    assert verdict(small, "survey")[0] == "no"
    assert verdict(large, "survey")[0] == "yes"
    needed = int(over_sets(small).set_index(["one", "other", "way"]).loc[("as_before", "record", "survey"), "needed"])
    assert 300 < needed < 30_000
    assert verdict(judge_pairs(made, (), COLLECTED._replace(surveyed=needed)), "survey")[1] >= 0.8
    assert verdict(judge_pairs(made, (), COLLECTED._replace(surveyed=needed // 2)), "survey")[1] < 0.8


def test_one_seed_leaves_every_verdict_open():
    pairs = judge_pairs(made_up(lambda key, i: 1.0, seeds=1), published(), COLLECTED)
    assert {verdict_of(row["low"], row["high"]) for _, row in pairs.iterrows()} == {"open"}


def test_fair_and_unfair_visits_cancel_at_the_ratio_that_is_told():
    made = made_up(lambda key, i: 1.0)
    found = balance_of_visits(made, "grids", 0)
    p = made.worlds["grids"].scenario.attitudes
    at = p.gain_visit * found.turns_at
    cancelled = made.worlds["grids"].scenario.replace({"attitudes.unfair_satisfaction": min(at, 5.0)})
    worlds = dict(made.worlds) | {"grids": type(made.worlds["grids"])(cancelled, made.worlds["grids"].policy)}
    again = balance_of_visits(
        Made(made.histories, worlds, made.sets, made.weights, made.seeds, made.months, {}), "grids", 0
    )
    assert again.gained == pytest.approx(again.lost)
    assert balance_of_visits(made, "record", 0) is None


def test_an_impression_is_remembered_longer_where_its_half_life_is():
    p = make_worlds(*read_histories("zhengzhou"), Size())["as_told"].scenario.attitudes
    days = [remembered_days(p, half) for half in (p.fresh_days, 30.0, 60.0, p.lasting_days)]
    assert days == sorted(days)
    assert days[0] == pytest.approx(p.fresh_days / np.log(2.0))
    assert days[-1] == pytest.approx(p.lasting_days / np.log(2.0))


def test_a_sign_that_turns_with_the_parameters_is_said_to_be_theirs():
    made = made_up(lambda key, i: 1.0, n_sets=2)
    turned = made.months["arm"].eq("grids") & made.months["month"].ge("2016")
    jitter = 0.01 * made.months["seed"]
    for point, value in ((0, 83.0), (1, 77.0)):
        made.months.loc[turned & made.months["set"].eq(point), "satisfied"] = value + jitter
    sets = pd.DataFrame({"attitudes.unfair_satisfaction": [0.2, 2.8], "attitudes.form_loss": [0.05, 0.05]})
    made = Made(made.histories, made.worlds, sets, made.weights, made.seeds, made.months, {})
    told = answer(made, (), COLLECTED)
    assert signs_over_sets(told.effects, "grids", "satisfied") == (1, 1, 0)
    page = as_markdown(describe_history(told))
    assert "The sign is that of the parameters, above all of `attitudes.unfair_satisfaction`" in page
    assert signs_over_sets(told.effects, "grids", "safe")[:2] == (0, 0)


def test_the_picture_has_a_line_where_the_reform_comes_in_and_the_published_points():
    told = answer(made_up(lambda key, i: 1.0), published(), COLLECTED)
    panel = draw_years(told).axes[0]
    upright = [line for line in panel.lines if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2]
    assert [line.get_xdata()[0] for line in upright] == [(date(2016, 1, 1) - date(1970, 1, 1)).days]
    points = [line for line in panel.lines if line.get_marker() == "D"]
    assert len(points) == 5
