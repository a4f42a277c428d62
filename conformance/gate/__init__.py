"""The gate: deviations that an owner accepts for now, each bound to what was observed, and which no longer hold."""
