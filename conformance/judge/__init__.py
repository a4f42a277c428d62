"""Turn a case and the answers of a target into findings and a verdict. Pure: no I/O and no state."""
