"""Run cases: pytest hooks and fixtures, sending of requests, records, and the results file."""
