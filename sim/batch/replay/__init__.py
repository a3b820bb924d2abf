"""A force's own calls, as they came, answered by its deployment and by others."""
