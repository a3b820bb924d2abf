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
# # The simulation for people who know Mesa
#
# `CommunityPolicingModel` is a `mesa.Model`: it has `step()`, `running`, `steps`, `agents`, `agents_by_type` and a
# `DataCollector`. The rules themselves live in tables and compiled code, so agents are there to look at, and a run
# costs a fraction of what agent objects would.
#
# The first run compiles the engine, which takes a while, once.

# %%
import matplotlib.pyplot as plt
import numpy as np
from mesa import DataCollector

from sim import CommunityPolicingModel, load_scenario
from sim.mesa_face.agents import Offender, Officer, Resident
from sim.report.maps import draw_offence_map

# %% [markdown]
# ## A small town
#
# The streets of New Haven with 2,000 residents and ten officers, for two weeks. Offenders look for a target far
# more often than in the default scenario, so that two weeks of a small town show something: do not read the numbers as
# findings.

# %%
scenario = load_scenario("new_haven").replace(
    {
        "n_days": 14,
        "people.n_residents": 2000,
        "offending.searches_per_year": 250,
        "force.n_response": 7,
        "force.n_foot": 1,
        "force.n_community": 1,
        "force.n_detective": 1,
    }
)
model = CommunityPolicingModel(scenario, "reactive", rng=1)
model.step()
print(f"step {model.steps}, {model.time:.0f} minutes after midnight, running: {model.running}")

# %% [markdown]
# ## Agents to look at
#
# `model.agents` is an `AgentSet`. Its agents are views of rows, always up to date; their attributes are the columns of
# the tables. `pos` is the street segment that a person or an officer is on.

# %%
model.run_for(18 * 12)  # to six in the evening
residents = model.agents_by_type[Resident]
mean, least, most = residents.agg("security", [np.mean, min, max])
print(f"security {mean:.2f} on average, from {least:.2f} to {most:.2f}")
print({where: len(people) for where, people in residents.groupby("where").groups.items()})
print("renters on the way:", len(residents.select(lambda who: who.renting and who.where == "travelling")))

# %%
officer = next(officer for officer in model.agents_by_type[Officer] if officer.on_duty)
print(officer, officer.role, officer.activity, "on segment", officer.pos)
offender = model.agents_by_type[Offender][0]
print(offender, "aged", offender.age, "knows", offender.aware_n, "segments as places to offend")

# %% [markdown]
# What an agent is cannot be changed from outside: it would be a rule that no table knows of.

# %%
try:
    offender.trust = 1.0
except AttributeError as error:
    print(error)

# %% [markdown]
# ## Data collection
#
# A row for every step, from the start. `collect_every=12` would keep one an hour.

# %%
model.run_model()
collected = model.datacollector.get_model_vars_dataframe()
collected.tail(3)

# %%
days = collected["time"] / 1440
figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6), sharex=True)
for crime in ("burglary", "robbery", "theft", "assault", "disorder"):
    above.plot(days, collected[crime], label=crime)
above.set_ylabel("offences so far")
above.legend()
below.plot(days, collected["security"], label="security")
below.plot(days, collected["satisfaction"], label="satisfaction")
below.plot(days, collected["trust"], label="trust")
below.set_xlabel("days")
below.set_ylabel("mean of residents")
below.legend()
plt.show()

# %% [markdown]
# Reporters of your own are written as for any Mesa model. Agent reporters make an object an agent and one row per agent
# and step, so collect them seldom.

# %%
collector = DataCollector(
    model_reporters={"out": lambda m: sum(who.where == "travelling" for who in m.agents_by_type[Resident])},
    agenttype_reporters={Officer: {"activity": "activity", "pos": "pos"}},
)
day = CommunityPolicingModel(scenario, "reactive", rng=1, collect_every=6, datacollector=collector)
day.run_for(288)
people_out = collector.get_model_vars_dataframe()["out"]
activities = collector.get_agenttype_vars_dataframe(Officer)["activity"].value_counts()
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
left.plot(people_out.index / 2, people_out)
left.set_xlabel("hour of the day")
left.set_ylabel("residents on the way")
activities[activities.index != "off"].plot.barh(ax=right, xlabel="half-hours of officers on duty", ylabel="")
plt.tight_layout()
plt.show()

# %% [markdown]
# ## The ledger
#
# Every event is a row. `model.table` gives the same tables as `sim.engine.simulate`; the same seed gives the same rows.

# %%
offences = model.table("offences")
offences[["t", "type", "segment", "offender", "victim", "reported"]].head()

# %%
draw_offence_map(model.world.city.streets, offences, n_days=scenario.n_days)

# %% [markdown]
# ## Two strategies, one seed
#
# Runs that differ in strategy alone share all chance that the strategy did not touch. One pair of runs shows how it is
# done, not which strategy is better: `cpsim compare` runs many seeds and says how sure the difference is.

# %%
final = {}
for policy in ("reactive", "hotspot"):
    run = CommunityPolicingModel(scenario, policy, rng=1, step_by="shift")
    run.run_model()
    final[policy] = run.datacollector.get_model_vars_dataframe().iloc[-1]
    minutes = run.table("segments")["police_min"].to_numpy()
    busiest = np.sort(minutes)[::-1][: round(0.05 * len(minutes))].sum() / minutes.sum()
    total = int(final[policy][["burglary", "robbery", "theft", "assault", "disorder"]].sum())
    print(f"{policy}: {total} offences; {busiest:.0%} of the police time in sight on the 5 % most policed segments")
