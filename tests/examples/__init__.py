"""Tests of the examples: they work, and find what they are meant to find."""
