"""What the words and columns of a source mean, and what was not understood."""
