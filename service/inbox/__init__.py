"""Exceptions: what was found, why it belongs together, how urgent it is, and what people decide."""
