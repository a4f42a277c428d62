"""Proves the audit of clients: small clients with one fault each, and the rule that must report each fault."""
