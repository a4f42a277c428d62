"""The target: its profile, the worlds that it can be put into, and its pace. Imports catalog and wire."""
