"""The laboratory: faults and variants of the sandbox, and the proof that the suite tells them apart."""
