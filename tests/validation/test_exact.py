"""Exact answers hold, and a comparison that cannot fail is found out: each broken variant must be rejected."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan

import numpy as np
import pytest

from sim.agents.events import LEDGER
from sim.batch.staffing.queueing import erlang_c
from sim.engine import run_shifts
from sim.policies.contract.registry import make_policy
from sim.report.card.exact import exact_answer
from sim.report.card.text import describe_card, write_card
from sim.report.page import Table
from sim.scenarios.scenario import Scenario
from sim.validation.card import Card
from sim.validation.exact import cores
from sim.validation.exact.answer import Check, ExactAnswer, Part, ask_exact, words
from sim.validation.exact.books import keep_books
from sim.validation.exact.checks import CHECKS, ask_all
from sim.validation.exact.draws import WEAK, battery, compare_battery, of_model
from sim.validation.exact.hypercube import solve_hypercube
from sim.validation.exact.queues import cobham_waits
from sim.validation.exact.tiny import ring, streets
from sim.validation.exact.walk import long_run_of_walk
from sim.world import build_world

OTHERS = [check for check in CHECKS if check.key not in {"cores", "battery"}]


@pytest.mark.parametrize("check", OTHERS, ids=lambda check: check.key)
def test_the_product_gives_what_theory_says_and_what_is_broken_is_rejected(check):
    answer = ask_exact(check)
    assert answer.holds, answer.farthest
    assert answer.rejects, answer.rejected


@pytest.mark.slow
@pytest.mark.parametrize("key", ["cores", "battery"])
def test_both_cores_live_the_same_life_and_draws_pass_the_battery(key):
    answer = ask_exact(next(check for check in CHECKS if check.key == key))
    assert answer.holds, answer.farthest
    assert answer.rejects, answer.rejected


def test_weak_generators_fail_a_short_battery_and_the_model_passes():
    assert compare_battery(False, n_words=2**18)[0].distance <= 1.0
    for name, weak in WEAK.items():
        assert compare_battery(False, generator=weak, n_words=2**18)[0].distance > 1.0, name


def test_p_values_of_good_draws_are_spread_over_all_values():
    p = np.array(list(battery(of_model, 2**20, 2**16).values()))
    p = p[np.isfinite(p)]
    assert len(p) > 150
    assert 0.4 < np.median(p) < 0.6
    assert 0.05 < np.quantile(p, 0.1) < 0.17


def test_every_check_has_its_words_in_both_languages():
    assert list(words()) == [check.key for check in CHECKS]
    for about in words().values():
        assert all(vars(about).values())


def test_a_number_outside_its_tolerance_or_not_known_is_no_answer():
    assert Part("", 1.0, 1.1, 0.2).distance == pytest.approx(0.5)
    assert Part("", 1.0, 1.0, 0.0).distance == 0.0
    for wrong in (Part("", 1.0, 1.3, 0.2), Part("", 1.0, 2.0, 0.0), Part("", 1.0, nan, 9.0)):
        assert not ExactAnswer("erlang", (Part("", 1.0, 1.0, 1.0), wrong), {"broken": True}).holds
    assert not ExactAnswer("erlang", (), {}).holds
    good = (Part("", 1.0, 1.0, 1.0),)
    assert not ExactAnswer("erlang", good, {}).rejects
    cannot_fail = Check("erlang", lambda full: good, {"broken": lambda full: good})
    assert not ask_exact(cannot_fail).rejects


def test_the_hypercube_of_one_and_of_equal_units_is_erlang():
    alone = solve_hypercube(np.array([[1.0, 2.0]]), np.array([0.2, 0.2]))
    assert alone.busy == pytest.approx([0.4])
    assert alone.p_wait == pytest.approx(0.4)
    crowd = solve_hypercube(np.ones((8, 1)), np.array([5.6]))
    assert crowd.p_wait == pytest.approx(erlang_c(8, 5.6))
    assert crowd.busy.sum() == pytest.approx(5.6)
    assert crowd.busy[0] > crowd.busy[7]  # of equally near ones the first is sent


def test_waits_of_two_priorities_average_to_the_wait_of_all():
    urgent, other = cobham_waits(1, 0.5, 10.0, 0.4)
    assert (urgent, other) == pytest.approx((5.0 / 0.8, 5.0 / 0.4))
    assert 0.4 * urgent + 0.6 * other == pytest.approx(10.0)  # what M/M/1 waits, in whatever order


def test_a_walk_that_never_turns_back_goes_everywhere_alike_on_streets_open_both_ways():
    net = streets([(0, 1), (1, 2), (2, 0), (2, 3), (3, 0)])
    assert long_run_of_walk(net) == pytest.approx(np.full(5, 0.2))
    assert long_run_of_walk(ring(4)) == pytest.approx(np.full(4, 0.25))


def test_the_busy_town_shows_every_kind_of_event():
    books = keep_books(8, 3)
    counts = {name: len(books.rows[name]) for name in ("offences", "calls", "incidents", "contacts", "arrests")}
    assert min(counts.values()) > 5
    calls, offences = books.rows["calls"], books.rows["offences"]
    assert (calls["answered"] == 0).sum() > 5
    hidden = offences["cause"][(offences["reported"] == 0) & (offences["discovered"] == 0)]
    assert np.isin(calls["cause"][calls["discovered"] == 1], hidden).sum() > 1  # officers came upon them
    assert {name for name in LEDGER if len(books.rows[name])} >= {"disputes", "answers", "segments"}


def test_the_town_of_the_two_cores_has_offences_calls_and_contacts_within_a_day():
    world = build_world(Scenario().replace(cores.TOWN), cores.SEED)
    parts = [rows for _, rows in run_shifts(world, make_policy(cores.POLICY))]
    for name in ("offences", "calls", "contacts", "disputes"):
        assert sum(len(rows[name]) for rows in parts) > 3, name


def test_the_card_holds_the_exact_answers_in_both_languages(tmp_path):
    answers = ask_all([check for check in CHECKS if check.key == "threefry"])
    card = Card((), "new_haven", {}, True, "m", "now", {}, tuple(answers))
    for lang, says in (("en", "1 of 1 hold, and each broken variant is rejected"), ("zh", "各错误变体均被拒绝")):
        tables = [one for one in describe_card(card, lang) if isinstance(one, Table)]
        assert says in tables[-1].title
    weak = replace(answers[0], rejected={"broken": False})
    assert "for 1 of 2" in exact_answer([*answers, weak], "en")
    write_card(card, tmp_path)
    kept = json.loads((tmp_path / "card.json").read_text("utf-8"))["exact"]
    assert kept[0]["holds"]
    assert kept[0]["rejects_broken"] == {"twelve rounds": True}
