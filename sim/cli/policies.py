"""`cpsim policy`."""

from __future__ import annotations

import argparse

from rich.console import Console

from sim.params import describe
from sim.policies.contract.registry import make_policy, policy_class, policy_names


def list_policies() -> int:
    """Print every strategy: what it does, and its parameters."""
    console = Console(highlight=False)
    for name in policy_names():
        kind = policy_class(name)
        about = (kind.__doc__ or "").strip().splitlines()
        console.print(f"[bold]{name}[/bold]  {about[0] if about else ''}", soft_wrap=True)
        for one in describe(kind):
            unit = f" {one.unit}" if one.unit else ""
            limits = "" if one.low is None or one.high is None else f" ({one.low:g} to {one.high:g})"
            console.print(f"    {one.name} = {one.default}{unit}{limits}: {one.meaning}", soft_wrap=True, markup=False)
    return 0


def check(given: argparse.Namespace) -> int:
    """Check a strategy against the contract."""
    from sim.batch.trial import check_policy

    policy = make_policy(given.spec)
    trial = check_policy(policy)
    print(f"{policy.name}: keeps all {len(trial.rules)} rules: {', '.join(trial.rules)}")
    if trial.remark:
        print(f"{policy.name}: {trial.remark}")
    return 0
