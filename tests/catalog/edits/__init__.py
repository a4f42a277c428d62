"""Tests of the kinds of edits."""
