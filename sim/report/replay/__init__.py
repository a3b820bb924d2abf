"""A replay of recorded calls, in words, tables and a picture."""
