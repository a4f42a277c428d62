"""Verify a results file: derive from what it records that its verdicts follow, without the target that it is about."""
