"""A force's own calls answered again: held against what was recorded, and then under other deployments."""
