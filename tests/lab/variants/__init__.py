"""Conforming targets of every kind, none of which the suite may accuse."""
