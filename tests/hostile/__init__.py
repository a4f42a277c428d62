"""A battery of bad targets, and the verdicts that they must get."""
