"""What a strategy ordered: whether anybody was sent anywhere."""

from __future__ import annotations

import pandas as pd


def count_aimed_orders(orders: pd.DataFrame) -> int:
    """Count the orders with a target: a street to go to, a post to hold or a dispute to hear.

    Officers without an order patrol or stay at their desks, and the ledger keeps that as well: so that the number of
    its rows does not tell whether a strategy ordered anything.

    Parameters
    ----------
    orders
        the ledger table of that name; its column `n_targets` is enough
    """
    return int((orders["n_targets"] > 0).sum())
