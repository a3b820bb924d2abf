"""How the people of a world are made, before its first tick."""
