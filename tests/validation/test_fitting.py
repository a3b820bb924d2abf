"""Claims as targets: what may be fitted is, what is marked `check` never, and a point is asked as it says."""

import numpy as np
import pandas as pd
import pytest

from sim.batch.calibrate.match import match_history
from sim.batch.calibrate.problem import CLAIM, parse_problem, read_problem
from sim.errors import InputError
from sim.validation import fitting
from sim.validation.asking import Answer
from sim.validation.claim import load_claims
from sim.validation.fitting import claims_simulator, refuse_what_claims_ignore, targets_of_claims, why_not_fitted


def test_everything_that_may_be_fitted_is_and_nothing_that_is_checked():
    claims = load_claims()
    keys = {target["measure"].removeprefix(CLAIM) for target in targets_of_claims(["calibrate"])}
    uses = {claims.facts[claims.claims[key].fact].use for key in keys}
    assert uses == {"calibrate"}
    left = {key for key, claim in claims.claims.items() if claims.facts[claim.fact].use == "calibrate"} - keys
    assert all(why_not_fitted(claims.claims[key], claims) for key in left)
    assert len(keys) > 20


def test_a_family_gives_what_may_be_fitted_of_it():
    targets = targets_of_claims(["attitudes"])
    assert {CLAIM + "trust_in_a_panel", CLAIM + "victims_satisfied"} <= {one["measure"] for one in targets}
    assert not any("visit_after" in one["measure"] for one in targets)


def test_a_claim_that_is_only_read_afterwards_is_refused():
    with pytest.raises(InputError, match="never fitted"):
        targets_of_claims(["visit_after_3_days"])
    with pytest.raises(InputError, match="one end"):
        targets_of_claims(["best_stay"])
    with pytest.raises(InputError, match="did you mean"):
        targets_of_claims(["victims_satisfy"])


def test_a_file_names_claims(tmp_path):
    file = tmp_path / "fit.toml"
    file.write_text(
        'name = "fit"\nclaims = ["half_of_crime"]\n[parameters]\n"offending.rate_spread" = {low = 0.5, high = 2}\n'
    )
    problem = read_problem(file, targets_of_claims)
    assert [target.measure for target in problem.fitted] == ["claim.half_of_crime"]
    assert problem.fitted[0].value == pytest.approx((3.2 + 5.7) / 2)
    with pytest.raises(InputError, match="targets"):
        read_problem(file)  # nobody who knows the claims


@pytest.mark.parametrize("more", [{"scale": 10}, {"strategy": "hotspot"}, {"warm_up": 30}])
def test_what_claims_would_drop_is_refused(more):
    with pytest.raises(InputError, match="must not be set"):
        refuse_what_claims_ignore(_problem(**more), ranks=False)


def test_ranks_are_refused():
    with pytest.raises(InputError, match="--ranks"):
        refuse_what_claims_ignore(_problem(), ranks=True)


def test_a_point_is_asked_with_its_parameters_and_a_truth_is_kept(tmp_path, monkeypatch):
    """In place of runs stands a rule by which the claim's number is a line of the parameter."""
    asked = []

    def answer_by_rule(jobs, out, *, workers, progress=None):
        asked.extend(jobs)
        answers = []
        for job in jobs:
            spread = job.scenario.offending.rate_spread
            noise = 0.02 * np.random.default_rng(job.seed).normal()
            answers.append(
                Answer(job.setting.key, job.seed, {"places.recorded": {"half": 10.0 - 4.0 * spread + noise}})
            )
        return answers, {}

    monkeypatch.setattr(fitting, "ask", answer_by_rule)
    claim = load_claims().claims["half_of_crime"]
    monkeypatch.setattr(
        fitting, "numbers_for",
        lambda one, _, some: {claim.value: [answer.numbers["places.recorded"]["half"] for answer in some]},
    )  # fmt: skip
    problem = _problem(points=12, waves=1, set={"n_days": 30})
    simulate = claims_simulator(problem, tmp_path, workers=1, progress=None)
    matching = match_history(problem, simulate)
    assert {job.scenario.n_days for job in asked} == {30}
    assert len(asked) == 12 * problem.seeds
    plausible = pd.Series(0.5 + 1.5 * matching.plausible[:, 0])
    truth = (10.0 - 4.45) / 4.0
    assert plausible.between(truth - 0.6, truth + 0.6).all()
    assert plausible.min() < truth < plausible.max()


def test_a_seed_that_failed_leaves_a_gap_and_not_the_number_of_another():
    claims = load_claims()
    claim = claims.claims["half_of_crime"]
    setting = claims.setting(claim)
    function = f"{claim.family}.{claim.observe}"
    answers = [Answer(setting.key, setting.seeds[1], {function: {claim.value: 3.0}})]
    assert np.isnan(fitting._value(claim, claims, answers, 0))
    assert fitting._value(claim, claims, answers, 1) == 3.0


def _problem(**more):
    target = targets_of_claims(["half_of_crime"])
    content = {"name": "fit", "targets": target, "parameters": {"offending.rate_spread": {"low": 0.5, "high": 2.0}}}
    return parse_problem(content | more, where="test")
