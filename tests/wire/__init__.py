"""Tests of the wire: requests to bytes, sending, parsing, redaction."""
