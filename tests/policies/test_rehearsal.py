"""What a strategy must get through before a study: briefings of every kind, and a month in a small city."""

from __future__ import annotations

import pytest

from sim.batch.rehearsal import MONTH, Rehearsal, check_policy
from sim.cli.main import main
from sim.params import CRIMES
from sim.policies.arguments import ROLES
from sim.policies.contract.cases import FORCES, RECORDS, SHIFTS, WEEKDAYS, crossed_cases
from sim.policies.contract.conformance import RULES, ConformanceError, check_contract
from sim.policies.contract.registry import make_policy

HEAD = '''"""A strategy."""
from sim.policies.contract.registry import policy
from sim.policies.protocol import Orders, PolicyModel, Task


@policy("mine")
class Mine(PolicyModel):
    """Do something."""

    def decide(self, seen, rng):
'''
FRAIL = {
    "robberies that are not on record": """
        spots = seen.hottest(0.02, weeks=8, types=[1])
        return Orders(tuple(Task(int(o), "rounds", tuple(spots.tolist())) for o in seen.on_duty))
    """,
    "the busiest place on a Sunday evening": """
        if seen.weekday != 6 or seen.shift != 2 or not len(seen.on_duty):
            return Orders()
        return Orders((Task(int(seen.on_duty[0]), "post", (int(seen.hottest(0.1, weeks=1)[0]),)),))
    """,
    "a foot officer who is always there": """
        return Orders((Task(int(seen.with_role("foot")[0]), "patrol"),)) if len(seen.on_duty) else Orders()
    """,
    "more officers than places": """
        spots = seen.hottest(0.5, weeks=52)
        n = len(seen.on_duty)
        return Orders(tuple(Task(int(o), "rounds", tuple(spots[i::n].tolist())) for i, o in enumerate(seen.on_duty)))
    """,
    "a quarrel on every night shift": """
        if seen.shift or not len(seen.on_duty):
            return Orders()
        return Orders((Task(int(seen.on_duty[0]), "mediation", (int(seen.known_disputes[0]),)),))
    """,
    "a mean of an empty record": """
        return Orders() if float(seen.record.t.max()) > -1 else Orders()
    """,
}


def policy_of(tmp_path, body):
    path = tmp_path / "mine.py"
    path.write_text(HEAD + body)
    return make_policy(str(path))


WAITS = """
        long_ago = seen.day >= 60 and len(seen.on_duty)
        return Orders((Task(int(seen.on_duty[0]), "rounds", (0,)),)) if long_ago else Orders()
"""
FAILS_LATE = """
        if seen.day == 12 and seen.shift == 2:
            raise LookupError("nothing planned for today")
        return Orders()
"""


@pytest.mark.parametrize("fault", FRAIL)
def test_a_strategy_that_fails_where_lists_are_empty_is_refused(tmp_path, fault):
    with pytest.raises(ConformanceError, match="in the case") as caught:
        check_contract(policy_of(tmp_path, FRAIL[fault]))
    assert caught.value.rule == "orders"


def test_briefings_cross_shift_weekday_record_and_force():
    cases = dict(crossed_cases())
    assert len(cases) == len(SHIFTS) * len(WEEKDAYS) * len(RECORDS) * len(FORCES)
    seen = list(cases.values())
    assert {(one.shift, one.weekday) for one in seen} == {(shift, day) for shift in range(3) for day in range(7)}
    assert {len(one.record.t) for one in seen} == set(RECORDS.values())
    assert {one.role for one in seen if len(one.role) == 1} == {(role,) for role in ROLES}
    alone = {tuple(sorted(set(one.record.type.tolist()))) for one in seen if len(one.record.t) == 60}
    assert alone == {(kind,) for kind in range(len(CRIMES))}


def test_what_only_a_run_shows_is_refused_for_the_month(tmp_path):
    mine = policy_of(tmp_path, FAILS_LATE)
    assert check_contract(mine) == tuple(RULES)
    with pytest.raises(
        ConformanceError, match=r"a month in a small city, but mine\.py, line 13: .* nothing planned"
    ) as caught:
        check_policy(mine)
    assert caught.value.rule == MONTH


@pytest.mark.parametrize("spec", ["hotspot", "grid", "posts", "mediation", "reform(within_budget=True)"])
def test_strategies_that_give_orders_get_through_without_a_remark(spec):
    shown = check_policy(make_policy(spec))
    assert shown.rules == (*RULES, MONTH)
    assert shown.n_month > 0
    assert shown.remark == ""


def test_a_strategy_without_orders_is_named(tmp_path, capsys):
    assert main(["policy", "check", "reactive"]) == 0
    told = capsys.readouterr().out
    assert "it gave no order in 420 made-up briefings and 3 simulated months: runs under it are those of" in told
    assert "gave no order with a target in 3 simulated months" in check_policy(policy_of(tmp_path, WAITS)).remark
    assert "by its levers alone" in Rehearsal((), 1, 0, 0, acts_by_levers=True).remark


def test_every_part_of_a_composed_strategy_is_checked(tmp_path, capsys):
    policy_of(tmp_path, FRAIL["robberies that are not on record"])
    assert main(["policy", "check", f"reactive until 2014-10-01 then hotspot + {tmp_path / 'mine.py'}"]) == 2
    assert "Mine must give orders that can be carried out" in capsys.readouterr().err
    assert check_policy(make_policy("reactive until 2014-10-01 then hotspot + grid")).n_month > 0
