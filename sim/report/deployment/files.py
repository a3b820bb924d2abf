"""Every file of a search: the text in two languages, tables, rosters, scenarios, and where all of it came from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.deployment.goals import GOALS
from sim.batch.deployment.slots import deal_days
from sim.batch.deployment.study import Answer
from sim.batch.study.identity import model_version
from sim.disk import write_whole
from sim.inputs.toml_text import write_toml
from sim.ledger.provenance import LABEL, made_with
from sim.policies.contract.registry import policy_identity
from sim.report.deployment.calendar import Named, tabulate_roster, write_calendar
from sim.report.deployment.text import describe
from sim.report.texts import Lang


def write_deployment(answer: Answer, out: Path, *, zone: str = "", lang: Lang = "en") -> list[Path]:
    """Write text, tables, rosters, scenarios and provenance, and name the files."""
    texts = {
        "deployment.md": describe(answer, lang="en"),
        "deployment.zh.md": describe(answer, lang="zh"),
        "deployment.csv": answer.judged.to_csv(index=False),
        "tried.csv": tabulate_tried(answer).to_csv(index=False),
        "stages.csv": answer.runs.to_csv(index=False),
        "provenance.json": json.dumps(describe_origin(answer), indent=2, ensure_ascii=False) + "\n",
    }
    contents = {name: words.encode() for name, words in texts.items()}
    for letter, point in answer.points.items():
        officers = deal_days(answer.slots, point.counts)
        scenario = answer.scenarios[letter]
        about = Named(letter, answer.question.scenario.name, zone, scenario.start)
        contents[f"roster_{letter}.csv"] = tabulate_roster(officers).to_csv(index=False).encode()
        contents[f"roster_{letter}.ics"] = write_calendar(officers, about, lang)
        contents[f"deployment_{letter}.toml"] = write_toml(scenario.model_dump(exclude_none=True)).encode()
    for name, content in contents.items():
        write_whole(out / name, lambda file, content=content: file.write(content))  # type: ignore[misc]
    return [out / name for name in contents]


def tabulate_tried(answer: Answer) -> pd.DataFrame:
    """Give one row per deployment and stage: where it came from, the mean difference of each goal, the officers.

    Differences are as measured, whichever way is better.
    """
    letters = {one.name: letter for letter, one in answer.points.items()}
    tables = []
    for stage, table in (("screen", answer.screened), ("check", answer.checked)):
        own = table.copy()
        for goal in answer.goals:
            own[goal] *= -1.0 if GOALS[goal].better == "more" else 1.0
        own.insert(0, "stage", stage)
        own["point"] = [letters.get(name, "") for name in own["name"]]
        own["officers"] = [json.dumps(answer.candidates[name].counts.tolist()) for name in own["name"]]
        tables.append(own)
    return pd.concat(tables, ignore_index=True)


def describe_origin(answer: Answer) -> dict[str, object]:
    """Say what determines the result; with it, anybody comes to the same files."""
    asked, slots = answer.question, answer.slots
    return {
        "label": LABEL,
        "scenario": asked.scenario.model_dump(mode="json"),
        "strategy": asked.strategy,
        "policy": policy_identity(asked.policy),
        "limits": asdict(asked.limits),
        "goals": list(asked.goals),
        "effort": asdict(asked.effort),
        "from_day": answer.from_day,
        "seeds": {stage: list(seeds) for stage, seeds in asdict(answer.seeds).items()},
        "slots": {
            "districts": list(slots.districts), "begins": list(slots.begins), "weeks": list(slots.weeks),
            "hours": slots.hours, "days_a_week": slots.days, "away": slots.away, "officers": slots.officers,
        },
        "busiest_streets": np.flatnonzero(answer.yardstick.hot).tolist(),
        "model": model_version(),
        "made_with": made_with(),
    }  # fmt: skip
