"""Tests of the baseline of accepted deviations."""
