"""Tests of what a run adds up to."""
