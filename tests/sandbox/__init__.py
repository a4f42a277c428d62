"""The embedded sandbox, seen from outside: over HTTP, with worlds ordered by its control API."""
