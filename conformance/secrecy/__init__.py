"""The secrets that a run knows, and the search for them in whatever encoding they appear."""
