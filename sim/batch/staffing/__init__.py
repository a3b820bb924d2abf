"""How many officers are enough: by theory as a first guess, by simulation as the answer, and as a roster."""
