"""The answer in a few sentences: numbers in, words out, without files or folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import Effect, capital, say_ends, say_number, say_signed
from sim.report.texts import Lang, text

ENOUGH_RUNS = 6
"""Pairs of runs from which on a direction is called fairly sure."""
ALWAYS = ("crime", "safe", "satisfied")
ONLY_CLEAR = ("stops", "checks")
"""What is told in the sentence only where it changes for certain."""

IsClearlyBetter = Callable[[str, str], bool]
"""Called with two strategies: whether the first has clearly less crime than the second."""


def answer_sentence(
    effects: Mapping[str, Mapping[str, Effect]], baseline: str, lang: Lang, is_clearly_better: IsClearlyBetter
) -> str:
    """Answer what would change, in the unit of the place.

    Parameters
    ----------
    effects
        by strategy and key of `sim.report.brief.numbers.UNITS`
    is_clearly_better
        asked of strategies that all lower crime clearly, before one is said to lower it most
    """
    first = next(iter(effects.values()))
    n_pairs = first["crime"].n_pairs
    if n_pairs < 2:
        return text(lang, "brief_lead.one_run")
    if len(effects) == 1:
        return _of_one(first, lang)
    return _of_many(effects, baseline, lang, is_clearly_better)


def _of_one(effects: Mapping[str, Effect], lang: Lang) -> str:
    crime = effects["crime"]
    clauses = [_clause(effects[key], lang) for key in ALWAYS]
    clauses += [_clause(effects[key], lang) for key in ONLY_CLEAR if effects[key].matters]
    sentence = capital(_joined(clauses, lang)) + text(lang, "brief_lead.stop")
    return sentence + _how_sure(crime.matters, crime.n_pairs, lang)


def _of_many(
    effects: Mapping[str, Mapping[str, Effect]], baseline: str, lang: Lang, is_clearly_better: IsClearlyBetter
) -> str:  # fmt: skip
    best = best_on_crime(effects, is_clearly_better)
    words = {"m": len(effects), "baseline": spoken_name(baseline, lang)}
    if best:
        one = effects[best[0]]["crime"]
        low, high = say_ends(one)
        names = text(lang, "brief.or").join(spoken_name(name, lang) for name in best)
        key = "most_crime" if len(best) == 1 else "most_crime_tied"
        said = text(lang, f"brief_lead.{key}").format(
            **words, best=names, n=say_number(abs(one.difference)), low=low, high=high
        )
    else:
        said = text(lang, "brief_lead.none_crime").format(**words)
    also = [_with_the_best(effects[best[0]], lang)] if len(best) == 1 else []
    parts = [
        said,
        *also,
        _on_satisfaction(effects, lang),
    ]
    stop = text(lang, "brief_lead.stop")
    n_pairs = next(iter(effects.values()))["crime"].n_pairs
    return stop.join(parts) + stop + _how_sure(bool(best), n_pairs, lang)


def _how_sure(is_told: bool, n_pairs: int, lang: Lang) -> str:
    """Say how sure the answer on crime is; of few runs not even the direction."""
    key = "chance" if not is_told else "direction" if n_pairs >= ENOUGH_RUNS else "few_runs"
    return text(lang, f"brief_lead.{key}").format(n=n_pairs)


def _with_the_best(own: Mapping[str, Effect], lang: Lang) -> str:
    """Say of the strategy that lowers crime most how safe people would feel, and who would be stopped for it."""
    clauses = [_clause(own["safe"], lang), *(_clause(own[key], lang) for key in ONLY_CLEAR if own[key].matters)]
    name = spoken_name(own["crime"].strategy, lang)
    return text(lang, "brief_lead.with_it").format(best=name, clauses=_joined(clauses, lang))


def best_on_crime(effects: Mapping[str, Mapping[str, Effect]], is_clearly_better: IsClearlyBetter) -> list[str]:
    """Name the strategy that lowers crime most, and those that chance does not let us tell from it."""
    lower = sorted(
        (name for name, own in effects.items() if own["crime"].matters and own["crime"].high < 0.0),
        key=lambda name: effects[name]["crime"].difference,
    )
    return [name for name in lower if name == lower[0] or not is_clearly_better(lower[0], name)]


def _on_satisfaction(effects: Mapping[str, Mapping[str, Effect]], lang: Lang) -> str:
    """Say with which strategy satisfaction would rise most, and with which it would fall most."""
    clear = [own["satisfied"] for own in effects.values() if own["satisfied"].matters]
    most = max(clear, key=lambda one: one.difference, default=None)
    least = min(clear, key=lambda one: one.difference, default=None)
    said = text(lang, "brief_lead.none_satisfied")
    if most is not None and most.difference > 0.0:
        said = _named("most_satisfied", "best", most, lang)
    if least is not None and least.difference < 0.0:
        said += text(lang, "brief_lead.semicolon") + _named("least_satisfied", "worst", least, lang)
    return said


def _named(key: str, who: str, one: Effect, lang: Lang) -> str:
    low, high = say_ends(one)
    words = {who: spoken_name(one.strategy, lang), "n": say_number(abs(one.difference)), "low": low, "high": high}
    return text(lang, f"brief_lead.{key}").format(**words)


def _clause(one: Effect, lang: Lang) -> str:
    """Say one difference; who feels what is told in people of a hundred."""
    kind = "unclear" if not one.is_clear else "same"
    if one.matters:
        kind = "more" if one.difference > 0.0 else "less"
    low, high = say_ends(one) if one.is_clear else (say_signed(one.low), say_signed(one.high))
    return text(lang, f"brief_lead.{one.key}_{kind}").format(
        option=spoken_name(one.strategy, lang), n=say_number(abs(one.difference)), low=low, high=high
    )


def _joined(clauses: Sequence[str], lang: Lang) -> str:
    comma, last = text(lang, "brief_lead.comma"), text(lang, "brief_lead.last")
    return comma.join(clauses[:-1]) + last + clauses[-1] if len(clauses) > 1 else clauses[0]
