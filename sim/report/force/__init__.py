"""What was read of a force, in words and on a map."""
