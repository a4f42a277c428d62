"""The cost of a run relative to the minimum possible; `tox -e bench` prints the ratios."""
