"""One reader for each kind of source; each gives pieces of street."""
