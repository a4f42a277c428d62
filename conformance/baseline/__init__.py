"""The baseline: deviations of a target that its owner accepts for now, each bound to what was observed."""
