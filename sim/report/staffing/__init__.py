"""How many officers are enough."""
