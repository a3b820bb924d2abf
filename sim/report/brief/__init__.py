"""Two pages for whoever decides: the answer first, what it costs and who pays, how sure it is, one table."""
