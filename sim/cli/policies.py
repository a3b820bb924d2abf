"""`cpsim policy`."""

from __future__ import annotations

import argparse

from sim.policies.contract.registry import make_policy
from sim.report.sentences import note_sentence
from sim.report.texts import Lang, text


def check(given: argparse.Namespace) -> int:
    """Check a strategy against the contract."""
    from sim.batch.rehearsal import check_policy

    lang: Lang = given.lang
    policy = make_policy(given.spec)
    shown = check_policy(policy)
    n = len(shown.rules)
    rules = text(lang, "study.comma").join(text(lang, f"rules.{name}") for name in shown.rules)
    print(text(lang, "contract.kept").format(policy=policy.name, n=n, rules=rules))
    if shown.remark:
        remark = note_sentence(shown.remark, lang)
        print(text(lang, "contract.remark").format(policy=policy.name, remark=remark))
    return 0
