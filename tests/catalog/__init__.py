"""Tests of the catalog and its data."""
