"""Judges clients: what a client sent to the sandbox, and what it did about the answers, against the two pages."""
