"""The cost of a run, and of a sandbox in the tests of an app, over the least possible; `tox -e bench` prints ratios."""
