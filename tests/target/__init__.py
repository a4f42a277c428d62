"""Tests of `slack_conformance.target`."""
