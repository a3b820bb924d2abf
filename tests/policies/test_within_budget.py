"""One budget for all: which strategies pay for their staff, and how it is asked for."""

from sim.batch.compare import Strategy, at_equal_cost
from sim.policies.compose import joined_levers, pay_within_budget
from sim.policies.contract.registry import make_policy, policy_identity, policy_names


def pays(spec):
    return joined_levers((make_policy(spec),)).team.within_budget


def test_no_strategy_pays_for_its_staff_unless_asked_to():
    assert not any(pays(name) for name in policy_names())
    assert pays("grid(within_budget=True)")
    assert pays("reform(within_budget=true, hours=0.5)")


def test_of_strategies_put_together_one_that_pays_makes_all_pay():
    parts = (make_policy("grid"), make_policy("mediation(within_budget=True)"))
    assert joined_levers(parts).team.within_budget
    assert joined_levers(parts[::-1]).team.within_budget
    assert joined_levers(parts).team.auxiliaries > 0


def test_only_who_hires_is_asked_to_pay():
    hiring = {name for name in policy_names() if pay_within_budget(make_policy(name)).within_budget}
    assert hiring == {"grid", "grid_services", "mediation", "partnership", "posts", "reform", "wardens"}
    assert not pay_within_budget(make_policy("grid(hours=0.0)")).within_budget
    assert pay_within_budget(make_policy("grid")) == make_policy("grid(within_budget=True)")


def test_parts_of_a_composed_strategy_pay_one_by_one():
    paid = pay_within_budget(make_policy("reactive until 2014-10-01 then grid + hotspot"))
    assert [[part.within_budget for part in stage] for stage in paid.stages] == [[False], [True, False]]
    usual = make_policy("reactive until 2014-10-01 then hotspot")
    assert pay_within_budget(usual) is usual


def test_a_strategy_within_the_budget_is_another_run_and_its_label_says_so():
    given = [Strategy(name, make_policy(name)) for name in ("reactive", "grid", "reactive + posts")]
    equal = at_equal_cost(given)
    assert [one.label for one in equal] == ["reactive", "grid [within budget]", "reactive + posts [within budget]"]
    assert equal[0] is given[0]
    assert policy_identity(equal[1].policy) != policy_identity(given[1].policy)
    assert at_equal_cost(equal) == equal
