"""Tests of the run: plugin, selection, verdicts, exit codes, reports."""
