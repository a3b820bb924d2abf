# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The questionnaire: what a survey can see
#
# In the model everybody feels something, every day, and that is known exactly. A survey office does not know it: it invites a
# sample, some do not answer, answers scatter, and people are kinder to the police at the door. This notebook sets what is
# published beside what is true. A small New Haven, four months: numbers are for showing, not findings.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sim import load_scenario, make_policy, simulate
from sim.ledger.columns import frame_of
from sim.outcomes.questionnaire import ask_residents, find_people
from sim.outcomes.survey import publish_index, tabulate_waves

scenario = load_scenario("new_haven").at_scale(13).replace({"n_days": 120, "survey.survey_sample": 800})
run = simulate(scenario, make_policy("neighbourhood"), 1)
print(f"{scenario.people.n_residents:,} residents, {len(run.tables['answers']):,} questionnaires in {scenario.n_days} days")

# %% [markdown]
# ## What is published, and what is true
#
# The index is the share who tick 4 or 5 of five. The truth is the share whose feeling lies there, of all residents of 16 and more.

# %%
waves = tabulate_waves(run.tables["answers"])
people = find_people(run.world.state)
truth = {name: 100 * np.mean(getattr(people, name) >= 0.6) for name in ("security", "satisfaction", "trust")}
last = publish_index(run.tables["answers"].query("wave == wave.max()"))
told = {"security": last.safe, "satisfaction": last.satisfied, "trust": last.trusting}
pd.DataFrame(
    {name: {"true": truth[name], "published": 100 * one.value, "from": 100 * one.low, "to": 100 * one.high}
     for name, one in told.items()}
).T.round(1)

# %% [markdown]
# ## The same day asked two hundred times
#
# Other samples of the same people on the same evening. The width is chance; the distance from the truth is not: it is who does
# not answer, and kindness at the door. No larger sample mends that.

# %%
def ask(n, wave, **changes):
    survey = scenario.survey.model_copy(update={"survey_sample": n, **changes})
    return publish_index(frame_of("answers", ask_residents(people, seed=1, wave=wave, survey=survey)))


sizes = (200, 800, 3200)
asked = {n: [100 * ask(n, 1000 + i).satisfied.value for i in range(200)] for n in sizes}
figure, axes = plt.subplots(figsize=(8, 3.4))
for n, values in asked.items():
    axes.hist(values, bins=30, alpha=0.6, label=f"{n} invited")
axes.axvline(truth["satisfaction"], color="#222222", label="true")
axes.set_xlabel("satisfied with the police, as published, %")
axes.set_ylabel("surveys")
axes.legend()
plt.tight_layout()
plt.show()
print({n: f"spread {np.std(values):.1f}, off by {np.mean(values) - truth['satisfaction']:+.1f} points" for n, values in asked.items()})

# %% [markdown]
# ## Where the bias comes from
#
# Each cause is cut by itself.

# %%
full = {"likert_noise": 0.0, "response_by_age": 0.0, "response_by_security": 0.0, "door_kindness": 0.0}
cuts = {
    "as it is": {}, "answers without scatter": {"likert_noise": 0.0}, "the old answer no more often": {"response_by_age": 0.0},
    "the afraid answer as often": {"response_by_security": 0.0}, "no kindness at the door": {"door_kindness": 0.0},
    "none of it": full,
}
bias = {
    name: np.mean([100 * ask(3200, 5000 + i, **change).satisfied.value for i in range(40)]) - truth["satisfaction"]
    for name, change in cuts.items()
}
pd.Series(bias).plot.barh(figsize=(8, 3), color="#0072B2")
plt.axvline(0, color="#222222", linewidth=0.8)
plt.xlabel("published less true, percentage points")
plt.gca().invert_yaxis()
plt.tight_layout()
plt.show()

# %% [markdown]
# ## How small a change can it see?
#
# Two surveys, one before and one after. A change is seen at 95 % when it is larger than about 2.8 standard errors of the
# difference for a power of 80 %.

# %%
smallest = {n: 2.8 * np.sqrt(2) * np.std(values) for n, values in asked.items()}
print({f"{n} invited": f"{points:.1f} percentage points" for n, points in smallest.items()})
print("Strategies of this model move satisfaction by less than a point in most studies: see experiments/strategies.")
