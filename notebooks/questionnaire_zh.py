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
# # 问卷：调查能看到什么
#
# 在模型里，每个人每天的感受都是确知的。调查机构并不知道：它抽取样本，有人不答，回答有误差，面对上门的人对警察也更客气。
# 本笔记把公布的数字与真实情况并列。小规模的纽黑文，四个月：数字仅供演示，不是结论。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sim import load_scenario, make_policy, simulate
from sim.ledger.columns import frame_of
from sim.outcomes.questionnaire import ask_residents, find_people
from sim.outcomes.survey import publish_index
from sim.report.style import picture_style

scenario = load_scenario("new_haven").at_scale(13).replace({"n_days": 120, "survey.survey_sample": 800})
run = simulate(scenario, make_policy("neighbourhood"), 1)
print(f"{scenario.people.n_residents:,} 名居民，{scenario.n_days} 天内 {len(run.tables['answers']):,} 份问卷")

# %% [markdown]
# ## 公布的与真实的
#
# 指数是在五级中选 4 或 5 的比例；真实值是 16 岁以上全体居民中感受处于该段的比例。

# %%
people = find_people(run.world.state)
truth = {name: 100 * np.mean(getattr(people, name) >= 0.6) for name in ("security", "satisfaction", "trust")}
last = publish_index(run.tables["answers"].query("wave == wave.max()"))
told = {"security": last.safe, "satisfaction": last.satisfied, "trust": last.trusting}
names = {"security": "有安全感", "satisfaction": "对警察满意", "trust": "信任警察"}
pd.DataFrame(
    {names[name]: {"真实": truth[name], "公布": 100 * one.value, "区间自": 100 * one.low, "至": 100 * one.high}
     for name, one in told.items()}
).T.round(1)

# %% [markdown]
# ## 同一天调查两百次
#
# 同一晚、同一批人，换不同的样本。宽度是偶然；与真实值的距离则不是：那是谁没有回答，以及上门时的客气。样本再大也不能改正。

# %%
def ask(n, wave, **changes):
    survey = scenario.survey.model_copy(update={"survey_sample": n, **changes})
    return publish_index(frame_of("answers", ask_residents(people, seed=1, wave=wave, survey=survey)))


sizes = (200, 800, 3200)
asked = {n: [100 * ask(n, 1000 + i).satisfied.value for i in range(200)] for n in sizes}
with picture_style():
    figure, axes = plt.subplots(figsize=(8, 3.4))
    for n, values in asked.items():
        axes.hist(values, bins=30, alpha=0.6, label=f"邀请 {n} 人")
    axes.axvline(truth["satisfaction"], color="#222222", label="真实值")
    axes.set_xlabel("公布的对警察满意比例（%）")
    axes.set_ylabel("调查次数")
    axes.legend()
    plt.tight_layout()
    plt.show()
print({n: f"标准差 {np.std(values):.1f}，偏差 {np.mean(values) - truth['satisfaction']:+.1f} 个百分点" for n, values in asked.items()})

# %% [markdown]
# ## 偏差从何而来
#
# 逐一去除各个原因。

# %%
full = {"likert_noise": 0.0, "response_by_age": 0.0, "response_by_security": 0.0, "door_kindness": 0.0}
cuts = {
    "现状": {}, "回答没有误差": {"likert_noise": 0.0}, "年长者不更常回答": {"response_by_age": 0.0},
    "害怕者同样回答": {"response_by_security": 0.0}, "上门时不更客气": {"door_kindness": 0.0}, "全部去除": full,
}
bias = {
    name: np.mean([100 * ask(3200, 5000 + i, **change).satisfied.value for i in range(40)]) - truth["satisfaction"]
    for name, change in cuts.items()
}
with picture_style():
    pd.Series(bias).plot.barh(figsize=(8, 3), color="#0072B2")
    plt.axvline(0, color="#222222", linewidth=0.8)
    plt.xlabel("公布值减真实值（百分点）")
    plt.gca().invert_yaxis()
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 能看到多小的变化
#
# 前后两次调查。要以 80% 的统计功效在 95% 水平上看出变化，它须大于差异标准误的约 2.8 倍。

# %%
smallest = {n: 2.8 * np.sqrt(2) * np.std(values) for n, values in asked.items()}
print({f"邀请 {n} 人": f"{points:.1f} 个百分点" for n, points in smallest.items()})
print("在多数研究中，本模型的策略使满意度变化不到一个百分点：见 experiments/strategies。")
