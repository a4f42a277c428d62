"""Tests of the run: selection, verdicts, exit codes, reports."""
