"""Tests of `conformance.target`."""
