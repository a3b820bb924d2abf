"""`cpsim policy`."""

from __future__ import annotations

import argparse

from sim.policies.contract.registry import make_policy


def check(given: argparse.Namespace) -> int:
    """Check a strategy against the contract."""
    from sim.batch.rehearsal import check_policy

    policy = make_policy(given.spec)
    shown = check_policy(policy)
    print(f"{policy.name}: keeps all {len(shown.rules)} rules: {', '.join(shown.rules)}")
    if shown.remark:
        print(f"{policy.name}: {shown.remark}")
    return 0
