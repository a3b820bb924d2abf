"""The command line: what a user types, sees and gets, and what a mistake is answered with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from commands import cpsim
from small_force import FEW

from sim.batch.compare import Strategy, compare
from sim.batch.running.runs import RunPlan, begin_run, continue_run, folder_name, read_streets_of, summarise_folder
from sim.cli import main
from sim.cli.compare import print_comparison, read_seeds, split_specs
from sim.cli.scenarios import as_toml, read_changes
from sim.engine import simulate
from sim.errors import InputError
from sim.ledger.check import check_folder
from sim.ledger.run_folder import read_manifest
from sim.outcomes.measures import MEASURES
from sim.policies.contract.registry import make_policy
from sim.report.comparison.text import describe_comparison, format_number, write_comparison
from sim.scenarios.scenario import Scenario, load_scenario
from sim.world import build_city

ROOT = Path(__file__).parents[1]
TINY = {
    "city.streets": "grid",
    "city.n_segments": 60,
    "people.n_residents": 300,
    "force.n_districts": 2,
    "n_days": 3,
} | FEW
TINY_OPTIONS = [option for key, value in TINY.items() for option in ("--set", f"{key}={value}")]


@pytest.fixture
def tiny():
    return load_scenario("new_haven").replace(TINY)


WRONG = {
    "run nowhere": "a scenario must be one of",
    "run missing.toml": "or the path of a .toml file, got 'missing.toml'",
    "run broken.toml": "broken.toml must be a TOML file",
    "run unknown.toml": "unknown key 'people.n_residnets'",
    "run range.toml": "n_residents must lie between 1 and",
    "scenario check range.toml": "n_residents must lie between 1 and",
    "run --set people.residents=5": "unknown key 'people.residents' (did you mean 'people.n_residents'?)",
    "run --set n_residents=5": "did you mean 'people.n_residents'?",
    "run --set people=5": "unknown key 'people'",
    "run --set people.n_residents": "KEY=VALUE",
    "run --set people.n_residents=": "KEY=VALUE",
    "run --set people.n_residents=many": "people.n_residents",
    "run --set people.n_residents=0": "n_residents must lie between 1 and",
    "run --set n_days=3 --set n_days=4": "given once",
    "run --set n_days=3 --days 4": "give one of them",
    "run --set tick_min=7": "tick_min must divide",
    "run --set city.streets=nowhere.gpkg": "nowhere.gpkg",
    "run --days 0": "must be a whole number of 1 or more",
    "run --days soon": "must be a whole number of 1 or more",
    "run --seed -1": "must be a whole number of 0 or more",
    "run --seed 99999999999999999999": "must be a whole number of 0 or more, and below 2**63",
    "run --set people.n_residents=true": "people.n_residents must be a number, got true",
    "run --policy hotspot(share=0.02,share=0.03)": "each parameter must be given once",
    "run --policy quits.py": "quits.py, line 1 must run as Python",
    "run --out taken/diary.txt/run": "taken/diary.txt/run could not be written",
    "city build new_haven -o here.npz --layer roads": "layer must be left out for 'new_haven'",
    "city build new_haven -o taken/diary.txt": "must end in .npz",
    "city show empty.npz": "must be a file that save_city",
    "run --policy hotspit": "did you mean 'hotspot'?",
    "run --policy hotspot(shore=1)": "unknown parameter 'shore'",
    "run --policy hotspot(share=9)": "share must lie between",
    "run --policy missing.py:Mine": "a policy file must exist",
    "run --resume --out nothing_here": "holds no run to resume",
    "run --out taken": "holds something else",
    "run --polcy hotspot": "unrecognized arguments",
    "rum": "invalid choice: 'rum'",
    "": "COMMAND",
    "compare --policies reactive,,hotspot": "--policies must read like",
    "compare --policies reactive,reactive": "each named once",
    "compare --seeds 0": "--seeds must be between",
    "compare --seeds 1,1": "each named once",
    "compare --seeds few": "--seeds must be a number",
    "compare --workers 0": "must be a whole number of 1 or more",
    "compare --days 5 --warm-up 5": "the warm-up must be shorter",
    "check nothing_here": "is no run folder",
    "plot taken": "is no run folder",
    "burden nothing_here": "must be the folder of a run or of a comparison",
    "burden taken --by faith": "invalid choice: 'faith'",
    "params --group weather": "--group must be one of",
    "policy check hotspit": "did you mean 'hotspot'?",
    "city show nowhere.gpkg": "nowhere.gpkg",
    "city build nowhere.osm -o here.txt": "must end in .npz",
    "city build nowhere.osm -o here.npz": "nowhere.osm",
}


@pytest.mark.parametrize("line", WRONG, ids=[line or "nothing" for line in WRONG])
def test_a_mistake_is_answered_with_one_sentence_and_exit_code_2(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_text("name = ")
    (tmp_path / "unknown.toml").write_text("[people]\nn_residnets = 5")
    (tmp_path / "range.toml").write_text("[people]\nn_residents = 0")
    (tmp_path / "quits.py").write_text("raise SystemExit(0)")
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/diary.txt").write_text("mine")
    assert cpsim(*line.split()) == 2
    told = capsys.readouterr()
    sentence = told.err.strip()
    assert WRONG[line] in sentence
    assert sentence.startswith("cpsim: ")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert not told.out
    assert not (tmp_path / "runs").exists()


def test_debug_shows_where_a_mistake_was_found():
    with pytest.raises(InputError, match="got 'nowhere'"):
        main(["run", "nowhere", "--debug"])
    with pytest.raises(InputError, match="got 'nowhere'"):
        main(["--debug", "run", "nowhere"])


def test_a_fault_of_the_program_is_told_apart_from_a_mistake(monkeypatch, capsys):
    monkeypatch.setattr("sim.cli.scenarios.list_parameters", lambda given: 1 // 0)
    assert cpsim("params") == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_no_fault_of_the_program(tmp_path, capsys):
    (tmp_path / "full.npz").mkdir()
    assert cpsim("city", "build", "new_haven", "-o", tmp_path / "full.npz") == 2
    assert "full.npz cannot be read or written: Is a directory" in capsys.readouterr().err


def test_a_policy_that_fails_is_told_with_its_line_and_nothing_is_blamed_on_the_program(tmp_path, capsys):
    (tmp_path / "gives_up.py").write_text(FAILING)
    assert cpsim("run", "--policy", tmp_path / "gives_up.py", "--out", tmp_path / "run", *TINY_OPTIONS) == 2
    assert "gives_up.py, line 10: policy 'gives_up' failed: RuntimeError: no idea" in capsys.readouterr().err


def test_a_name_stays_within_its_folder():
    assert folder_name("../a b/c") == "a_b_c"
    assert folder_name("hotspot(share=0.03)-seed1") == "hotspot_share=0.03_-seed1"


def test_more_districts_than_segments_are_refused_by_the_name_of_the_parameter():
    with pytest.raises(InputError, match=r"force\.n_districts must be at most the 60 segments of .*, got 61"):
        build_city(Scenario().replace(TINY | {"force.n_districts": 61}))


def test_a_seed_that_no_counter_holds_is_refused_before_a_folder_is_made(tmp_path, tiny):
    for seed in (-1, 2**63):
        with pytest.raises(InputError, match="a seed must be"):
            RunPlan(tiny, make_policy("reactive"), seed, tmp_path / "run")
        with pytest.raises(InputError, match="a seed must be"):
            simulate(tiny, make_policy("reactive"), seed)


def test_values_are_read_as_toml_and_bare_words_are_text():
    changes = read_changes(["people.n_residents=50", "city.streets=grid", "start=2020-02-29", "repeat.boost.theft=2.5"])
    assert Scenario().replace(changes).repeat.boost.theft == 2.5
    assert (changes["people.n_residents"], changes["city.streets"]) == (50, "grid")
    assert str(changes["start"]) == "2020-02-29"


def test_a_scenario_that_is_shown_can_be_read_back(tmp_path, capsys, tiny):
    assert cpsim("scenario", "show", *TINY_OPTIONS) == 0
    file = tmp_path / "shown.toml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert load_scenario(str(file)) == tiny
    assert as_toml(load_scenario(str(file))) == as_toml(tiny)


def test_params_lists_every_parameter(capsys):
    assert cpsim("params", "--csv") == 0
    listed = capsys.readouterr().out
    for name in ("n_days", "people.n_residents", "dispatch.max_wait_h", "repeat.boost"):
        assert f"\n{name}," in listed
    assert cpsim("params", "--group", "survey") == 0
    assert "survey.survey_sample = 800 count" in capsys.readouterr().out


def test_looking_around_works(capsys):
    assert cpsim("policy", "list") == 0
    assert "hotspot" in capsys.readouterr().out
    assert cpsim("policy", "check", "reactive") == 0
    assert cpsim("city", "show", "new_haven") == 0
    assert "3,457 segments" in capsys.readouterr().out


def test_a_run_its_check_and_its_pictures(tmp_path, capsys):
    folder = tmp_path / "run"
    assert cpsim("run", "--policy", "hotspot", "--seed", 4, "--out", folder, *TINY_OPTIONS) == 0
    assert "Offences" in capsys.readouterr().out
    found = read_manifest(folder)
    assert found["inputs"]["policy"]["name"] == "hotspot"
    assert found["inputs"]["scenario"]["people"]["n_residents"] == 300
    assert found["inputs"]["seed"] == 4
    assert found["status"] == "complete"
    assert read_streets_of(folder).n_segments == 60

    assert cpsim("check", folder) == 0
    assert "complete: 3 days" in capsys.readouterr().out
    assert cpsim("burden", folder, "--by", "income", "--out", tmp_path / "who_pays") == 0
    told = capsys.readouterr().out
    assert "lowest third of incomes" in told
    assert "One run: intervals" in told
    assert {file.name for file in (tmp_path / "who_pays").iterdir()} == {
        f"burden-income-run.{kind}" for kind in ("csv", "png", "svg")
    }
    assert cpsim("run", "--out", folder, *TINY_OPTIONS) == 2
    assert "already holds a run" in capsys.readouterr().err
    assert cpsim("run", "--policy", "hotspot", "--seed", 5, "--out", folder, "--resume", *TINY_OPTIONS) == 2
    assert "seed is 4 in the folder and 5 now" in capsys.readouterr().err
    assert cpsim("run", "--policy", "hotspot", "--seed", 4, "--out", folder, "--resume", *TINY_OPTIONS) == 0

    (folder / "calls/part-00001.parquet").write_bytes(b"torn")
    assert cpsim("check", folder) == 1
    assert "calls/part-00001.parquet was damaged or edited" in capsys.readouterr().out


def test_an_interrupted_run_resumes_to_the_same_digest(tmp_path, tiny):
    scenario = tiny.replace({"n_days": 35})
    whole = RunPlan(scenario, make_policy("reactive"), 1, tmp_path / "whole")
    begin_run(whole)

    def stop(done, total):
        if done == 33:
            raise KeyboardInterrupt

    cut = RunPlan(scenario, make_policy("reactive"), 1, tmp_path / "cut")
    with pytest.raises(KeyboardInterrupt):
        begin_run(cut, progress=stop)
    assert read_manifest(cut.folder)["n_days_done"] == 30
    continue_run(cut)
    assert read_manifest(cut.folder)["digest"] == read_manifest(whole.folder)["digest"]
    assert check_folder(cut.folder) == []


FAILING = '''
from sim.policies.protocol import PolicyModel
from sim.policies.contract.registry import policy

@policy("gives_up")
class GivesUp(PolicyModel):
    """Give up at once."""

    def decide(self, seen, rng):
        raise RuntimeError("no idea")
'''


def test_a_comparison_pairs_seeds_reuses_runs_and_survives_a_failing_run(tmp_path, tiny, capsys):
    (tmp_path / "gives_up.py").write_text(FAILING)
    labels = ["reactive", "hotspot", f"{tmp_path}/gives_up.py"]
    strategies = [Strategy(label, make_policy(label)) for label in labels]
    seen = []
    found = compare(
        tiny,
        strategies,
        [1, 7],
        out=tmp_path / "out",
        workers=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][1] == 6 * 3
    assert list(zip(found.runs["policy"], found.runs["seed"], strict=True)) == [
        ("reactive", 1), ("reactive", 7), ("hotspot", 1), ("hotspot", 7),
    ]  # fmt: skip
    assert set(found.failures) == {f"{labels[2]}, seed 1", f"{labels[2]}, seed 7"}
    assert all("no idea" in problem for problem in found.failures.values())

    # The table says what the folders hold.
    by_hand = {seed: summarise_folder(tmp_path / f"out/reactive-seed{seed}") for seed in (1, 7)}
    calls = found.runs.set_index(["policy", "seed"])["calls_per_1000"]
    assert calls["reactive", 7] == by_hand[7]["calls_per_1000"]
    row = found.differences.query("policy == 'hotspot' and measure == 'calls_per_1000'").iloc[0]
    expected = (calls["hotspot"] - calls["reactive"]).mean()
    assert row["difference"] == pytest.approx(expected)
    assert row["n_pairs"] == 2

    files = write_comparison(found, tmp_path / "out")
    assert set(pd.read_csv(files[0])["measure"]) == set(MEASURES)
    told = describe_comparison(found)
    assert "Synthetic" in told
    assert "no idea" in told
    assert "`people.n_residents = 300`" in told
    assert "合成数据" in describe_comparison(found, lang="zh")

    assert cpsim("burden", tmp_path / "out", "--by", "tenure", "--lang", "zh") == 0
    told = capsys.readouterr().out
    assert told.index("被动接警") < told.index("热点巡逻")
    assert told.count("租户") >= 2 * 10
    assert told.count("2 次运行") == 2

    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("*-seed*/*/*.parquet")}
    again = compare(tiny, strategies[:2], [1, 7], out=tmp_path / "out", workers=1)
    assert len(before) > 0
    assert before == {file: file.stat().st_mtime_ns for file in before}
    pd.testing.assert_frame_equal(again.runs.drop(columns="seconds"), found.runs.drop(columns="seconds"))

    alone = compare(tiny, strategies[:1], [1, 7], out=tmp_path / "out", workers=1)
    print_comparison(alone, "en")
    told = capsys.readouterr().out
    assert f"Security, mean: {found.runs['security_mean'].head(2).mean():.3f} 0 to 1" in told
    assert "No other strategy" in told
    assert "Of the 0 intervals" not in told

    words = ["--policies", f"reactive,{labels[2]}", "--seeds", "1,7", "--out", tmp_path / "out", "--workers", 1]
    assert cpsim("compare", *words, *TINY_OPTIONS) == 1
    assert "no idea" in capsys.readouterr().out

    with pytest.raises(InputError, match="holds another run"):
        compare(tiny.replace({"people.n_residents": 301}), strategies[:1], [1], out=tmp_path / "out", workers=1)


def test_a_number_reads_the_same_wherever_it_is_printed():
    assert format_number(45.449999999999996, 1) == format_number(45.45, 1) == format_number(45.450000000000003, 1)
    assert [format_number(x, 2, sign=True) for x in (-0.001, 0.0, 0.001, 0.014, -0.014)] == [
        "0.00", "0.00", "0.00", "+0.01", "-0.01",
    ]  # fmt: skip
    assert format_number(-0.001, 2) == "0.00"


def test_lists_of_policies_and_seeds():
    assert split_specs("reactive, hotspot(share=0.03, dwell=12),a.py:B") == [
        "reactive", "hotspot(share=0.03, dwell=12)", "a.py:B",
    ]  # fmt: skip
    assert read_seeds("3") == [1, 2, 3]
    assert read_seeds("7,8") == [7, 8]


def test_a_worker_starts_without_maps_plots_and_mesa():
    slow = ("mesa", "matplotlib", "osmnx", "geopandas")
    program = f"import sys, sim.batch.compare; print([name for name in {slow} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("word", "ends"), [("pytest", "-m pytest"), ("compare", "bin/cpsim compare")])
def test_the_readme_gives_one_command_to_start_and_one_to_test(word, ends):
    program = [sys.executable, ".ci/readme_command.py", word]
    done = subprocess.run(program, check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip().endswith(ends)
    assert done.stdout.startswith("python3 -m venv .venv && .venv/bin/pip install ")
