"""Tests of the pytest plugin: what its hooks do in a run, and that they leave other runs alone."""
