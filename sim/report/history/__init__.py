"""Histories of a city in words, tables and pictures."""
