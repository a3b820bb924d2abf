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
# # 写给 Mesa 用户的入门
#
# `CommunityPolicingModel` 是一个 `mesa.Model`：有 `step()`、`running`、`steps`、`agents`、`agents_by_type` 和
# `DataCollector`。规则写在数据表和编译过的代码里，智能体对象只供查看，因此运行速度远高于逐个对象的模型。
#
# 第一次运行会编译引擎，需要等一会儿，只此一次。

# %%
import matplotlib.pyplot as plt
import numpy as np

from sim import CommunityPolicingModel, load_scenario
from sim.mesa_face.agents import Offender, Officer, Resident
from sim.report.maps import draw_offence_map
from sim.report.style import picture_style

# %% [markdown]
# ## 一座小城
#
# 纽黑文的街道，2000 名居民，10 名警员，两周。为了让两周内看得到变化，这里的作案频率远高于默认场景：数字仅作演示，不是结论。

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
model.run_for(18 * 12 + 1)  # 到傍晚六点
print(f"第 {model.steps} 步，零点后 {model.time:.0f} 分钟")

# %% [markdown]
# ## 查看智能体
#
# 智能体是数据表中一行的视图，属性就是表的列，随模型实时更新；`pos` 是所在的路段。属性只能读，不能写。

# %%
residents = model.agents_by_type[Resident]
print(f"平均安全感：{residents.agg('security', np.mean):.3f}")
print("各处人数：", {where: len(people) for where, people in residents.groupby("where").groups.items()})
officer = next(officer for officer in model.agents_by_type[Officer] if officer.on_duty)
print(officer, officer.role, officer.activity, "路段", officer.pos)
print("有作案倾向者：", len(model.agents_by_type[Offender]))

# %% [markdown]
# ## 数据采集

# %%
model.run_model()
collected = model.datacollector.get_model_vars_dataframe()
names = {"burglary": "入室盗窃", "robbery": "抢劫", "theft": "盗窃", "assault": "伤害", "disorder": "扰乱秩序"}
with picture_style():
    figure, axes = plt.subplots(figsize=(8, 4))
    for crime, name in names.items():
        axes.plot(collected["time"] / 1440, collected[crime], label=name)
    axes.set_xlabel("天")
    axes.set_ylabel("累计案件")
    axes.legend()
    plt.show()

# %% [markdown]
# ## 事件账本与地图
#
# 每个事件是一行。同一个种子给出同样的行。

# %%
offences = model.table("offences")
draw_offence_map(model.world.city.streets, offences, n_days=scenario.n_days, lang="zh")

# %% [markdown]
# ## 同一个种子，两种策略
#
# 只演示做法。哪种策略更好、有多大把握，请用 `cpsim compare` 跑多个种子。

# %%
for policy in ("reactive", "hotspot"):
    run = CommunityPolicingModel(scenario, policy, rng=1, step_by="shift")
    run.run_model()
    last = run.datacollector.get_model_vars_dataframe().iloc[-1]
    print(policy, "案件", int(last[list(names)].sum()), "安全感", f"{last['security']:.3f}")
