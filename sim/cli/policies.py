"""`cpsim policy`."""

from __future__ import annotations

import argparse

from sim.policies.contract.registry import make_policy


def check(given: argparse.Namespace) -> int:
    """Check a strategy against the contract."""
    from sim.batch.trial import check_policy

    policy = make_policy(given.spec)
    trial = check_policy(policy)
    print(f"{policy.name}: keeps all {len(trial.rules)} rules: {', '.join(trial.rules)}")
    if trial.remark:
        print(f"{policy.name}: {trial.remark}")
    return 0
