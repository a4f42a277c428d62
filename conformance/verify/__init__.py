"""Verify a results file: derive its verdicts again from what it records, without contacting the target."""
