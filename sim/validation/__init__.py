"""What the field has found, asked of the simulation: claims, trials, exact answers, and the card of all verdicts."""
