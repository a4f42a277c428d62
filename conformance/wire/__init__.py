"""Compose requests, send them, parse the answers strictly, and redact what is recorded."""
