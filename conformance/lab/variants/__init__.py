"""Variants of the sandbox: servers that conform in another way."""
