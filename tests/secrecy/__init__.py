"""Tests of keeping secrets out of results."""
