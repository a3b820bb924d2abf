"""`--lang zh` is taken by every command, says nothing in English words alone, and changes no number."""

import json
import re
import shlex

import numpy as np
import pytest
from commands import cpsim
from test_cli_language import commands_of, own_words

from sim.city.files import save_city
from sim.city.land_use import infer_land_use
from sim.city.synthetic.statistics import grid_city
from sim.cli.chinese import translate
from sim.cli.main import build_parser
from sim.cli.scenarios import every_parameter
from sim.policies.contract.conformance import RULES
from sim.report.parameters import chinese_parameters
from sim.report.texts import read_texts
from sim.scenarios.sources import OUTSIDE, SUPPORTS, load_sources

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"\d[\d,.]*")
GROUPS = {"store", "scenario", "policy", "city", "force"}
SMALL = "--days 1 --scale 60 --set city.n_segments=60"
STUDY = """
name = "tiny"
scenarios = ["fengqiao_town"]
strategies = ["reactive", "hotspot"]
baseline = "reactive"
seeds = 1
[set]
n_days = 1
people.n_residents = 300
city.n_segments = 60
force.n_districts = 2
"""
ROAD = '{"type": "Feature", "properties": %s, "geometry": {"type": "LineString", "coordinates": %s}}'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Go to a folder with a study, a city file in which the shops are missing, and streets that need repairs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(STUDY, encoding="utf-8")
    net = grid_city(n_segments=60, seed=1)
    use = infer_land_use(net, n_dwellings=40, seed=1)
    use.shops[:] = np.nan
    save_city(net, "town.npz", land_use=use)
    ways = [
        ({"highway": "residential", "oneway": "perhaps"}, [[0.0, 51.0], [0.001, 51.0]]),
        ({"highway": "residential", "maxspeed": "quick"}, [[0.001, 51.0], [0.001, 51.001]]),
        ({"highway": "brook"}, [[0.0, 51.0], [0.001, 51.001]]),
        ({"highway": "footway"}, [[0.0, 51.0], [0.0, 51.001]]),
        ({"highway": "residential"}, [[0.001, 51.001], [0.0, 51.0]]),
        ({"highway": "residential"}, [[0.01, 51.01], [0.0105, 51.01]]),
    ]
    features = ", ".join(ROAD % (json.dumps(tags), line) for tags, line in ways)
    (tmp_path / "roads.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', "utf-8")
    return tmp_path


def said(capsys, line, lang, code=0):
    """Give what a command prints, both for results and beside them; lines of code and of data are left out."""
    assert cpsim(*shlex.split(line), "--lang", lang) == code
    told = capsys.readouterr()
    return f"{told.out}\n{told.err}".splitlines()


def only_english(lines):
    return [line for line in lines if re.search(r"[A-Za-z]{2}", line) and not CHINESE.search(line)]


def numbers(lines):
    return sorted(number.rstrip(".,") for line in lines for number in NUMBER.findall(line))


@pytest.mark.parametrize("command", [name for name in commands_of(build_parser()) if name not in GROUPS])
def test_every_command_takes_the_language_and_explains_each_option_in_it(command):
    parser = build_parser()
    translate(parser)
    for word in command.split():
        parser = next(a.choices for a in parser._actions if isinstance(a.choices, dict))[word]
    assert "--lang" in parser._option_string_actions
    silent = {"scenario"} if command == "scenario check" else set()
    assert [a.dest for a in parser._actions if a.dest not in silent and not CHINESE.search(a.help or "")] == []


@pytest.mark.parametrize(
    "line",
    [
        "city show new_haven", "city show grid", "city show town.npz", "city build roads.geojson -o roads.npz",
        "scenario check zhengzhou", "scenario check huangpu", "policy check hotspot", "params --group repeat",
        "sweep tiny.toml --slurm-script 2",
    ],
)  # fmt: skip
def test_chinese_and_english_outputs_hold_the_same_numbers_and_no_line_is_english_alone(line, place, capsys):
    chinese = said(capsys, line, "zh")
    english = said(capsys, line, "en")
    assert [one for one in only_english(chinese) if " = " not in one and not one.startswith(("/", "    http"))] == []
    assert any(CHINESE.search(one) for one in chinese)
    assert not any(CHINESE.search(one) for one in english)
    if line != "params --group repeat":  # the reasons of sources write years and shares in other words
        assert numbers(chinese) == numbers(english)


def test_a_sweep_and_the_checks_of_its_store_and_of_a_run_speak_chinese(place, capsys):
    for line in ("--dry-run", "--shard 1/2", ""):
        assert only_english(said(capsys, f"sweep tiny.toml {line}", "zh")) == []
    assert only_english(said(capsys, "store check store/tiny", "zh")) == []
    assert only_english(said(capsys, f"run fengqiao_town {SMALL} --out one", "zh")) == []
    assert numbers(said(capsys, "check one", "zh")) == numbers(said(capsys, "check one", "en"))
    next((place / "one" / "days").glob("*.parquet")).unlink()
    (place / "one" / "offences" / "part-00009.parquet").write_bytes(b"")
    whole = next((place / "store/tiny/parts").glob("*.parquet"))
    whole.write_bytes(b"torn")
    for line in ("check one", "store check store/tiny"):
        told = said(capsys, line, "zh", code=1)
        assert only_english(told) == []
        assert not any(one.startswith("问题：") for one in told), "a problem has no template"
    told = said(capsys, "sweep tiny.toml", "zh")
    assert only_english(told) == []
    assert not any(one.startswith("提示：") for one in told), "a note has no template"


def test_a_scenario_shown_in_chinese_is_the_same_scenario(capsys):
    lines = {lang: said(capsys, "scenario show huangpu", lang) for lang in ("en", "zh")}
    values = {lang: [line for line in told if not line.startswith("#")] for lang, told in lines.items()}
    assert values["en"] == values["zh"]
    comments = [line for line in lines["zh"] if line.startswith("#")]
    assert len(comments) == 3
    assert only_english(comments) == []


def test_every_parameter_unit_and_source_has_chinese_words():
    table = chinese_parameters()
    parameters = list(every_parameter())
    asked = {name if "." in name else f"scenario.{name}" for name, _ in parameters}
    there = {f"{group}.{key}" for group, meanings in table["meanings"].items() for key in meanings}
    assert there == asked
    assert {about.unit for _, about in parameters if about.unit} <= set(table["units"])
    sources = load_sources()
    named = {about.source for _, about in parameters}
    named |= {key for _, about in parameters for key in re.findall(r"\[(\w+)\]", about.note)}
    assert named <= set(table["reasons"]) <= set(sources)
    assert {sources[key].seen for key in named} <= set(table["seen"])
    assert set(SUPPORTS) | {OUTSIDE} == set(table["supports"])
    assert {name for name, about in parameters if about.note} == set(table["notes"])
    assert all(CHINESE.search(words) for group in table["meanings"].values() for words in group.values())
    assert all(CHINESE.search(words) for words in table["reasons"].values())


def test_every_rule_of_the_contract_has_chinese_words():
    assert {f"rules.{name}" for name in RULES} <= set(read_texts())


MISTAKES = {
    "run nowhere": "场景须为",
    "run --policy hotspt": "（是否指 'hotspot'？）",
    "run --policy bicycles": "策略须为",
    "run --policy 'hotspot(share=2)'": "share 须介于 0.005 与 0.1（比例）之间，所给为 2",
    "run --policy 'hotspot(share=x)'": "share 须为数，所给为 'x'",
    "run --policy 'hotspot(shar=0.2)'": "未知的参数 'shar'；可用的有：hours",
    "policy check file.py:Mine": "没有这个策略文件：'file.py'",
    "run --set people.n_residants=3": "未知的键 'people.n_residants'；`cpsim params` 列出全部键",
    "run --set n_days=-3": "--set：n_days 须介于 1 与 36500天之间，所给为 -3",
    "run --set n_days=x": "n_days 须为整数，所给为 'x'",
    "run --set n_days=1.5": "n_days 须为整数，所给为 1.5",
    "run --set people.share_male=x": "people.share_male 须为数，所给为 'x'",
    "run --set people.share_male=true": "people.share_male 须为数，所给为 true",
    "run --set name=3": "name 须为文字，所给为 3",
    "run --set name": "--set 须写作 KEY=VALUE",
    "run --set n_days=3 --set n_days=4": "--set n_days 只能给一次",
    "run --days 3 --set n_days=4": "--days 与 --set n_days 是一回事",
    "run --scale 0": "--scale 是每名模拟居民代表的真实居民数，须介于 0.01 与 10000 之间，所给为 0",
    "run --set city.incidents=no.csv": "没有文件 'no.csv'",
    "scenario check no_seeds.toml": "no_seeds.toml：未知的键 'scenarios'",
    "scenario check broken.toml": "broken.toml 须为 UTF-8 编码的 TOML 文件",
    "sweep no_seeds.toml": "no_seeds.toml：必须给出 ",
    "sweep nowhere.toml": "没有这个研究文件",
    "calibrate nowhere.toml": "没有这个校准文件",
    "check nowhere": "nowhere 不是运行文件夹",
    "store check nowhere": "nowhere 不是研究文件夹",
    "burden nowhere": "既没有 manifest.json，也没有 runs.csv",
    "compare --seeds x": "--seeds 须为种子的个数",
    "history new_haven": "场景的各种历史要求场景含有时间线",
    "history zhengzhou --copy there.txt": "--copy 须给出一个新的 .toml 文件名",
    "params --group peple": "所给为 'peple'（是否指 'people'？）",
    "staffing --role detectiv": "--role 须为",
    "staffing --target 'foo>=3'": "须为 `cpsim measures` 列出的指标",
    "city show nowhere.gpkg": "街道来源须为现有的文件",
    "city build new_haven -o city.txt": "城市文件须以 .npz 结尾",
    "compar": "须为 'run', 'compare'",
    "run --sed 3": "不认识的参数：--sed（是否指 '--seed'？）；用 `cpsim run --help --lang zh` 查看说明",
    "run --seed x": "--seed 须为不小于 0 且小于 2**63 的整数",
    "run --scale x": "--scale 须为数",
    "city build": "缺少必需的参数：SOURCE, -o/--out",
}
"""The mistakes that are made most often, and what is answered; each sentence is made in another place."""


@pytest.mark.parametrize("line", MISTAKES)
def test_frequent_mistakes_are_answered_in_chinese(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no_seeds.toml").write_text('scenarios = ["new_haven"]', encoding="utf-8")
    (tmp_path / "broken.toml").write_text("seeds =", encoding="utf-8")
    assert cpsim(*shlex.split(line), "--lang", "zh") == 2
    told = capsys.readouterr().err
    assert told.startswith("cpsim: 输入有误：")
    assert MISTAKES[line] in told


def test_any_other_mistake_stays_english_behind_chinese_words(capsys):
    line = ("levers", "--policy", "hotspot")
    assert cpsim(*line) == 2
    english = capsys.readouterr().err.removeprefix("cpsim: ")
    assert cpsim(*line, "--lang", "zh") == 2
    assert capsys.readouterr().err == f"cpsim: 输入有误：{english}"
    assert own_words(english.strip()) != ""
