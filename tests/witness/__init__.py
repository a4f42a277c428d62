"""A second small server of both methods, written from the two pages alone."""
