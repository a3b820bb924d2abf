"""What a report says of the study as a whole: the caveats at its head, the methods at its foot."""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import version
from typing import Any

from sim import __version__
from sim.batch.store.read import StudyRuns
from sim.batch.store.store import COMPLETE, DECIDED, FAILED
from sim.disk import text_sha256
from sim.ledger.provenance import changed_from, made_with
from sim.params import describe
from sim.report.captions import scenario_residents, stand_in_line
from sim.report.card.validity import validity_line
from sim.report.comparison.text import NOT_LISTED
from sim.report.names import scenario_name, scenario_title
from sim.report.study.over_sets import sets_caveats
from sim.report.study.place import Place
from sim.report.study.words import say
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario, groups, parse_scenario
from sim.scenarios.sources import JUDGED, support_of

STATUS = {"running": "s_running", COMPLETE: "s_complete", FAILED: "s_failed", DECIDED: "s_decided"}


def scenario_in(study: StudyRuns, name: str) -> Scenario:
    """Give a scenario as the store keeps it, before the design sets anything."""
    return parse_scenario(study.inputs["scenarios"][name]["values"], where=str(study.path))


def caveats(study: StudyRuns, places: list[Place], lang: Lang) -> list[str]:
    """List what must be read before any number."""
    said = [text(lang, "study.c_people")]
    for place in places:
        scenario = scenario_in(study, place.scenario)
        said.append(
            say(
                lang, "c_scale", scenario=scenario_name(place.scenario, lang), days=scenario.n_days,
                people=scenario_residents(scenario, lang),
            )
        )  # fmt: skip
        if scenario.stand_in:
            said.append(stand_in_line(scenario, lang))
        said.append(validity_line(scenario, lang))
    n = min(place.seeds for place in places)
    judged, all_of_them = count_judged()
    said.append(say(lang, "c_seeds", n=n) if n > 1 else text(lang, "study.c_one_seed"))
    said.append(say(lang, "c_priors", judged=judged, n=all_of_them))
    n_points = study.runs["point"].nunique()
    names = text(lang, "study.comma").join(study.parameters)
    varied = say(lang, "c_varied", points=n_points, names=names) if names else text(lang, "study.c_fixed")
    said += sets_caveats(study, lang) or [varied]
    if study.study.warm_up:
        said.append(say(lang, "c_warm_up", days=study.study.warm_up))
    manifest = study.manifest
    if manifest["status"] not in {COMPLETE, DECIDED} or manifest["n_done"] < manifest["n_planned"]:
        done, planned = manifest["n_done"], manifest["n_planned"]
        said.append(say(lang, "c_unfinished", done=done, planned=planned, status=_status(study, lang)))
    return said


def count_judged() -> tuple[int, int]:
    """Count the parameters whose default is our judgement, whatever is published, and all that are empirical."""
    supports = [support_of(about) for group in (Scenario, *groups().values()) for about in describe(group)]
    empirical = [kind for kind in supports if kind != "definition"]
    return sum(kind in JUDGED for kind in empirical), len(empirical)


def methods(study: StudyRuns, places: list[Place], lang: Lang) -> list[tuple[str, str]]:
    """List where the numbers come from: what, and what it is."""
    asked, manifest = study.study, study.manifest
    comma, colon = text(lang, "study.comma"), text(lang, "study.colon")
    rows = []
    for place in places:
        scenario = scenario_in(study, place.scenario)
        title = scenario_title(scenario, lang)
        rows.append(("m_scenarios", f"{place.scenario} ({title})" if title else place.scenario))
        changed = changed_from(scenario.model_dump(mode="json"), Scenario().model_dump(mode="json"))
        listed = [f"{name} = {value}" for name, value in changed.items() if name not in NOT_LISTED]
        rows.append(("m_set", comma.join(listed) or "–"))
        streets = study.inputs["scenarios"][place.scenario]["streets_sha256"]
        rows.append(("m_streets", f"{scenario.city.streets}, SHA-256 {_short(streets)}"))
    rows.append(("m_strategies", comma.join(places[0].policies)))
    if asked.design is not None:
        words = {"method": asked.design.method, "points": study.runs["point"].nunique()}
        rows.append(("m_design", say(lang, "m_design_words", **words, names=comma.join(study.parameters))))
    seeds = sorted(int(seed) for seed in study.runs["seed"].unique())
    rows.append(("m_seeds", _listed(seeds)))
    done = {"done": manifest["n_done"], "planned": manifest["n_planned"], "status": _status(study, lang)}
    rows.append(("m_runs", say(lang, "m_runs_words", **done)))
    rows += [
        ("m_model", str(manifest["model"])),
        ("m_study", f"SHA-256 {manifest['study_sha256']}"),
        ("m_store", f"SHA-256 {text_sha256(json.dumps(manifest, ensure_ascii=False))}"),
        ("m_versions", comma.join(f"{name} {number}" for name, number in versions().items())),
        ("m_date", today()),
    ]
    return [(text(lang, f"study.{key}").removesuffix(colon), value) for key, value in rows]


def versions() -> dict[str, str]:
    """Name the versions that made the page; the machine is nobody's business."""
    made = {name: number for name, number in made_with().items() if name != "platform"}
    return {"cpsim": __version__} | made | {name: version(name) for name in ("matplotlib", "jinja2")}


def today() -> str:
    """Give the date of a report."""
    return date.today().isoformat()


def _status(study: StudyRuns, lang: Lang) -> str:
    key = STATUS.get(study.manifest["status"])
    return text(lang, f"study.{key}") if key else str(study.manifest["status"])


def _listed(seeds: list[int]) -> str:
    run = seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]} … {seeds[-1]}" if run and len(seeds) > 2 else ", ".join(map(str, seeds))


def _short(checksum: Any) -> str:  # noqa: ANN401 - of a file of JSON
    return str(checksum)[:16]
