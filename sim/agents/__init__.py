"""The people of the model: tables, and the phases that act on them."""
