"""The run: pytest hooks and fixtures, sending what a case needs, and the results file."""
