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
# # 郑州：三种历史，一条曲线
#
# 2013 至 2015 年河南的立案数翻倍，2014 年 10 月郑州开始网格警务。这里运行合成郑州的三种历史，其中**真实情况各不相同**，
# 并与公布的曲线并列。规模很小：千分之一的居民，四年，一个种子；完整比较见 docs/zhengzhou.md。公布的数字是官方说法，
# 没有找到对这项改革、有对照的评估。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sim import load_scenario, make_policy, simulate
from sim.report.style import picture_style

PUBLISHED = pd.Series({2012: 25.17, 2013: 25.22, 2014: 44.72, 2015: 57.69})  # 全省，每万人
HISTORIES = {
    "zhengzhou": "立案改革并实行网格，实际犯罪持平",
    "zhengzhou_true_rise": "没有立案改革：实际犯罪翻倍，实行网格",
    "zhengzhou_recording_only": "只有立案改革，没有网格",
}
CRIMES = ("burglary", "robbery", "theft", "assault")  # 滋扰不是刑事案件


def run_history(name):
    scenario = load_scenario(name).at_scale(1000).replace({"n_days": 1461})
    run = simulate(scenario, make_policy(scenario.policy), 1)
    days = run.tables["days"]
    year = (np.datetime64(scenario.start) + days["day"].to_numpy()).astype("datetime64[Y]").astype(int) + 1970
    people = days.groupby(year)["n_residents"].mean()
    table = pd.DataFrame({
        "recorded": days[[f"n_recorded_{c}" for c in CRIMES]].sum(axis=1).groupby(year).sum() / people * 10_000,
        "true": days[[f"n_offences_{c}" for c in CRIMES]].sum(axis=1).groupby(year).sum() / people * 10_000,
        "registered": 100 * days["n_registered"].groupby(year).sum() / days["n_migrants"].groupby(year).sum(),
        "visits": run.tables["contacts"].query("kind == 'visit'")["t"].floordiv(1440).astype(int).map(dict(zip(days["day"], year))).value_counts().reindex(people.index).fillna(0) / people,
    })
    return table


found = {name: run_history(name) for name in HISTORIES}
print({name: table["recorded"].round(1).to_dict() for name, table in found.items()})

# %% [markdown]
# ## 机关公布的
#
# 每万人立案数。完整规模下各曲线经*拟合*而接近 2015 年的公布值，因此相近并不支持三者中的任何一个。
# 这样小的一块没有案件高度集中的地点，因此偏低；只有一个种子，也会波动。

# %%
with picture_style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), sharex=True)
    for name, table in found.items():
        left.plot(table.index, table["recorded"], marker="o", label=HISTORIES[name])
        right.plot(table.index, table["true"], marker="o")
    left.plot(PUBLISHED.index, PUBLISHED, "k--", label="公布值（全省）")
    left.set_title("立案数（每万人）")
    right.set_title("实际发生（每万人）")
    left.set_xticks(PUBLISHED.index)
    for axes in (left, right):
        axes.set_ylim(bottom=0)
    figure.legend(loc="lower center", ncols=2, fontsize=8, bbox_to_anchor=(0.5, -0.12))
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 什么能区分它们
#
# 上面左图中三者都上升；右图中各不相同，而右图无人公布。对被害人的调查可显示实际的上升。
# 下面的登记簿与走访记录可显示网格（实行网格的两种历史重合）。二者都未公布。

# %%
with picture_style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), sharex=True)
    for name, table in found.items():
        left.plot(table.index, table["registered"], marker="o", label=HISTORIES[name])
        right.plot(table.index, table["visits"], marker="o")
    left.set_title("流动人口登记率（%）")
    right.set_title("每名居民每年被走访次数")
    left.set_xticks(PUBLISHED.index)
    left.legend(fontsize=7)
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 网格增加了什么
#
# 三者中有两个实行网格。与没有网格的相比，以这一个种子和这样的规模，实际犯罪之差是否超出偶然无从判断；`cpsim history zhengzhou` 用许多种子和参数组来衡量。

# %%
pd.DataFrame({HISTORIES[name]: table["true"].round(1) for name, table in found.items()}).T
