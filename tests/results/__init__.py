"""Tests of the model of a results file, its reader and its writer."""
