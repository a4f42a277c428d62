"""Proof that every rule has a fault that its own case names: one deviation at a time, and every case against it."""
