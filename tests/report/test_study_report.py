"""The report of a study: what it says, in which order, in two languages, and that it needs nothing else."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from made_up_study import make_study

from sim.batch.decide import Answer
from sim.errors import InputError
from sim.report.names import strategy_name
from sim.report.numbers import number, percent
from sim.report.study.frontier import find_dominated, tabulate_frontier
from sim.report.study.numbers import compare_arms
from sim.report.study.page import pictures_of, render_report
from sim.report.study.pdf import write_pdf
from sim.report.study.place import make_place
from sim.report.study.turning import count_seeds, draw_points, tabulate_points
from sim.report.texts import LANGUAGES, read_texts, text
from sim.statistics.estimates import mean_estimate

ORDER = ("before", "decision", "differences", "frontier", "burden", "turning", "methods")
GRID = {"method": "grid", "parameters": {"people.residents_per_agent": [5.0, 6.0, 7.0, 8.0]}}


class Words(HTMLParser):
    """Gather the tags, the addresses and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.addresses, self.heads, self.text, self._in = [], [], [], "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._in = tag
        self.addresses += [value for name, value in attrs if name in {"src", "href", "srcset", "data", "action"}]

    def handle_data(self, data):
        if self._in == "style":
            return
        if self._in in {"h2", "strong"} and data.strip():
            self.heads.append(data.strip())
        self.text += data

    def handle_endtag(self, tag):
        self._in = ""


@pytest.fixture(scope="module")
def study():
    return make_study(question="Less crime?", prediction="A tenth less.", decision={"targets": ["trust_mean >= 0.4"]})


@pytest.fixture(scope="module")
def pages(study):
    return {lang: render_report(study, lang=lang) for lang in LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caveats_come_first_and_methods_last(pages, lang):
    heads = Words(pages[lang]).heads
    at = [heads.index(text(lang, f"study.{key}").format(baseline=strategy_name("reactive", lang))) for key in ORDER]
    assert at == sorted(at)
    assert at[0] == 0
    assert at[-1] == len(heads) - 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_fetched(pages, lang):
    page = Words(pages[lang])
    assert len(page.addresses) == 2
    assert all(address.startswith("data:image/") for address in page.addresses)
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert set(re.findall(r"url\((.{9})", pages[lang])) == {"data:font"}
    assert "@import" not in pages[lang]
    assert not re.search(r"https?://", pages[lang])


def test_the_pages_differ_in_every_sentence_of_ours(pages):
    """No English sentence of the table of words is left in the Chinese page."""
    chinese = Words(pages["zh"]).text
    for key, words in read_texts().items():
        if key.startswith("study.") and "{" not in words["en"] and len(words["en"]) > 20:
            assert words["en"] not in chinese, key
    assert 'lang="zh-Hans"' in pages["zh"]
    assert "建议采用“热点巡逻”" in chinese
    assert "hotspot is recommended." in Words(pages["en"]).text


def test_the_decision_and_its_rule_are_printed(study, pages):
    said = Words(pages["en"]).text
    assert make_place(study, "new_haven").decided == (Answer.RECOMMEND, ("hotspot",))
    assert "The rule, from the study file" in said
    assert "“Trust, mean ≥ 0.4 (on a scale from 0 to 1)”" in said
    assert "80\u00a0% or more" in said
    assert "A tenth less." in said
    assert "Less crime?" in said


def test_the_table_has_the_paired_difference(study, pages):
    runs = study.runs.pivot(index="seed", columns="strategy", values="offences_per_1000")
    value, low, high = mean_estimate((runs["hotspot"] - runs["reactive"]).to_numpy())
    half = (high - low) / 2
    written = [number(one, "offences_per_1000", half=half, sign=True) for one in (value, low, high)]
    assert f"{written[0]}{written[1]} to {written[2]}" in Words(pages["en"]).text
    assert written[0].startswith("−")


def test_burden_stands_beside_every_strategy(pages):
    said = Words(pages["en"]).text
    for label in ("Stops in the street", "Identity checks", "Trust, mean"):
        assert said.count(label) >= 3
    assert "The study kept no ledgers" in said


def test_words_of_others_are_escaped():
    label = "<b>bold</b>"
    nasty = make_study(
        effects={"reactive": 0.0, label: -10.0}, question="<script>alert(1)</script> & {{ 7 * 7 }}", prediction="<i>x"
    )
    page = render_report(nasty)
    assert "<script" not in page
    assert "<i>x" not in page
    assert label not in page
    read = Words(page)
    assert "<script>alert(1)</script> & {{ 7 * 7 }}" in read.text
    assert f"{label} is recommended." in read.text


def test_the_same_study_is_the_same_page(study, pages):
    assert render_report(study, lang="zh") == pages["zh"]


def test_a_target_that_is_missed_counts(study):
    missed = make_study(decision={"targets": ["trust_mean >= 0.6"]})
    assert make_place(missed, "new_haven").decided.answer is Answer.NONE_MEETS
    dear = make_study(decision={"budget": 5100.0})
    place = make_place(dear, "new_haven")
    assert [one.label for one in place.options if one.meets] == ["posts"]
    assert place.shown == "posts"
    assert "missed" in Words(render_report(dear)).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_seed_says_that_nothing_is_shown(lang):
    one = make_study(seeds=1)
    said = Words(render_report(one, lang=lang)).text
    assert text(lang, "study.a_no_interval") in said
    assert not re.search(r"\bnan\b", said)
    assert text(lang, "study.c_one_seed") in said


def test_one_strategy_says_that_there_is_nothing_to_compare():
    assert "Nothing to compare" in render_report(make_study(effects={"reactive": 0.0}))


def test_a_study_that_goes_on_says_so():
    assert "numbers may still move" in render_report(make_study(status="running"))


def test_several_scenarios_have_a_section_each():
    two = make_study(scenarios=["new_haven", "zhengzhou"])
    read = Words(render_report(two))
    assert [head for head in read.heads if head.startswith("Scenario:")] == [
        "Scenario: new_haven",
        "Scenario: zhengzhou",
    ]
    assert set(pictures_of(two)) >= {"differences-new_haven", "differences-zhengzhou"}
    assert "ynthetic streets stand in for" in read.text


def test_points_at_which_the_answer_turns_are_counted():
    turned = make_study(design=GRID, flip=1)
    place = make_place(turned, "new_haven")
    points = tabulate_points(place)
    assert points["sign"].tolist() == ["worse", "better", "better", "better"]
    said = Words(render_report(turned)).text
    assert said.count("At 1 of 4 points of the design hotspot does worse") == 2, "beside the answer, and below"
    assert "people.residents_per_agent57" in re.sub(r"\s", "", said)  # medians: 5 where it does worse, 7 elsewhere
    assert "points" in pictures_of(turned)


def test_points_along_one_parameter_are_named_by_its_value():
    study = make_study(design=GRID)
    (name,) = study.parameters
    study.runs[name] = study.runs["point"].map(dict(enumerate([0.5, 0.25, 1.0, 0.75])))
    place = make_place(study, "new_haven")
    axes = draw_points(place).axes[0]
    assert axes.get_ylabel() == name
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", "0.75", "0.5", "0.25"]
    two = replace(place, every_run=place.every_run.assign(**{"force.n_foot": place.every_run["point"]}))
    assert draw_points(two).axes[0].get_ylabel() == "point of the design"


def test_the_mean_over_points_is_taken_within_a_seed():
    study = make_study(design=GRID)
    place = make_place(study, "new_haven")
    assert len(place.runs) == 3 * 6
    own = study.runs[(study.runs["strategy"] == "posts") & (study.runs["seed"] == 4)]
    pooled = place.runs[(place.runs["policy"] == "posts") & (place.runs["seed"] == 4)]
    assert pooled["offences_per_1000"].item() == pytest.approx(own["offences_per_1000"].mean())


def test_what_another_option_makes_pointless_is_said():
    study = make_study(effects={"reactive": 0.0, "hotspot": -10.0, "posts": 5.0}, noise=0.1)
    study.runs.loc[study.runs["strategy"] == "posts", "cost_per_1000"] += 900.0
    place = make_place(study, "new_haven")
    (found,) = find_dominated(place)
    assert (found.policy, found.by) == ("posts", "hotspot")
    assert found.loss == pytest.approx(15.0, abs=0.5)
    assert tabulate_frontier(place).set_index("policy")["dominated_by"].to_dict() == {
        "reactive": "", "hotspot": "", "posts": "hotspot",
    }  # fmt: skip
    assert "hotspot is preferable to posts" in render_report(study)


def test_intervals_for_all_hold_those_for_one_and_somebody_is_the_best(study):
    runs = study.runs.rename(columns={"strategy": "policy"})
    table = compare_arms(runs, baseline="reactive", measures=("offences_per_1000", "trust_mean"))
    assert (table["all_low"] < table["low"]).all()
    assert (table["all_high"] > table["high"]).all()
    for _, rows in table.groupby("measure"):
        assert rows["p_best"].sum() + rows["baseline_p_best"].iloc[0] == pytest.approx(1.0)


def test_the_interval_for_all_holds_all_differences_as_often_as_it_says():
    """Of studies in which no strategy makes a difference, one in twenty at most shows one."""
    wrong, n = 0, 400
    rng = np.random.default_rng(5)
    base = make_study(effects={"reactive": 0.0, "a": 0.0, "b": 0.0, "c": 0.0}).runs.rename(
        columns={"strategy": "policy"}
    )
    for _ in range(n):
        runs = base.assign(trust_mean=rng.normal(size=len(base)))
        table = compare_arms(runs, baseline="reactive", measures=("trust_mean",))
        wrong += bool(((table["all_low"] > 0) | (table["all_high"] < 0)).any())
    assert 0.005 < wrong / n < 0.05 + 3 * np.sqrt(0.05 * 0.95 / n)


def test_as_many_seeds_as_it_says_show_a_difference_in_four_studies_of_five():
    place = make_place(make_study(effects={"reactive": 0.0, "hotspot": -1.0}, noise=2.0, seeds=400), "new_haven")
    need = count_seeds(place, "hotspot", "reactive").need
    rng = np.random.default_rng(2)
    apart = place.runs.pivot(index="seed", columns="policy", values="offences_per_1000")
    values = (apart["hotspot"] - apart["reactive"]).to_numpy()
    shown = [mean_estimate(rng.choice(values, need)).high < 0.0 for _ in range(1000)]
    assert 0.72 < np.mean(shown) < 0.88


@pytest.mark.parametrize(
    ("value", "half", "written"),
    [(-2.0531, 1.8, "−2.1"), (12345.6, 300.0, "+12,346"), (0.00071, 0.00005, "+0.0007"), (-0.0000001, 0.01, "0.000")],
)
def test_numbers_have_the_digits_that_their_interval_bears(value, half, written):
    measure = "trust_mean" if half < 1 else "cost_per_1000" if half > 100 else "offences_per_1000"
    assert number(value, measure, half=half, sign=True) == written


def test_no_estimated_probability_is_certain():
    assert [percent(share) for share in (1.0, 0.0, 0.805, float("nan"))] == [
        "> 99\u00a0%",
        "< 1\u00a0%",
        "80\u00a0%",
        "–",
    ]


def test_pdf_without_weasyprint_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(InputError, match=r"community-policing-sim\[pdf\]"):
        write_pdf("<p>x", tmp_path / "a.pdf")


def test_pdf(pages, tmp_path):
    pytest.importorskip("weasyprint")
    write_pdf(pages["zh"], tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
