"""Tests of the deviations: their names, and that each kind does what it says."""
