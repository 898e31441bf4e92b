"""Durable work: from an event to an exception, again after a failure, and taken over from a dead process."""
