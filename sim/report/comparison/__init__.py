"""Strategies beside each other, and what they cost."""
