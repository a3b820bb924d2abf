"""What a report says of parameter sets that a study carries: how much of what may be true a strategy is better in."""

from __future__ import annotations

from sim.batch.sensitivity.over_sets import Share, judge_over_sets
from sim.batch.store.read import StudyRuns
from sim.batch.study.carried import Carried, carried_doubts
from sim.outcomes.measures import MEASURES
from sim.report.numbers import percent
from sim.report.study.place import Place
from sim.report.study.words import say
from sim.report.texts import Lang, text


def carried_sets(study: StudyRuns) -> Carried | None:
    """Give what is known of the sets that a study carries; None where it carries none."""
    told = study.inputs.get("parameter_sets")
    return Carried.model_validate(told) if told is not None else None


def sets_words(study: StudyRuns, place: Place, lang: Lang) -> list[str]:
    """Say of every option in how much of what may be true it is better; the option shown comes first."""
    about = carried_sets(study)
    if about is None:
        return []
    options = dict.fromkeys((place.shown, *(one.label for one in place.options)))
    options.pop(place.baseline, None)
    return [_words(_judge(place, about, option), place, about, lang) for option in options]


def sets_caveats(study: StudyRuns, lang: Lang) -> list[str]:
    """Say what the sets are, and what makes them less than plausible here."""
    about = carried_sets(study)
    if about is None:
        return []
    fitted = [MEASURES[str(one["measure"])].label(lang) for one in about.targets if not one["hold_out"]]
    said = say(
        lang, "c_sets", n=len(about.weights), problem=about.problem, model=about.model,
        names=text(lang, "study.comma").join(about.parameters), targets=text(lang, "study.comma").join(fitted),
    )  # fmt: skip
    doubts = carried_doubts(about, study.study, str(study.manifest["model"]))
    return [said, *(text(lang, key).format(**values) for key, values in doubts)]


def _judge(place: Place, about: Carried, option: str) -> Share:
    return judge_over_sets(place.every_run, about, policy=option, baseline=place.baseline, outcome=place.outcome)


def _words(one: Share, place: Place, about: Carried, lang: Lang) -> str:
    words = {
        "policy": one.policy, "baseline": place.baseline, "sets": one.n_sets, "seeds": one.n_seeds,
        "outcome": MEASURES[place.outcome].label(lang), "problem": about.problem,
    }  # fmt: skip
    if one.share is None:
        return say(lang, "sets_unknown", **words)
    value, low, high = (percent(share) for share in one.share)
    return say(lang, "sets_better", share=value, low=low, high=high, **words)
