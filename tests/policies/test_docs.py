"""The tutorial works as written, and the pages tell the parameters as they are."""

import re
from pathlib import Path

import pytest

from sim.batch.rehearsal import MONTH, check_policy
from sim.params import describe
from sim.policies.contract.conformance import RULES, example_observation
from sim.policies.contract.registry import make_policy, policy_class, policy_names
from sim.policies.protocol import TASK_KINDS, PolicyModel
from sim.scenarios.sources import load_sources

DOCS = Path(__file__).parents[2] / "docs"
OWN = [name for name in policy_names() if policy_class(name).__module__.startswith("sim.policies.")]


def python_blocks(page):
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def test_the_tutorial_runs_as_written(tmp_path, monkeypatch):
    strategy, check, _, levers = python_blocks("write-a-strategy.md")
    monkeypatch.chdir(tmp_path)
    Path("lunch_posts.py").write_text(strategy)
    exec(check, {})

    assert len(strategy.splitlines()) < 30
    seen = example_observation(n_segments=400, n_incidents=800)
    import numpy as np

    orders = make_policy("lunch_posts.py").decide(seen, np.random.default_rng(1))
    assert {task.kind for task in orders.tasks} == {"post"}
    Path("with_help.py").write_text(f"{strategy}\n\n{levers}")
    helped = make_policy("with_help.py:WithHelp")
    assert check_policy(helped)
    assert helped.levers().team.auxiliaries == 0.5


def test_the_page_of_strategies_shows_an_estimate_that_works():
    (example,) = python_blocks("strategies.md")
    found = {}
    exec(example, found)

    assert len(found["places"]) == 4
    assert (found["score"][found["places"]] > 0).all()


def test_the_tutorial_names_every_rule_and_every_kind_of_task():
    text = (DOCS / "write-a-strategy.md").read_text()

    assert all(rule in text for rule in (*RULES, MONTH))
    assert all(f"| `{kind}` |" in text for kind in TASK_KINDS)


@pytest.mark.parametrize("name", OWN)
def test_every_strategy_has_a_section_with_its_parameters(name):
    page = (DOCS / "strategies.md").read_text()
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    common = {about.name for about in describe(PolicyModel)}

    assert all(f"`{shared}`" in page.split("\n## ")[0] for shared in common)
    for about in describe(policy_class(name)):
        if about.name in common:
            continue
        assert f"`{about.name}`" in section
        default = about.default if isinstance(about.default, str) else f"{about.default:g}"
        assert default in section
        assert about.source in section


@pytest.mark.parametrize("name", OWN)
def test_every_source_of_a_parameter_is_a_citation(name):
    assert {about.source for about in describe(policy_class(name))} <= set(load_sources())
