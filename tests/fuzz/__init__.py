"""Mutated requests for the sandbox, mutated answers for the strict parser and the judge, and many runs in a row."""
