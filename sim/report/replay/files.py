"""Every file of a replay: the text in two languages, tables, and where all of it came from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sim.batch.replay.study import Replay
from sim.batch.study.identity import model_version
from sim.disk import make_folder, write_whole
from sim.ledger.provenance import LABEL, made_with
from sim.policies.contract.registry import policy_identity
from sim.report.page import write_pages
from sim.report.replay.text import replay_page


def write_replay(replay: Replay, out: Path) -> list[Path]:
    """Write text, tables and provenance, and name the files."""
    make_folder(out)
    files = write_pages(out, "replay", replay_page(replay, "en"), replay_page(replay, "zh"))
    texts = {
        "held.csv": replay.held.to_csv(index=False),
        "runs.csv": replay.runs.to_csv(index=False),
        "provenance.json": json.dumps(describe_origin(replay), indent=2, ensure_ascii=False) + "\n",
    }
    if len(replay.differences):
        texts["differences.csv"] = replay.differences.to_csv(index=False)
    for name, words in texts.items():
        write_whole(out / name, lambda file, words=words: file.write(words.encode()))  # type: ignore[misc]
    return [*files, *(out / name for name in texts)]


def describe_origin(replay: Replay) -> dict[str, object]:
    """Say what determines the result; with it, anybody comes to the same files."""
    record = Path(replay.deployments[0].scenario.demand.recorded_calls)
    return {
        "label": LABEL,
        "recorded_calls_sha256": hashlib.sha256(record.read_bytes()).hexdigest(),
        "account": dict(replay.account),
        "seeds": list(replay.seeds),
        "from_day": replay.from_day,
        "verdict": {"word": replay.verdict.word, "reasons": [one._asdict() for one in replay.verdict.reasons]},
        "deployments": {
            one.label: {"scenario": one.scenario.model_dump(mode="json"), "policy": policy_identity(one.policy)}
            for one in replay.deployments
        },
        "failures": dict(replay.failures),
        "model": model_version(),
        "made_with": made_with(),
    }
