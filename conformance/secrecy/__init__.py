"""What a run must never tell: the secrets that it knows, and finding them whatever encodings are around them."""
