"""How a strategy estimates where most is to be expected."""
