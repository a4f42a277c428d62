"""Judging: from a case and what the target answered to findings and a verdict. Pure: nothing is sent, read or kept."""
