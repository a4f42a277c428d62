"""What a run adds up to: counts, faults, causes, and the sentence that opens every report."""
