"""Citations: each can be had somewhere, says what was seen of it, and is cited; whatever is cited is there."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sim.cli import main
from sim.params import CRIMES, ByCrime, Fraction, Parameters, by_crime, describe, param
from sim.policies.contract.registry import policy_class, policy_names
from sim.report.parameters import published_words
from sim.scenarios.scenario import Scenario, groups
from sim.scenarios.sources import OUTSIDE, SEEN, SUPPORTS, load_sources, support_of

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import list_sources  # noqa: E402

KINDS = (Scenario, *groups().values(), *(policy_class(name) for name in policy_names()))
IN_BRACKETS = re.compile(r"(?<![\w\])`])\[([a-z_]+(?:19|20)\d\d|ncvs|ankang|ppcs|csew|nypd_response)\](?!\()")
"""A citation in a comment or a docstring; other brackets hold an index."""
QUOTED = re.compile(r"[\"'`]([a-z][a-z0-9_]+)[\"'`]")
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9]+[a-zA-Z0-9]")


def texts(*patterns: str) -> dict[str, str]:
    files = [file for pattern in patterns for file in ROOT.glob(pattern) if file.name != "sources.toml"]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


CODE = texts("sim/**/*.py", "sim/**/*.toml", "experiments/**/*.py", "notebooks/*.py")
PAGES = texts("docs/*.md", "experiments/**/*.md", "README*.md", "sim/**/*.md")


@pytest.mark.parametrize("source", load_sources().values(), ids=load_sources())
def test_a_source_says_what_it_is_where_it_is_and_what_was_seen_of_it(source):
    assert source.supports in SUPPORTS
    assert source.seen in SEEN
    assert source.citation
    assert source.reason.endswith(".")
    assert bool(source.where) == (source.seen != "none"), "a publication has a DOI or an address"
    assert not (source.doi and source.address), "a DOI needs no address beside it"
    assert source.year is None or 1900 < source.year < 2030


@pytest.mark.parametrize("source", [each for each in load_sources().values() if each.doi], ids=lambda each: each.key)
def test_a_doi_is_written_as_one(source):
    assert DOI.fullmatch(source.doi)
    assert not source.doi.endswith(".pdf")


@pytest.mark.parametrize(
    "source", [each for each in load_sources().values() if "://" in each.address], ids=lambda each: each.key
)
def test_an_address_on_the_web_can_be_followed(source):
    for link in re.findall(r"\S+://\S+", source.address):
        parts = urlsplit(link.rstrip(",;"))
        assert parts.scheme in {"http", "https"}
        assert re.fullmatch(r"[\w.-]+\.\w+(:\d+)?", parts.netloc)


def test_no_two_sources_are_the_same_publication():
    dois = [source.doi for source in load_sources().values() if source.doi]
    assert len(dois) == len(set(dois)) > 30


def test_a_default_outside_what_is_published_is_said_to_be():
    class Made(Parameters):
        lower: Fraction = param(0.1, "a share", source="ncvs", published=(0.2, 0.3))
        inside: Fraction = param(0.2, "a share", source="ncvs", published=(0.2, 0.3))
        by_type: ByCrime = param(
            by_crime(0.1, 0.2, 0.3, 0.4, 0.5),
            "shares",
            source="ncvs",
            unit="share",
            published={"burglary": (None, 0.05), "theft": (0.25, None), "disorder": (0.5, 0.5)},
        )
        weaker: Fraction = param(0.1, "a share", source="ncvs", supports="mechanism")

    lower, inside, by_type, weaker = describe(Made)
    assert [support_of(about) for about in (lower, inside, by_type, weaker)] == [OUTSIDE, "range", OUTSIDE, "mechanism"]
    assert by_type.outside == {"burglary": 0.1}
    assert published_words(lower, "en") == "0.2 to 0.3; the default of 0.1 lies outside, kept for now"
    assert published_words(by_type, "en").startswith(
        "burglary under 0.05, theft over 0.25, disorder 0.5; the default of burg"
    )
    assert published_words(weaker, "en") == ""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_published_of_a_parameter_is_well_formed(kind):
    for about in describe(kind):
        assert set(about.published) <= ({*CRIMES} if isinstance(about.default, ByCrime) else {""})
        for low, high in about.published.values():
            assert (low is None) + (high is None) < 2
            assert low is None or high is None or low <= high
        assert about.supports is None or about.supports in SUPPORTS
        assert set(re.findall(r"\[(\w+)\]", about.note)) <= set(load_sources())
        if about.published:
            assert load_sources()[about.source].supports != "judgement", "what is published has a source"


def test_the_page_of_sources_shows_the_parameters_as_they_are_declared():
    text = PAGES["docs/sources.md"]
    assert list_sources.page(text) == text, "run python scripts/list_sources.py"
    assert text.count("**outside**") > 5


def test_who_asks_for_parameters_reads_what_is_published_and_where(capsys):
    assert main(["params", "--group", "strain"]) == 0
    said = capsys.readouterr().out
    assert "source: jolts2014 (outside)" in said
    assert "published: 0.126 to 0.138; the default of 0.08 lies outside" in said
    assert load_sources()["jolts2014"].where in said
    rows = {}
    for group in ("strain", "attitudes"):
        assert main(["params", "--group", group, "--csv"]) == 0
        rows |= {row["name"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert rows["strain.job_loss_per_year"]["supports"] == "outside"
    assert rows["attitudes.p_fair_stop"]["supports"] == "range"  # what is published holds the default
    assert "not told from zero" in rows["attitudes.gain_call"]["note"]


def test_who_was_not_seen_gives_no_value():
    assert not [
        key for key, source in load_sources().items() if source.seen == "not seen" and source.supports == "value"
    ]


def test_what_code_and_pages_cite_is_a_source():
    cited = {(name, key) for name, text in (CODE | PAGES).items() for key in IN_BRACKETS.findall(text)}
    assert len(cited) >= 10
    assert not {(name, key) for name, key in cited if key not in load_sources()}


def test_what_a_claim_cites_is_a_source():
    lists = [listed for text in CODE.values() for listed in re.findall(r"^sources = \[([^\]]*)\]", text, re.MULTILINE)]
    cited = {key for listed in lists for key in QUOTED.findall(listed)}
    assert len(cited) > 20
    assert cited <= set(load_sources())


def test_the_page_of_sources_names_sources_alone():
    named = {
        key for line in PAGES["docs/sources.md"].splitlines() if line.startswith("|") for key in QUOTED.findall(line)
    }
    assert len(named) > 30
    assert named <= set(load_sources())


def test_a_row_of_a_list_that_readers_do_not_have_is_no_source():
    assert not [name for name, text in CODE.items() if re.search(r"\(F\d{1,2}[,): ]", text)]


def test_every_source_is_cited_somewhere():
    cited = {about.source for kind in KINDS for about in describe(kind)}
    cited |= {key for kind in KINDS for about in describe(kind) for key in re.findall(r"\[(\w+)\]", about.note)}
    for text in CODE.values():
        cited |= set(QUOTED.findall(text)) | set(re.findall(r"\[([a-z0-9_]+)\]", text))
    claims = PAGES["docs/sources.md"].split("## What a claim may cite")[1]
    cited |= set(QUOTED.findall(claims))
    assert not set(load_sources()) - cited
