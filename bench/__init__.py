"""What a run costs over the least that it could cost; `tox -e bench` prints the ratios."""
