"""The wire: from a case to bytes, sending them, reading the answer strictly, and redacting what is recorded."""
