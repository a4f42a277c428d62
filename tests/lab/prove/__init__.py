"""Tests of the prover: what it must catch."""
