"""Sum up a run: counts, faults, causes, and the sentence that opens every report."""
