"""The one model of a results file: what a run records, and how it is read, written and worded."""
