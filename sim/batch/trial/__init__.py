"""Randomised trials on the simulator: a design, its lot, and what one trial of it shows."""
