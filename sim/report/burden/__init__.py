"""Who is stopped, visited, kept waiting, and who suffers."""
