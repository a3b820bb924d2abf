"""A force for a small world: the default one is that of a whole city."""

FEW = {"force.n_response": 36, "force.n_foot": 6, "force.n_community": 8, "force.n_detective": 10}
"""Some sixty officers, for tests in which it does not matter how many there are."""
