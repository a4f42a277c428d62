"""Tests of the audit of clients."""
