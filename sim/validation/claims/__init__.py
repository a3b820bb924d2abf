"""The claims: for each family a table of facts and targets, and beside it the functions that measure them."""
