"""The target under test: its profile, its worlds and its pace. Imports catalog and wire."""
